package org.wachtpost.inspect.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Exchange builds, their names, and which of them close which chain of holes. */
public final class BuildTable {
  /** Whether a build closes a chain. */
  public enum Patched {
    CLOSED,
    OPEN,
    NEVER_FIXED,
    NEWER_THAN_TABLE,
    UNKNOWN
  }

  /** A product build: 15.1.2375.7. */
  public record Build(int major, int minor, int update, int revision) implements Comparable<Build> {
    private static final Pattern FORM =
        Pattern.compile("([0-9]{1,6})\\.([0-9]{1,6})\\.([0-9]{1,6})\\.([0-9]{1,6})");

    /** Reads {@code 15.1.2375.7}, also with leading zeros as logs write it. */
    public static Optional<Build> parse(String text) {
      Matcher matcher = FORM.matcher(text.strip());
      if (!matcher.matches()) {
        return Optional.empty();
      }
      return Optional.of(
          new Build(
              Integer.parseInt(matcher.group(1)),
              Integer.parseInt(matcher.group(2)),
              Integer.parseInt(matcher.group(3)),
              Integer.parseInt(matcher.group(4))));
    }

    boolean sameUpdate(Build other) {
      return major == other.major && minor == other.minor && update == other.update;
    }

    boolean sameLine(Build other) {
      return major == other.major && minor == other.minor;
    }

    @Override
    public int compareTo(Build other) {
      int result = Integer.compare(major, other.major);
      result = result != 0 ? result : Integer.compare(minor, other.minor);
      result = result != 0 ? result : Integer.compare(update, other.update);
      return result != 0 ? result : Integer.compare(revision, other.revision);
    }

    @Override
    public String toString() {
      return major + "." + minor + "." + update + "." + revision;
    }
  }

  private record Entry(String kind, String owner, Build build, String name, String date) {}

  private final List<Entry> entries;
  private final String date;

  private BuildTable(List<Entry> entries, String date) {
    this.entries = entries;
    this.date = date;
  }

  static BuildTable of(RulesFile file) throws RulesException {
    List<Entry> entries = new ArrayList<>();
    for (RulesFile.Line line : file.lines()) {
      Optional<Build> build = Build.parse(line.cell(2));
      if (build.isEmpty() || !List.of("cu", "su", "fixed", "since").contains(line.cell(0))) {
        throw new RulesException(file.name() + ":" + line.number() + ": not a build line");
      }
      entries.add(new Entry(line.cell(0), line.cell(1), build.get(), line.cell(3), line.cell(4)));
    }
    return new BuildTable(entries, file.date());
  }

  /** The day the table was made: newer builds are not judged. */
  public String date() {
    return date;
  }

  /** A name such as {@code Exchange 2016 CU22 Nov21SU}. */
  public String name(Build build) {
    Entry base = null;
    Entry update = null;
    for (Entry entry : entries) {
      if (entry.build().sameUpdate(build)) {
        if (entry.kind().equals("cu")) {
          base = entry;
        } else if (entry.kind().equals("su")
            && entry.build().compareTo(build) <= 0
            && (update == null || entry.build().compareTo(update.build()) > 0)) {
          update = entry;
        }
      }
    }
    if (base == null) {
      return "Exchange " + build + " (not in the table of " + date + ")";
    }
    String name = "Exchange " + base.owner() + " " + base.name();
    return update == null ? name : name + " " + update.name();
  }

  /** Whether an update of this number, such as KB5000871, is one of Exchange's. */
  public boolean names(String update) {
    String number = "(" + update.toUpperCase(Locale.ROOT) + ")";
    return entries.stream().anyMatch(entry -> entry.name().contains(number));
  }

  /** The month (YYYY-MM) in which the build's security update came out, or null. */
  public @Nullable String month(Build build) {
    for (Entry entry : entries) {
      if (entry.kind().equals("su") && entry.build().equals(build)) {
        return entry.date();
      }
    }
    return null;
  }

  /**
   * True if the build is above everything the table knows of its cumulative update or product. Of a
   * cumulative update that is not the last and has no security update in the table, a higher build
   * is none to come: it had updates before the first of those that are listed.
   */
  public boolean newer(Build build) {
    Build newestOfUpdate = null;
    Build newest = null;
    boolean updated = false;
    for (Entry entry : entries) {
      if (entry.kind().equals("cu") || entry.kind().equals("su")) {
        Build known = entry.build();
        if (known.sameUpdate(build)
            && (newestOfUpdate == null || known.compareTo(newestOfUpdate) > 0)) {
          newestOfUpdate = known;
        }
        updated |= known.sameUpdate(build) && entry.kind().equals("su");
        if (known.sameLine(build) && (newest == null || known.compareTo(newest) > 0)) {
          newest = known;
        }
      }
    }
    if (newestOfUpdate != null && newest != null) {
      return build.compareTo(newestOfUpdate) > 0 && (updated || newest.sameUpdate(build));
    }
    return newest == null ? build.major() >= 15 && build.minor() > 2 : build.compareTo(newest) > 0;
  }

  /** Whether a build closes a chain ("ProxyLogon", "ProxyShell", "ProxyNotShell", "OWASSRF"). */
  public Patched patched(String chain, Build build) {
    if (newer(build)) {
      return Patched.NEWER_THAN_TABLE;
    }
    for (Entry entry : entries) {
      if (entry.owner().equals(chain)
          && entry.kind().equals("fixed")
          && entry.build().sameUpdate(build)) {
        return build.compareTo(entry.build()) >= 0 ? Patched.CLOSED : Patched.OPEN;
      }
    }
    for (Entry entry : entries) {
      if (entry.owner().equals(chain)
          && entry.kind().equals("since")
          && entry.build().sameLine(build)
          && build.compareTo(entry.build()) >= 0) {
        return Patched.CLOSED;
      }
    }
    boolean known = entries.stream().anyMatch(entry -> entry.build().sameLine(build));
    return known ? Patched.NEVER_FIXED : Patched.UNKNOWN;
  }

  /** The update that closes a chain for a build's cumulative update, if there is one. */
  public Optional<String> closing(String chain, Build build) {
    return entries.stream()
        .filter(entry -> entry.kind().equals("fixed") && entry.owner().equals(chain))
        .filter(entry -> entry.build().sameUpdate(build))
        .map(Entry::name)
        .findFirst();
  }
}
