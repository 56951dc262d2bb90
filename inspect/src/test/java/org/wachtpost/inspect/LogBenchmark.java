package org.wachtpost.inspect;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code bin/dev bench inspect DIR}: all log checks beside one grep over the same files, turn by
 * turn in one run, each as a process of its own from its start to its end; inspect as the launcher
 * starts it. The page cache is warm from the first turn, which does not count. A folder with every
 * second file (hard links) shows how the time grows.
 */
public final class LogBenchmark {
  private static final int TURNS = 5;
  private static final int LIMIT_MB = 512;

  /** Without a single hit grep ends with 1; every verdict of the inspection is an answer. */
  private static final Set<Integer> GREP = Set.of(0, 1);

  private static final Set<Integer> VERDICTS = Set.of(0, 3, 10, 11, 12, 13);

  /** What one process took. */
  private record Taken(double seconds, double processorSeconds, long peakMegabytes) {}

  private LogBenchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    Path half = folder.resolveSibling(folder.getFileName() + ".half");
    long bytes = link(folder, null);
    long halfBytes = link(folder, half);
    Taken[] grep = new Taken[TURNS];
    Taken[] inspect = new Taken[TURNS];
    Taken[] halves = new Taken[TURNS];
    try {
      for (int turn = -1; turn < TURNS; turn++) {
        Taken peer = run(GREP, "grep", "-r", "-c", "-F", "ServerInfo~", folder.toString());
        Taken ours = run(VERDICTS, "./wachtpost", "inspect", folder.toString(), "--json");
        Taken ofHalf = run(VERDICTS, "./wachtpost", "inspect", half.toString(), "--json");
        if (turn >= 0) {
          grep[turn] = peer;
          inspect[turn] = ours;
          halves[turn] = ofHalf;
        }
      }
    } finally {
      delete(half);
    }
    Taken peer = median(grep);
    Taken ours = median(inspect);
    Taken ofHalf = median(halves);
    long peak = Arrays.stream(inspect).mapToLong(Taken::peakMegabytes).max().orElse(0);
    System.out.printf(
        Locale.ROOT,
        "%.2f GB: grep -c -F %.2f s, inspect %.2f s, ratio %.2f (goal 2, floor 4); medians of %d%n",
        bytes / 1e9,
        peer.seconds,
        ours.seconds,
        ours.seconds / peer.seconds,
        TURNS);
    System.out.printf(
        Locale.ROOT,
        "cores used: %.2f (%.2f s of processor time)%n",
        ours.processorSeconds / ours.seconds,
        ours.processorSeconds);
    System.out.printf(Locale.ROOT, "memory: %d MB at most (limit %d)%n", peak, LIMIT_MB);
    System.out.printf(
        Locale.ROOT,
        "growth: %.2f GB in %.2f s, %.2f times as many bytes in %.2f times the time%n",
        halfBytes / 1e9,
        ofHalf.seconds,
        (double) bytes / halfBytes,
        ours.seconds / ofHalf.seconds);
    if (peak > LIMIT_MB) {
      System.exit(1);
    }
  }

  /** Links every second file into a folder, or none without one; gives the bytes of the files. */
  private static long link(Path folder, @org.jspecify.annotations.Nullable Path half)
      throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    long bytes = 0;
    for (int i = 0; i < files.size(); i += half == null ? 1 : 2) {
      bytes += Files.size(files.get(i));
      if (half != null) {
        Path link = half.resolve(folder.relativize(files.get(i)));
        Files.createDirectories(link.getParent());
        Files.createLink(link, files.get(i));
      }
    }
    return bytes;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  private static Taken median(Taken[] taken) {
    Arrays.sort(taken, Comparator.comparingDouble(Taken::seconds));
    return taken[taken.length / 2];
  }

  private static Taken run(Set<Integer> expected, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    builder.redirectOutput(new File("/dev/null")).redirectError(new File("/dev/null"));
    long start = System.nanoTime();
    Process process = builder.start();
    Path status = Path.of("/proc/" + process.pid() + "/status");
    long peak = 0;
    double processor = 0;
    // What Linux counts about a process is gone with it: asked now and then until it ends.
    while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, megabytes(status));
      processor =
          process.info().totalCpuDuration().map(one -> one.toMillis() / 1e3).orElse(processor);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!expected.contains(process.exitValue())) {
      throw new IllegalStateException(
          String.join(" ", command) + " ended with " + process.exitValue());
    }
    return new Taken(seconds, processor, peak);
  }

  private static long megabytes(Path status) {
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
      return 0;
    } catch (IOException ended) {
      return 0; // between the question and the answer
    }
  }
}
