package org.wachtpost.mail;

import java.util.Collection;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Flags of a message in a mailbox: system flags as bits, keywords as text. Immutable. Keywords keep
 * the letter case they were first given and are compared without regard to it (RFC 9051 §2.3.2).
 */
public record Flags(int system, SortedSet<String> keywords) {
  public static final int SEEN = 1;
  public static final int ANSWERED = 2;
  public static final int FLAGGED = 4;
  public static final int DELETED = 8;
  public static final int DRAFT = 16;

  public static final Flags NONE = new Flags(0, new TreeSet<>());

  public Flags {
    if ((system & ~31) != 0) {
      throw new IllegalArgumentException("unknown system flag in " + system);
    }
    SortedSet<String> copy = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    copy.addAll(keywords);
    keywords = java.util.Collections.unmodifiableSortedSet(copy);
  }

  /** Flags with these names: {@code \Seen}, {@code $Forwarded}, … */
  public static Flags of(String... names) {
    return of(java.util.List.of(names));
  }

  /**
   * Flags with these names.
   *
   * @throws IllegalArgumentException on an unknown name that starts with a backslash
   */
  public static Flags of(Collection<String> names) {
    int system = 0;
    SortedSet<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : names) {
      if (name.startsWith("\\")) {
        system |= systemFlag(name);
      } else {
        keywords.add(name);
      }
    }
    return new Flags(system, keywords);
  }

  private static int systemFlag(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "\\seen" -> SEEN;
      case "\\answered" -> ANSWERED;
      case "\\flagged" -> FLAGGED;
      case "\\deleted" -> DELETED;
      case "\\draft" -> DRAFT;
      default -> throw new IllegalArgumentException("unknown system flag " + name);
    };
  }

  public boolean has(int systemFlag) {
    return (system & systemFlag) != 0;
  }

  public Flags plus(Flags other) {
    SortedSet<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    all.addAll(keywords);
    all.addAll(other.keywords);
    return new Flags(system | other.system, all);
  }

  public Flags minus(Flags other) {
    SortedSet<String> rest = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    rest.addAll(keywords);
    rest.removeAll(other.keywords);
    return new Flags(system & ~other.system, rest);
  }

  /** Names as IMAP shows them, system flags first. */
  public java.util.List<String> names() {
    java.util.List<String> names = new java.util.ArrayList<>();
    String[] system = {"\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"};
    for (int bit = 0; bit < system.length; bit++) {
      if (has(1 << bit)) {
        names.add(system[bit]);
      }
    }
    names.addAll(keywords);
    return names;
  }
}
