package org.wachtpost.inspect.webshell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ShellScanner} looks for, from dated data files that a directory may replace one by
 * one: {@code shell-signals.tsv}, {@code shell-words.tsv}, {@code shell-hashes.tsv}, {@code
 * shell-names.tsv}.
 */
public final class ShellRules {
  private static final String SIGNALS = "shell-signals.tsv";
  private static final String WORDS = "shell-words.tsv";
  private static final String HASHES = "shell-hashes.tsv";
  private static final String NAMES = "shell-names.tsv";

  /**
   * A name that gives a signal where it is called or assigned.
   *
   * @param owners what the last name must follow, nearest first, in lower case
   * @param member the name must follow a dot; otherwise {@code bare} says that it must not
   * @param firstOnly only the first argument counts
   */
  record Call(
      Signal signal, List<String> owners, boolean member, boolean bare, boolean firstOnly) {}

  /** A text in a literal, or a literal that is the text and nothing else. */
  record Text(Signal signal, String pattern, boolean whole) {
    boolean isIn(String lower) {
      return whole ? lower.equals(pattern) : lower.contains(pattern);
    }
  }

  private final Map<String, List<Call>> calls = new HashMap<>();
  private final List<Text> texts = new ArrayList<>();
  private final List<Word> words = new ArrayList<>();
  private final Map<String, String> hashes = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final SequencedMap<String, String> versions = new LinkedHashMap<>();

  /**
   * A word with which shells speak of themselves.
   *
   * @param encodings its bytes in lower case, in each encoding that pages use
   */
  record Word(String text, List<byte[]> encodings) {}

  private ShellRules(RuleFile signalFile, RuleFile wordFile, RuleFile hashFile, RuleFile nameFile)
      throws IOException {
    for (List<String> row : signalFile.rows()) {
      addSignal(row);
    }
    for (List<String> row : wordFile.rows()) {
      words.add(word(row.get(0)));
    }
    for (List<String> row : hashFile.rows()) {
      hashes.put(row.get(0).toLowerCase(Locale.ROOT), row.size() > 1 ? row.get(1) : "");
    }
    for (List<String> row : nameFile.rows()) {
      names.put(row.get(0).toLowerCase(Locale.ROOT), row.size() > 1 ? row.get(1) : "");
    }
    for (RuleFile file : List.of(signalFile, wordFile, hashFile, nameFile)) {
      versions.put(file.name(), file.version());
    }
  }

  /** The rules that came with the program. */
  public static ShellRules builtIn() {
    try {
      return load(null);
    } catch (IOException e) {
      throw new UncheckedIOException("the program's own rules are damaged", e);
    }
  }

  /**
   * The rules in {@code directory}; files that are not there are taken from the program.
   *
   * @throws IOException if a file cannot be read or a row is not of the documented form
   */
  public static ShellRules load(@Nullable Path directory) throws IOException {
    return new ShellRules(
        RuleFile.load(directory, SIGNALS),
        RuleFile.load(directory, WORDS),
        RuleFile.load(directory, HASHES),
        RuleFile.load(directory, NAMES));
  }

  /** File name to date of every rule file in use, for the report. */
  public SequencedMap<String, String> versions() {
    return Collections.unmodifiableSequencedMap(versions);
  }

  /** Where a file with this SHA-256 (hexadecimal) was published as a web shell. */
  public Optional<String> knownHash(String sha256) {
    return Optional.ofNullable(hashes.get(sha256.toLowerCase(Locale.ROOT)));
  }

  /** Where a file of this name (without folders) was published as a web shell; weak alone. */
  public Optional<String> knownName(String fileName) {
    return Optional.ofNullable(names.get(fileName.toLowerCase(Locale.ROOT)));
  }

  @Nullable List<Call> callsOf(String lastName) {
    return calls.get(lastName);
  }

  List<Text> texts() {
    return texts;
  }

  List<Word> words() {
    return words;
  }

  private void addSignal(List<String> row) throws IOException {
    if (row.size() != 4) {
      throw new IOException(SIGNALS + ": a row needs 4 columns: " + String.join("|", row));
    }
    Signal signal;
    try {
      signal = Signal.valueOf(row.get(1));
    } catch (IllegalArgumentException e) {
      throw new IOException(SIGNALS + ": no such signal: " + row.get(1), e);
    }
    String pattern = row.get(2).toLowerCase(Locale.ROOT);
    switch (row.get(0)) {
      case "text" -> texts.add(new Text(signal, pattern, row.get(3).equals("whole")));
      case "call" -> addCall(signal, pattern, row.get(3).equals("1"));
      default -> throw new IOException(SIGNALS + ": neither call nor text: " + row.get(0));
    }
  }

  private void addCall(Signal signal, String pattern, boolean firstOnly) {
    boolean member = pattern.startsWith(".");
    boolean bare = pattern.startsWith("!");
    String chain = member || bare ? pattern.substring(1) : pattern;
    List<String> parts = List.of(chain.split("\\.", -1)).reversed();
    calls
        .computeIfAbsent(parts.getFirst(), name -> new ArrayList<>())
        .add(new Call(signal, parts.subList(1, parts.size()), member, bare, firstOnly));
  }

  private static Word word(String text) {
    List<byte[]> encodings = new ArrayList<>();
    encodings.add(text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
    boolean ascii = text.chars().allMatch(c -> c < 128);
    if (!ascii && Charset.isSupported("GB18030")) {
      encodings.add(text.getBytes(Charset.forName("GB18030")));
    }
    return new Word(text, encodings);
  }
}
