package org.wachtpost.inspect.webshell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files that a clean Exchange 2013 to 2019 server executes. An unknown page in a folder that is
 * completely listed is a finding whatever it holds; folders of which no complete list is built in
 * become complete when baselines of Microsoft's are added.
 */
public final class PathAllowlist {
  /** Names that differ in at most this many letters from a product's file are near misses. */
  public static final int MAX_DISTANCE = 3;

  private static final String FILE = "exchange-paths.tsv";

  private final String version;
  private final Set<String> known;
  private final Set<String> complete;
  private final Set<String> partial;
  private final List<String> sites;
  private final Set<String> stems = new TreeSet<>();

  private PathAllowlist(
      String version,
      Set<String> known,
      Set<String> complete,
      Set<String> partial,
      List<String> sites) {
    this.version = version;
    this.known = known;
    this.complete = complete;
    this.partial = partial;
    this.sites = sites;
    for (String path : known) {
      if (path.contains("\\auth\\")) {
        stems.add(new WindowsPath(path).stem());
      }
    }
  }

  /** The list that came with the program. */
  public static PathAllowlist builtIn() {
    try {
      return load(null);
    } catch (IOException e) {
      throw new UncheckedIOException("the program's own rules are damaged", e);
    }
  }

  /**
   * The list in {@code directory}, else the one that came with the program.
   *
   * @throws IOException if it cannot be read or a row is not of the documented form
   */
  public static PathAllowlist load(@Nullable Path directory) throws IOException {
    RuleFile file = RuleFile.load(directory, FILE);
    Set<String> known = new HashSet<>();
    Set<String> complete = new HashSet<>();
    Set<String> partial = new HashSet<>();
    List<String> sites = new ArrayList<>();
    for (List<String> row : file.rows()) {
      if (row.size() != 2) {
        throw new IOException(FILE + ": a row needs 2 columns: " + String.join("|", row));
      }
      switch (row.get(0)) {
        case "file" -> known.add(row.get(1));
        case "complete" -> complete.add(row.get(1));
        case "partial" -> partial.add(row.get(1));
        case "site" -> sites.add(row.get(1));
        default -> throw new IOException(FILE + ": no such row: " + row.get(0));
      }
    }
    return new PathAllowlist(file.version(), known, complete, partial, sites);
  }

  /** This list with the paths of baselines, whose top folders then count as complete. */
  public PathAllowlist with(BaselineHashes baselines) {
    Collection<String> paths = baselines.paths();
    Set<String> all = new HashSet<>(known);
    Set<String> whole = new HashSet<>(complete);
    for (String path : paths) {
      all.add(path);
      int end = path.indexOf('\\', path.indexOf('\\') + 1);
      if (end > 0 && !baselines.isBuiltInOnly()) {
        whole.add(path.substring(0, end));
      }
    }
    return new PathAllowlist(version, all, whole, partial, sites);
  }

  /** Date of the list. */
  public String version() {
    return version;
  }

  /** How many files are listed. */
  public int size() {
    return known.size();
  }

  /** The verdict on a path: any letter case, either slash, with or without a drive. */
  public PathVerdict judge(String path) {
    WindowsPath windows = WindowsPath.of(path);
    if (!windows.isExecuted()) {
      return new PathVerdict.NotServed();
    }
    String inside = windows.underExchange();
    if (!inside.isEmpty()) {
      if (known.contains(inside)) {
        return new PathVerdict.Known();
      }
      if (isWithin(inside, complete)) {
        return unknown(windows);
      }
      return isWithin(inside, partial)
          ? new PathVerdict.UnlistedFolder(windows.folder())
          : new PathVerdict.NotServed();
    }
    for (String site : sites) {
      if (("\\" + windows.text()).contains(site + "\\")) {
        return unknown(windows);
      }
    }
    return new PathVerdict.NotServed();
  }

  private PathVerdict unknown(WindowsPath windows) {
    String stem = windows.stem();
    String nearest = "";
    int distance = allowance(stem) + 1;
    for (String like : stems) {
      int apart = EditDistance.between(stem, like, distance);
      if (apart > 0 && apart < distance) {
        distance = apart;
        nearest = like;
      }
    }
    if (!nearest.isEmpty()) {
      return new PathVerdict.NearMiss(windows.folder(), nearest, distance);
    }
    return EditDistance.looksRandom(stem)
        ? new PathVerdict.RandomName(windows.folder())
        : new PathVerdict.UnknownInServedFolder(windows.folder());
  }

  /** Short names are near to anything: they may differ in fewer letters. */
  private static int allowance(String stem) {
    return stem.length() <= 4 ? 1 : stem.length() <= 6 ? 2 : MAX_DISTANCE;
  }

  private static boolean isWithin(String path, Set<String> folders) {
    int end = path.lastIndexOf('\\');
    while (end > 0) {
      if (folders.contains(path.substring(0, end))) {
        return true;
      }
      end = path.lastIndexOf('\\', end - 1);
    }
    return false;
  }
}
