package org.wachtpost.inspect.webshell;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What Microsoft shipped at a path, per build: to tell a page that was modified in place. Reads the
 * baselines that Microsoft published in March 2021 ({@code SHA256,version,\path}); a few front-end
 * files are built in.
 */
public final class BaselineHashes {
  /** Rows read from all files; more are refused. */
  public static final int MAX_ROWS = 4_000_000;

  private static final int MAX_LINE_CHARS = 4096;
  private static final String FILE = "exchange-hashes.tsv";

  /** Result of a comparison. */
  public enum Match {
    /** What this build shipped. */
    SHIPPED,
    /** The build shipped another content at this path: modified in place. */
    MODIFIED,
    /** Not this build's content, but that of another build: an update half installed. */
    OTHER_BUILD,
    /** No baseline of this build, or it does not have the path: nothing can be said. */
    NOT_VERIFIABLE
  }

  /** Path to the hash of each build. */
  private final Map<String, Map<String, String>> hashes = new HashMap<>();

  private final List<String> skipped = new ArrayList<>();
  private int rows;
  private boolean builtInOnly = true;

  private BaselineHashes() {
    for (List<String> row : RuleFile.builtIn(FILE).rows()) {
      put(row.get(0), row.get(1), row.get(2));
    }
  }

  /** The hashes that came with the program. */
  public static BaselineHashes builtIn() {
    return new BaselineHashes();
  }

  /**
   * The built-in hashes and those of the given CSV files.
   *
   * @throws IOException if a file cannot be read or has no row of the documented form, or all
   *     together have more than {@link #MAX_ROWS} rows; rows that are not of the documented form
   *     are skipped and counted, see {@link #skipped()}
   */
  public static BaselineHashes load(Collection<Path> files) throws IOException {
    BaselineHashes baselines = new BaselineHashes();
    for (Path file : files) {
      baselines.builtInOnly = false;
      baselines.read(file);
    }
    return baselines;
  }

  /**
   * Compares a file with the baseline of its build.
   *
   * @param build as in {@code 15.1.2106.2}
   * @param path any letter case, either slash, with or without drive and Exchange folder
   * @param sha256 hexadecimal
   */
  public Match compare(String build, String path, String sha256) {
    Map<String, String> builds = hashes.get(key(path));
    if (builds == null) {
      return Match.NOT_VERIFIABLE;
    }
    String wanted = sha256.toLowerCase(Locale.ROOT);
    String shipped = builds.get(build);
    if (wanted.equals(shipped)) {
      return Match.SHIPPED;
    }
    if (builds.containsValue(wanted)) {
      return Match.OTHER_BUILD;
    }
    return shipped == null ? Match.NOT_VERIFIABLE : Match.MODIFIED;
  }

  /** Paths under the Exchange folder, in lower case. */
  Set<String> paths() {
    return Collections.unmodifiableSet(hashes.keySet());
  }

  boolean isBuiltInOnly() {
    return builtInOnly;
  }

  /** Rows that could not be read, as {@code file:line}. */
  public List<String> skipped() {
    return Collections.unmodifiableList(skipped);
  }

  private void read(Path file) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      int number = 0;
      boolean any = false;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        rows++;
        if (rows > MAX_ROWS) {
          throw new IOException(file + ": more than " + MAX_ROWS + " rows of baselines");
        }
        boolean heading = number == 1 && line.toLowerCase(Locale.ROOT).contains("sha256");
        if (row(line)) {
          any = true;
        } else if (!line.isBlank() && !heading && skipped.size() < 1000) {
          skipped.add(file.getFileName() + ":" + number);
        }
      }
      if (!any) {
        throw new IOException(file + ": no baseline: none of its rows is SHA256,version,path");
      }
    }
  }

  private boolean row(String line) {
    int first = line.indexOf(',');
    int second = line.indexOf(',', first + 1);
    if (first < 0 || second < 0 || line.length() > MAX_LINE_CHARS) {
      return false;
    }
    String hash = unquoted(line.substring(0, first));
    String build = unquoted(line.substring(first + 1, second));
    String path = unquoted(line.substring(second + 1));
    if (hash.length() != 64 || !build.startsWith("15.")) {
      return false;
    }
    put(build, hash.toLowerCase(Locale.ROOT), path);
    return true;
  }

  /**
   * Some baselines lack the leading backslash, and that of 15.2.792.3 the folder ClientAccess; only
   * what a server executes is kept.
   */
  private void put(String build, String hash, String path) {
    String key = key(path);
    if (!key.startsWith("clientaccess\\") && !key.startsWith("frontend\\")) {
      key = (key.startsWith("httpproxy\\") ? "frontend\\" : "clientaccess\\") + key;
    }
    if (new WindowsPath(key).isExecuted()) {
      hashes.computeIfAbsent(key, k -> new HashMap<>()).put(build, hash);
    }
  }

  private static String key(String path) {
    WindowsPath windows = WindowsPath.of(path);
    String inside = windows.underExchange();
    String text = inside.isEmpty() ? windows.text() : inside;
    return text.startsWith("\\") ? text.substring(1) : text;
  }

  private static String unquoted(String value) {
    String bare = value.strip();
    return bare.length() >= 2 && bare.startsWith("\"") && bare.endsWith("\"")
        ? bare.substring(1, bare.length() - 1)
        : bare.startsWith("\uFEFF") || bare.startsWith("\u00EF\u00BB\u00BF")
            ? bare.substring(bare.startsWith("\uFEFF") ? 1 : 3)
            : bare;
  }
}
