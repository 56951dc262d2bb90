package org.wachtpost.cli;

import static org.wachtpost.cli.Common.shown;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.wachtpost.admin.Admin;
import org.wachtpost.importer.ImportRun;
import org.wachtpost.importer.ImportSource;
import org.wachtpost.server.AdminAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code wachtpost import}. */
@Command(
    name = "import",
    description = "Import an mbox file, a Maildir or a folder of message files; again to resume.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  private static final int SHOWN_FAILURES = 20;

  @Mixin private Common common = new Common();

  @Parameters(index = "0", paramLabel = "ADDRESS")
  private String address = "";

  @Parameters(index = "1", paramLabel = "PATH")
  private Path path = Path.of("");

  @Option(
      names = "--mailbox",
      paramLabel = "NAME",
      description = "where messages go; made if missing (default: ${DEFAULT-VALUE})")
  private String mailbox = "INBOX";

  @Override
  public Integer call() throws IOException {
    ImportSource source = new ImportSource(path);
    ImportRun.Outcome outcome;
    Bar bar = new Bar(source.bytes());
    try (Admin admin = AdminAccess.openExisting(common.directory, "import-begin")) {
      outcome = new ImportRun(admin, address, mailbox, bar::show).run(source);
    }
    bar.end();
    if (common.json) {
      ObjectNode json =
          Common.JSON
              .createObjectNode()
              .put("added", outcome.added())
              .put("passed_over", outcome.passedOver())
              .put("failed", outcome.failures().size());
      Common.put(json, "failures", outcome.failures());
      common.out().println(Common.JSON.writeValueAsString(json));
    } else {
      common
          .out()
          .println(
              outcome.added()
                  + " messages added, "
                  + outcome.passedOver()
                  + " were there already, "
                  + outcome.failures().size()
                  + " could not be imported");
      outcome.failures().stream()
          .limit(SHOWN_FAILURES)
          .forEach(f -> Cli.ERR.println("wachtpost: " + shown(f)));
    }
    return outcome.failures().isEmpty() ? 0 : Cli.FAILED;
  }

  /** A progress bar on a terminal; nothing elsewhere. */
  private static final class Bar {
    private static final long STEP_NANOS = 100_000_000L;
    private static final int CELLS = 30;

    private final long total;
    private final boolean terminal = Cli.isTerminal();
    private long last;

    Bar(long total) {
      this.total = Math.max(1, total);
    }

    void show(long messages, long bytes) {
      long now = System.nanoTime();
      if (terminal && now - last > STEP_NANOS) {
        last = now;
        int done = (int) Math.min(CELLS, CELLS * bytes / total);
        Cli.ERR.printf(
            Locale.ROOT,
            "\r[%s%s] %d messages ",
            "#".repeat(done),
            " ".repeat(CELLS - done),
            messages);
      }
    }

    void end() {
      if (terminal) {
        Cli.ERR.print("\r\u001b[K");
      }
    }
  }
}
