package org.wachtpost.mail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * The keywords of a mailbox by number, so that rows stay small, and the flags that rows have, each
 * made once. A number whose keyword no row has any more can be freed; it stands as an empty name
 * until another keyword gets it. Used by one thread.
 */
final class KeywordTable {
  private static final int LAYOUT = 1;

  private final List<String> names;
  private final Map<String, Integer> numbers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Deque<Integer> free = new ArrayDeque<>();
  private final @Nullable Flags[] plain = new Flags[32];
  private final Map<List<Integer>, Flags> withKeywords = new HashMap<>();
  private boolean changed;

  KeywordTable(byte @Nullable [] stored) {
    names =
        stored == null
            ? new ArrayList<>()
            : new RecordReader(stored, LAYOUT).list(RecordReader::text);
    for (int number = 0; number < names.size(); number++) {
      if (names.get(number).isEmpty()) {
        free.add(number);
      } else {
        numbers.put(names.get(number), number);
      }
    }
  }

  byte[] encode() {
    return new RecordWriter(LAYOUT).list(names, RecordWriter::text).toBytes();
  }

  /** Whether it is not as it was stored. */
  boolean isChanged() {
    return changed;
  }

  /** Keywords that have a number. */
  int size() {
    return numbers.size();
  }

  SortedSet<String> names() {
    SortedSet<String> sorted = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    sorted.addAll(numbers.keySet());
    return Collections.unmodifiableSortedSet(sorted);
  }

  boolean knows(String keyword) {
    return numbers.containsKey(keyword);
  }

  /** The keyword's number, a new one if it has none. */
  int number(String keyword) {
    Integer known = numbers.get(keyword);
    if (known != null) {
      return known;
    }
    Integer reused = free.poll();
    int number = reused == null ? names.size() : reused;
    if (reused == null) {
      names.add(keyword);
    } else {
      names.set(number, keyword);
    }
    numbers.put(keyword, number);
    changed = true;
    return number;
  }

  /** Frees the numbers of all other keywords; no row may have any of those. */
  void retain(SortedSet<String> used) {
    for (int number = 0; number < names.size(); number++) {
      String name = names.get(number);
      if (!name.isEmpty() && !used.contains(name)) {
        numbers.remove(name);
        names.set(number, "");
        free.add(number);
        changed = true;
      }
    }
    // A number may stand for another keyword from now on.
    withKeywords.clear();
  }

  /** Writes flags as a list: system flags, then the keywords' numbers; all must be known. */
  void write(RecordWriter out, Flags flags, int otherBits) {
    out.number(flags.system() | otherBits);
    out.number(flags.keywords().size());
    for (String keyword : flags.keywords()) {
      out.number(number(keyword));
    }
  }

  Flags read(int system, RecordReader in) {
    int count = in.integer();
    if (count == 0) {
      Flags known = plain[system];
      if (known == null) {
        known = new Flags(system, Flags.NONE.keywords());
        plain[system] = known;
      }
      return known;
    }
    if (count > names.size()) {
      throw new StoreException.Corrupt("message with " + count + " keywords", null);
    }
    List<Integer> key = new ArrayList<>(count + 1);
    key.add(system);
    for (int i = 0; i < count; i++) {
      key.add(in.integer());
    }
    return withKeywords.computeIfAbsent(key, this::make);
  }

  private Flags make(List<Integer> key) {
    SortedSet<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (int number : key.subList(1, key.size())) {
      if (number >= names.size() || names.get(number).isEmpty()) {
        throw new StoreException.Corrupt("keyword number " + number, null);
      }
      keywords.add(names.get(number));
    }
    return new Flags(key.get(0), keywords);
  }
}
