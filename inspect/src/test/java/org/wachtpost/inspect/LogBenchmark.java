package org.wachtpost.inspect;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code bin/dev bench inspect DIR}: all log checks beside one grep over the same files, turn by
 * turn in one run, each as a process of its own. The page cache is warm from the first turn, which
 * does not count.
 */
public final class LogBenchmark {
  private static final int TURNS = 5;

  private LogBenchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(arguments[0]);
    long bytes;
    try (Stream<Path> files = Files.walk(folder)) {
      bytes = files.filter(Files::isRegularFile).mapToLong(LogBenchmark::size).sum();
    }
    // Without a single hit grep ends with 1; every verdict of the inspection is an answer.
    Set<Integer> answered = Set.of(0, 3, 10, 11, 12, 13);
    List<String> grep = List.of("grep", "-r", "-c", "-F", "ServerInfo~", folder.toString());
    List<String> inspect =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx400m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            InspectMain.class.getName(),
            folder.toString(),
            "--json");
    double[] peer = new double[TURNS];
    double[] ours = new double[TURNS];
    for (int turn = -1; turn < TURNS; turn++) {
      double one = seconds(grep, Set.of(0, 1));
      double other = seconds(inspect, answered);
      if (turn >= 0) {
        peer[turn] = one;
        ours[turn] = other;
      }
    }
    Arrays.sort(peer);
    Arrays.sort(ours);
    System.out.printf(
        Locale.ROOT,
        "%.2f GB: grep -c -F %.2f s, inspect %.2f s, ratio %.2f (goal 2, floor 4); medians of %d%n",
        bytes / 1e9,
        peer[TURNS / 2],
        ours[TURNS / 2],
        ours[TURNS / 2] / peer[TURNS / 2],
        TURNS);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  private static double seconds(List<String> command, Set<Integer> expected)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    builder.redirectOutput(new File("/dev/null")).redirectError(new File("/dev/null"));
    long start = System.nanoTime();
    int status = builder.start().waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!expected.contains(status)) {
      throw new IllegalStateException(String.join(" ", command) + " ended with " + status);
    }
    return seconds;
  }
}
