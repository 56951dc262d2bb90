package org.wachtpost.inspect.webshell;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Content checks beside Debian's {@code yara} with a comparable rule set, over the same tree, in
 * the same run: {@code java … ShellScannerBenchmark [DIRECTORY]}. Without a directory a seeded tree
 * is made that is mixed as a web root is: half scripts and styles, a third pages, the rest
 * binaries.
 */
public final class ShellScannerBenchmark {
  private static final int THREADS = 2;
  private static final int ROUNDS = 3;
  private static final int FILES = 3000;
  private static final long SEED = 20260101;

  private ShellScannerBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path work = Files.createTempDirectory("shell-bench");
    Path tree = arguments.length > 0 ? Path.of(arguments[0]) : generate(work.resolve("tree"));
    Path rules = work.resolve("webshell.yar");
    try (InputStream in = ShellScannerBenchmark.class.getResourceAsStream("webshell.yar")) {
      if (in == null) {
        throw new IOException("webshell.yar is missing");
      }
      Files.copy(in, rules, StandardCopyOption.REPLACE_EXISTING);
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(tree)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    long bytes = files.stream().mapToLong(file -> file.toFile().length()).sum();
    System.out.printf("tree: %d files, %.1f MB%n", files.size(), bytes / 1e6);
    double own = Double.MAX_VALUE;
    double yara = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      own = Math.min(own, own(files));
      yara = Math.min(yara, yara(rules, tree));
    }
    System.out.printf(
        "ShellScanner, %d threads: %.2f s, %.0f MB/s%n", THREADS, own, bytes / 1e6 / own);
    System.out.printf(
        "yara -p %d:               %.2f s, %.0f MB/s%n", THREADS, yara, bytes / 1e6 / yara);
    System.out.printf("ShellScanner is %.1f times as fast (goal: 3)%n", yara / own);
  }

  private static double own(List<Path> files) throws InterruptedException, ExecutionException {
    ShellScanner scanner = new ShellScanner(ShellRules.builtIn());
    long start = System.nanoTime();
    int hits = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Integer>> parts = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int first = t;
        parts.add(threads.submit(() -> scan(scanner, files, first)));
      }
      for (Future<Integer> part : parts) {
        hits += part.get();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("  own %.2f s, %d shells%n", seconds, hits);
    return seconds;
  }

  private static int scan(ShellScanner scanner, List<Path> files, int first) {
    int hits = 0;
    for (int i = first; i < files.size(); i += THREADS) {
      try {
        hits += scanner.scan(Files.readAllBytes(files.get(i))).shell() ? 1 : 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
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
    process.waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("  yara %.2f s, %d matches%n", seconds, hits);
    return seconds;
  }

  private static Path generate(Path tree) throws IOException {
    Random random = new Random(SEED);
    Files.createDirectories(tree);
    for (int i = 0; i < FILES; i++) {
      int kind = random.nextInt(6);
      String ending = kind < 2 ? ".js" : kind < 3 ? ".css" : kind < 5 ? ".aspx" : ".dll";
      byte[] content =
          switch (ending) {
            case ".dll" -> binary(random);
            case ".aspx" -> page(random).getBytes(StandardCharsets.UTF_8);
            default -> script(random).getBytes(StandardCharsets.UTF_8);
          };
      Files.write(tree.resolve("f" + i + ending), content);
    }
    return tree;
  }

  private static byte[] binary(Random random) {
    byte[] bytes = new byte[20_000 + random.nextInt(300_000)];
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
