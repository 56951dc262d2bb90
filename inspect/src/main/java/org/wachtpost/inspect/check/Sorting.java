package org.wachtpost.inspect.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.EvidenceFile;

/**
 * Sorts files by what they are while further ones are listed. Small logs of rows, of which a server
 * has thousands, are read at once: they are open already.
 *
 * <p>One thread hands files over, takes what others found in the order in which it handed over, and
 * closes this.
 */
public final class Sorting implements AutoCloseable {
  /** Lots of files that listing may be ahead: so many are in memory that nobody may want. */
  static final int MAX_WAITING = 128;

  private static final int MAX_ENDINGS = 200;
  private static final int MAX_ENDING_CHARACTERS = 16;

  /**
   * A file that was looked at.
   *
   * @param claimed what it is; null if that could not be told
   * @param read true if it was read then
   * @param copy true if another file of the evidence is the same, and is read
   * @param failure why it could not be read, if so
   */
  record Sorted(
      EvidenceFile file,
      Classifier.@Nullable Claimed claimed,
      boolean read,
      boolean copy,
      String failure) {}

  private final Examination shared;
  private final ExecutorService threads;
  private final Deque<Future<List<Sorted>>> waiting = new ArrayDeque<>();
  private final List<Classifier.Claimed> claimed = new ArrayList<>();
  private final Map<String, Long> unclaimed = new HashMap<>();
  private final Map<String, Container.Met> containers = new TreeMap<>();
  private final Doubles doubles = new Doubles();
  private long unclaimedFiles;
  private long bytes;

  /** What is asked of a folder is asked once for all files that follow. */
  private String folder = "";

  private boolean named;

  Sorting(Examination shared, int threads) {
    this.shared = shared;
    this.threads =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().name("inspect").factory());
  }

  /**
   * Takes some more files.
   *
   * @param files an empty list says that there are no more, and waits until all are sorted
   * @return of the files taken, those sorted meanwhile that a check reads or a finding may name, in
   *     the order taken; nothing any more once the calling thread was interrupted
   */
  public List<EvidenceFile> keep(List<EvidenceFile> files) {
    List<EvidenceFile> kept = new ArrayList<>();
    if (Thread.currentThread().isInterrupted()) {
      return kept;
    }
    boolean last = files.isEmpty();
    if (!last) {
      IdentityHashMap<EvidenceFile, List<EvidenceFile>> alike = doubles.candidates(files);
      waiting.add(threads.submit(() -> look(files, alike)));
    }
    try {
      while (!waiting.isEmpty()
          && (last || waiting.size() > MAX_WAITING || waiting.getFirst().isDone())) {
        for (Sorted one : result(waiting.remove())) {
          sort(one, kept);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // the examination ends before it reads on
    }
    return kept;
  }

  /** Ends the threads; what they were about is given up. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }

  /** What is to be read still. */
  List<Classifier.Claimed> claimed() {
    return claimed;
  }

  /** The size of all files that checks read, together. */
  long bytes() {
    return bytes;
  }

  /** Files that no check reads, by ending. */
  public Map<String, Long> unclaimed() {
    return new TreeMap<>(unclaimed);
  }

  /** How many files no check reads. */
  public long unclaimedFiles() {
    return unclaimedFiles;
  }

  /** What to say about copies that were not read. */
  List<String> copies() {
    return doubles.notes();
  }

  /** What to say about archives and images that were not opened. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    containers.forEach((words, met) -> notes.add(met.note(words)));
    return notes;
  }

  private List<Sorted> look(
      List<EvidenceFile> files, IdentityHashMap<EvidenceFile, List<EvidenceFile>> alike) {
    List<Sorted> sorted = new ArrayList<>(files.size());
    FileReader reader = shared.takeReader();
    for (EvidenceFile file : files) {
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
      sorted.add(
          Doubles.isCopy(file, alike.getOrDefault(file, List.of()))
              ? new Sorted(file, null, false, true, "")
              : reader.sort(file));
    }
    shared.giveBack(reader);
    return sorted;
  }

  private static List<Sorted> result(Future<List<Sorted>> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException failed) {
      // A lack of memory: nobody shall think that all was looked at.
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(failed);
    }
  }

  private void sort(Sorted sorted, List<EvidenceFile> kept) {
    EvidenceFile file = sorted.file();
    if (!sorted.failure().isEmpty()) {
      shared.sink().damage(file.path(), "whole file", sorted.failure());
    }
    if (sorted.copy()) {
      doubles.leftOut(file);
    }
    Classifier.Claimed one = sorted.claimed();
    if (one == null) {
      return;
    }
    String place = file.windowsPath().folder();
    if (!place.equals(folder)) {
      folder = place;
      named = shared.versionFolder(file);
      if (Classifier.hot(file.windowsPath())) {
        shared.book().looked("temp, ProgramData, public and web folders", CheckId.I18);
      }
    }
    if (one.kind() == Kind.UNCLAIMED && !one.source().isEmpty()) {
      containers.computeIfAbsent(one.source(), _ -> new Container.Met()).add(file.path());
    }
    if (one.kind() == Kind.UNCLAIMED && LooseFiles.wanted(file, shared.rules())) {
      bytes += file.size();
      claimed.add(new Classifier.Claimed(file, Kind.LOOSE_FILE, "files that are not pages"));
    } else if (one.kind() == Kind.UNCLAIMED) {
      unclaimed(file);
      if (!named) {
        return;
      }
    } else {
      bytes += file.size();
      if (!sorted.read()) {
        claimed.add(one);
      }
    }
    kept.add(file);
  }

  private void unclaimed(EvidenceFile file) {
    unclaimedFiles++;
    String ending = file.windowsPath().ending();
    boolean plain = !ending.isEmpty() && ending.length() <= MAX_ENDING_CHARACTERS;
    String name = plain && unclaimed.size() < MAX_ENDINGS ? ending : "(other)";
    unclaimed.merge(name, 1L, Long::sum);
  }
}
