package org.wachtpost.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wachtpost.server.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wachtpost demo}. */
@Command(
    name = "demo",
    description = "Start a throwaway server on loopback with sample people and mail.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "data directory, kept; without it a temporary one, removed at the end")
  private @Nullable Path directory;

  @Option(
      names = "--port-base",
      paramLabel = "N",
      converter = Conversions.PortBase.class,
      description = "ports are N plus the standard numbers (default: ${DEFAULT-VALUE})")
  private int portBase = 2000;

  @Override
  public Integer call() throws IOException {
    Path used = directory == null ? Files.createTempDirectory("wachtpost-demo-") : directory;
    try {
      Server.demo(used, portBase, server -> announce(used, server));
    } finally {
      if (directory == null) {
        remove(used);
      }
    }
    return 0;
  }

  private void announce(Path used, Server server) {
    Map<String, String> passwords = server.demoPasswords();
    String password = passwords.getOrDefault("alice@example.test", "");
    StringBuilder text = new StringBuilder();
    text.append("Wachtpost demo, data in ").append(used).append("\n\n");
    server.ports().forEach((name, port) -> text.append("  %-12s %d%n".formatted(name, port)));
    text.append('\n');
    passwords.forEach((address, secret) -> text.append("  %-20s %s%n".formatted(address, secret)));
    text.append("\nTry:\n");
    text.append(
        "  curl --ssl-reqd -k -u 'alice@example.test:%s' 'imap://127.0.0.1:%d/INBOX?ALL'%n"
            .formatted(password, portBase + 143));
    text.append(
        "  swaks -s 127.0.0.1 -p %d -tls -f bob@example.test -t alice@example.test%n"
            .formatted(portBase + 25));
    text.append(
        "  Thunderbird: IMAP 127.0.0.1:%d SSL/TLS, SMTP 127.0.0.1:%d SSL/TLS, alice@example.test%n"
            .formatted(portBase + 993, portBase + 465));
    text.append("\nAdministration:\n  ")
        .append(quoted(System.getProperty("wachtpost.command", "wachtpost")))
        .append(" account list --dir ")
        .append(quoted(used.toString()))
        .append('\n');
    text.append("\nCtrl-C ends it.\n");
    Cli.OUT.println(text);
  }

  /** As a shell takes it. */
  static String quoted(String text) {
    return text.matches("[\\w@%+:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
