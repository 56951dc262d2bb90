package org.wachtpost.inspect.check;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.rules.BuildTable.Build;

/** What the evidence says about the server itself; any thread. */
public final class ServerFacts {
  private static final int MAX_FACTS = 200;

  /** Computers told apart. */
  static final int MAX_COMPUTERS = 20;

  /** Longer than any name of NetBIOS or label of DNS. */
  private static final int MAX_NAME_CHARACTERS = 63;

  /** A build that some evidence names. */
  public record SeenBuild(Build build, String evidence, boolean withUpdate, Source source) {}

  /** A fact with its place. */
  public record Fact(String name, String value, Source source) {}

  /** An update's installation. */
  public record Installed(Instant time, String update, String evidence) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, SeenBuild> builds = new TreeMap<>();
  private final List<Fact> facts = new ArrayList<>();
  private final NavigableSet<String> computers = new TreeSet<>();
  private @Nullable Installed installed;

  /** The version that a log file's head gives (cumulative update only). */
  void logVersion(String version, String path, long line) {
    Build.parse(version)
        .ifPresent(build -> build(build, "log head", false, Source.line(path, line)));
  }

  /** The version that a log's rows give (cumulative update only). */
  void columnsVersion(String version, String path, long line) {
    Build.parse(version)
        .ifPresent(build -> build(build, "log rows", false, Source.line(path, line)));
  }

  /** A log is of that computer; in whole or without its domain. */
  void computer(String name) {
    int dot = name.indexOf('.');
    String plain = (dot < 0 ? name : name.substring(0, dot)).toUpperCase(Locale.ROOT);
    lock.lock();
    try {
      if (!plain.isEmpty() && plain.length() <= MAX_NAME_CHARACTERS) {
        computers.add(plain);
      }
      if (computers.size() > MAX_COMPUTERS) {
        computers.removeLast(); // the first stay, whichever thread was faster
      }
    } finally {
      lock.unlock();
    }
  }

  /** The computers that logs are of, in order, at most {@link #MAX_COMPUTERS}. */
  List<String> computers() {
    lock.lock();
    try {
      return List.copyOf(computers);
    } finally {
      lock.unlock();
    }
  }

  /** Evidence names a build. */
  void build(Build build, String evidence, boolean withUpdate, Source source) {
    if (build.major() != 15) {
      return;
    }
    lock.lock();
    try {
      String key = evidence + " " + build;
      SeenBuild known = builds.get(key);
      boolean wanted = known == null ? builds.size() < MAX_FACTS : before(source, known.source());
      if (wanted) {
        builds.put(key, new SeenBuild(build, evidence, withUpdate, source));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Which of two places is told of, whichever thread was faster. */
  private static boolean before(Source one, Source other) {
    return one.path().compareTo(other.path()) < 0;
  }

  /** Evidence gives a fact: an update installed, a mitigation, a tool's result. */
  void fact(String name, String value, Source source) {
    lock.lock();
    try {
      Fact fact = new Fact(name, value, source);
      if (facts.size() < MAX_FACTS && !facts.contains(fact)) {
        facts.add(fact);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Evidence says when an update was installed; the first word on it counts. */
  void updated(Instant time, String update, String evidence) {
    lock.lock();
    try {
      if (installed == null || time.isBefore(installed.time())) {
        installed = new Installed(time, update, evidence);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The first installation of an Exchange update in the evidence. */
  Optional<Installed> installed() {
    lock.lock();
    try {
      return Optional.ofNullable(installed);
    } finally {
      lock.unlock();
    }
  }

  /** Every build named. */
  List<SeenBuild> builds() {
    lock.lock();
    try {
      return new ArrayList<>(builds.values());
    } finally {
      lock.unlock();
    }
  }

  /** The build to judge: the highest that says its security update, else the highest at all. */
  Optional<SeenBuild> best() {
    @Nullable SeenBuild best = null;
    for (SeenBuild seen : builds()) {
      if (best == null
          || (seen.withUpdate() && !best.withUpdate())
          || (seen.withUpdate() == best.withUpdate() && seen.build().compareTo(best.build()) > 0)) {
        best = seen;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Facts of that name. */
  List<Fact> facts(String name) {
    lock.lock();
    try {
      return facts.stream().filter(fact -> fact.name().equals(name)).toList();
    } finally {
      lock.unlock();
    }
  }
}
