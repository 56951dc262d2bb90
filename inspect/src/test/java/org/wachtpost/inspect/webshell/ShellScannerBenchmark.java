package org.wachtpost.inspect.webshell;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * {@code bin/dev bench inspect-content DIR}: content checks beside Debian's {@code yara} with a
 * comparable rule set ({@code webshell.yar}), over the same tree, turn by turn in one run; once as
 * checks in a program that runs already, and once as the whole program from its start to its end,
 * as the launcher starts it, with all else that it looks for. An empty DIR is filled first with a
 * seeded tree of more than a gigabyte that is mixed as a web server's folders are: scripts and
 * styles, pages, programs, a few large binaries. The first turn starts with the compiler cold and
 * is printed too.
 */
public final class ShellScannerBenchmark {
  private static final int THREADS = 2;
  private static final int ROUNDS = 5;
  private static final int FILES = 8000;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final long SEED = 20260101;

  /** What an inspection ends with when it has looked. */
  private static final Set<Integer> VERDICTS = Set.of(0, 3, 10, 11, 12, 13);

  private ShellScannerBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path tree = Path.of(arguments[0]);
    Files.createDirectories(tree);
    if (files(tree).isEmpty()) {
      generate(tree);
    }
    Path rules = Files.createTempFile("webshell", ".yar");
    try (InputStream in = ShellScannerBenchmark.class.getResourceAsStream("webshell.yar")) {
      if (in == null) {
        throw new IOException("webshell.yar is missing");
      }
      Files.copy(in, rules, StandardCopyOption.REPLACE_EXISTING);
      compare(tree, rules);
    } finally {
      Files.delete(rules);
    }
  }

  private static List<Path> files(Path tree) throws IOException {
    try (Stream<Path> walk = Files.walk(tree)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void compare(Path tree, Path rules) throws Exception {
    List<Path> files = files(tree);
    long bytes = files.stream().mapToLong(file -> file.toFile().length()).sum();
    System.out.printf("tree: %d files, %.1f MB%n", files.size(), bytes / 1e6);
    yara(rules, tree); // fills the page cache; does not count
    double[] own = new double[ROUNDS];
    double[] yara = new double[ROUNDS];
    double[] program = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      own[round] = own(tree);
      yara[round] = yara(rules, tree);
      program[round] = program(tree);
    }
    double cold = own[0];
    Arrays.sort(own);
    Arrays.sort(yara);
    Arrays.sort(program);
    double ours = own[ROUNDS / 2];
    double peer = yara[ROUNDS / 2];
    System.out.printf(
        "ShellScanner, %d threads: %.2f s, %.0f MB/s; cold %.2f s%n",
        THREADS, ours, bytes / 1e6 / ours, cold);
    System.out.printf("yara -p %d: %.2f s, %.0f MB/s%n", THREADS, peer, bytes / 1e6 / peer);
    System.out.printf(
        "ShellScanner is %.1f times as fast, cold %.1f (goal: 3); medians of %d%n",
        peer / ours, peer / cold, ROUNDS);
    System.out.printf(
        "the whole program: %.2f s, %.1f times as fast as yara; median of %d%n",
        program[ROUNDS / 2], peer / program[ROUNDS / 2], ROUNDS);
  }

  private static double program(Path tree) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder("./wachtpost", "inspect", tree.toString(), "--json")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int status = process.waitFor();
    if (!VERDICTS.contains(status)) {
      throw new IllegalStateException("inspect ended with " + status);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("  program %.2f s%n", seconds);
    return seconds;
  }

  private static double own(Path tree)
      throws IOException, InterruptedException, ExecutionException {
    long start = System.nanoTime();
    ShellScanner scanner = new ShellScanner(ShellRules.builtIn());
    List<Path> files = files(tree);
    AtomicInteger next = new AtomicInteger();
    int hits = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Integer>> parts = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        parts.add(threads.submit(() -> scan(scanner, files, next)));
      }
      for (Future<Integer> part : parts) {
        hits += part.get();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("  own %.2f s, %d shells%n", seconds, hits);
    return seconds;
  }

  private static int scan(ShellScanner scanner, List<Path> files, AtomicInteger next) {
    int hits = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    int index = next.getAndIncrement();
    while (index < files.size()) {
      try (FileChannel channel = FileChannel.open(files.get(index))) {
        int size = Math.toIntExact(channel.size());
        buffer = size > buffer.length ? new byte[size * 2] : buffer;
        ByteBuffer target = ByteBuffer.wrap(buffer, 0, size);
        while (target.hasRemaining()) {
          // By pieces: the platform keeps a buffer as large as the largest read.
          target.limit(Math.min(size, target.position() + BUFFER_BYTES));
          if (channel.read(target) < 0) {
            throw new IOException(files.get(index) + " became shorter");
          }
          target.limit(size);
        }
        hits += scanner.scan(buffer, size).shell() ? 1 : 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      index = next.getAndIncrement();
    }
    return hits;
  }

  private static double yara(Path rules, Path tree) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(
                "yara", "-r", "-p", String.valueOf(THREADS), rules.toString(), tree.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long hits =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().count();
    int status = process.waitFor();
    if (status != 0) {
      throw new IllegalStateException("yara ended with " + status);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("  yara %.2f s, %d matches%n", seconds, hits);
    return seconds;
  }

  private static void generate(Path tree) throws IOException {
    Random random = new Random(SEED);
    for (int i = 0; i < FILES; i++) {
      int kind = random.nextInt(12);
      String ending = kind < 4 ? ".js" : kind < 6 ? ".css" : kind < 10 ? ".aspx" : ".dll";
      Path folder = tree.resolve("owa/15.1.2106." + i % 40);
      Files.createDirectories(folder);
      byte[] content =
          switch (ending) {
            case ".dll" -> binary(random);
            case ".aspx" -> page(random).getBytes(StandardCharsets.UTF_8);
            default -> script(random).getBytes(StandardCharsets.UTF_8);
          };
      Files.write(folder.resolve("f" + i + ending), content);
    }
  }

  private static byte[] binary(Random random) {
    int more = random.nextInt(20) == 0 ? 4_000_000 : 300_000;
    byte[] bytes = new byte[20_000 + random.nextInt(more)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String script(Random random) {
    StringBuilder text = new StringBuilder();
    int lines = 200 + random.nextInt(3000);
    for (int i = 0; i < lines; i++) {
      text.append("  if (a")
          .append(random.nextInt(1000))
          .append(" < b[i] && node.className) {\n")
          .append("    element.setAttribute(\"class\", 'x').appendChild(document);\n  }\n");
    }
    return text.toString();
  }

  private static String page(Random random) {
    StringBuilder text =
        new StringBuilder(
            "<%@ Page Language=\"C#\" Inherits=\"Product.Page\" %>\n<script runat=\"server\">\n"
                + "void Page_Load(object s, EventArgs e) { Title = Request.QueryString[\"t\"]; }\n"
                + "</script>\n<html><body><form runat=\"server\">\n");
    int rows = 50 + random.nextInt(600);
    for (int i = 0; i < rows; i++) {
      text.append("<tr><td class=\"c")
          .append(i)
          .append("\"><asp:Label ID=\"l")
          .append(i)
          .append("\" runat=\"server\" Text='<%# Eval(\"Name\") %>' /></td></tr>\n");
    }
    return text.append("</form></body></html>").toString();
  }
}
