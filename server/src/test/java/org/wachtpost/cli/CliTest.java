package org.wachtpost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.admin.FileFault;
import tools.jackson.databind.node.ObjectNode;

class CliTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "help",
        "help account",
        "account --help",
        "account add --help",
        "app-password add -h",
        "domain catch-all --help",
        "queue list --help",
        "watch events --help",
        "serve --help",
        "check --help"
      })
  void everyCommandAnswersToHelp(String line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Cli.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(line.split(" "));
    assertThat(status).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith("Usage: wachtpost");
  }

  @Test
  void aMissingArgumentIsWrongUsage() {
    StringWriter err = new StringWriter();
    int status = Cli.commandLine().setErr(new PrintWriter(err, true)).execute("account", "show");
    assertThat(status).isEqualTo(Cli.USAGE);
    assertThat(err.toString()).startsWith("wachtpost: Missing required parameter: 'ADDRESS'");
  }

  /** What cannot be read is no failure of what was asked for. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "watch events --since yesterday|not a date or time: yesterday",
        "app-password add a@example.test x --expires 31-12-2026|not a date or time: 31-12-2026",
        "account set a@example.test|nothing to change: give an option for it",
        "queue show 99|99 is no queue id; they look like Q0-42",
        "queue hold 77|77 is no queue id; they look like Q0-42",
        "queue tls-results --day tomorrow|not a day: tomorrow; write 2026-01-31",
        "account set a@example.test --role king|no role king; there are user, administrator",
        "account set a@example.test --quota-bytes -1|a quota is not negative: --quota-bytes -1",
        "account set a@example.test --quota-messages x|is not a long",
        "app-password add a@example.test x --scope tv|no scope tv; there are imap, smtp, dav, jmap,"
            + " activesync, pop3, sieve, console",
        "serve --port-base x|the base of ports is 0 to 64000, not x",
        "account list extra|Unmatched argument at index 2: 'extra'",
        "account lsit|no command lsit",
        "frobnicate|no command frobnicate",
        "--frob|Unknown option: '--frob'"
      })
  void wrongUsageIsSaidInOneLineAndTheUsage(String line, String words) {
    StringWriter err = new StringWriter();
    int status = Cli.commandLine().setErr(new PrintWriter(err, true)).execute(line.split(" "));
    assertThat(status).isEqualTo(Cli.USAGE);
    assertThat(err.toString().lines())
        .anySatisfy(said -> assertThat(said).startsWith("wachtpost: ").endsWith(words))
        .anyMatch(said -> said.startsWith("Usage: wachtpost"));
  }

  /** It made a store there: in the home directory, in /etc. */
  @Test
  void aDirectoryThatIsNoDataDirectoryStaysAsItIs(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("notes.txt"), "mine");
    assertThat(Cli.run("account", "list", "--dir", directory.toString())).isEqualTo(Cli.FAILED);
    assertThat(Cli.run("check", "--dir", directory.toString())).isEqualTo(Cli.FAILED);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(directory.resolve("notes.txt"));
    }
  }

  @Test
  void portsBeyondTheLastAreRefusedInWords(@TempDir Path directory) {
    String data = directory.resolve("data").toString();
    assertThat(Cli.run("demo", "--port-base", "70000", "--dir", data)).isEqualTo(Cli.USAGE);
    assertThat(Cli.run("demo", "--port-base", "-3", "--dir", data)).isEqualTo(Cli.USAGE);
    assertThat(Path.of(data)).doesNotExist();
  }

  @Test
  void faultsOfFilesAreSaidInWords() {
    assertThat(FileFault.words(new AccessDeniedException("/x"))).isEqualTo("/x: permission denied");
    assertThat(FileFault.words(new FileSystemException("/x", null, "Not a directory")))
        .isEqualTo("/x: Not a directory");
    assertThat(FileFault.words(new IOException("cannot listen"))).isEqualTo("cannot listen");
  }

  /** A list on a full disk was cut off and the command exited with 0. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "No space left on device|1|wachtpost: standard output cannot be written: No space left on"
            + " device",
        "Broken pipe|1|",
        "|0|"
      })
  void outputThatCannotBeWrittenIsAFailure(String fault, int status, String said) {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            if (fault != null) {
              throw new IOException(fault);
            }
          }
        };
    StandardOutput out = new StandardOutput(full);
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    printed.println("a@example.test");
    printed.print('x');
    ByteArrayOutputStream words = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(words, true, StandardCharsets.UTF_8);
    assertThat(out.status(0, err)).isEqualTo(status);
    assertThat(words.toString(StandardCharsets.UTF_8).strip()).isEqualTo(said == null ? "" : said);
    assertThat(out.status(Cli.USAGE, err)).isEqualTo(Cli.USAGE);
  }

  @Test
  void whatADemoPrintsCanBePastedIntoAShell() {
    assertThat(DemoCommand.quoted("/tmp/demo-1")).isEqualTo("/tmp/demo-1");
    assertThat(DemoCommand.quoted("/tmp/my demo")).isEqualTo("'/tmp/my demo'");
    assertThat(DemoCommand.quoted("it's")).isEqualTo("'it'\\''s'");
  }

  /** What a client calls itself must not look like another field of the line. */
  @Test
  void anEventOfAHostileClientShowsAsOneField() {
    ObjectNode event =
        Common.JSON
            .createObjectNode()
            .put("time", "2026-03-02T08:00:00Z")
            .put("event", "authentication")
            .put("success", false)
            .put("login", "x  account=bob\u001b[2J")
            .put("client", "say \"hi\"")
            .put("mechanism", "PLAIN")
            .putNull("account");
    assertThat(WatchCommand.line(event))
        .isEqualTo(
            "2026-03-02T08:00:00Z  authentication FAILED  login=\"x  account=bob\\u{1b}[2J\""
                + "  client=\"say \\\"hi\\\"\"  mechanism=PLAIN");
  }

  @Test
  void anAccountIsShownWithItsLimitsOrWithout() {
    ObjectNode account =
        Common.JSON
            .createObjectNode()
            .put("address", "alice@example.test")
            .put("name", "")
            .put("role", "user")
            .put("enabled", true)
            .put("password_changed", "2026-03-02T08:00:00Z")
            .put("bytes_used", 13_844)
            .put("messages_used", 19)
            .putNull("quota_bytes")
            .putNull("quota_messages");
    assertThat(AccountCommand.details(account))
        .isEqualTo(
            "alice@example.test\nrole user\npassword set 2026-03-02T08:00:00Z\n"
                + "storage 13.5 KiB (no limit), 19 messages");
    account.put("name", "Alice").put("quota_bytes", 1 << 20).put("quota_messages", 100);
    assertThat(AccountCommand.details(account))
        .startsWith("alice@example.test  Alice\n")
        .endsWith("\nstorage 13.5 KiB of 1.0 MiB, 19 messages of 100");
  }

  @Test
  void addressesAreShownAsPeopleWriteThem() {
    ObjectNode node = Common.JSON.createObjectNode().put("address", "\u00fc@xn--bcher-kva.example");
    Common.put(node, "targets", java.util.List.of("a@example.test", "imap", "b@xn--bcher-kva.x"));
    assertThat(Common.shownAddress(node, "address")).isEqualTo("\u00fc@b\u00fccher.example");
    assertThat(Common.shownAddress(node, "none")).isEqualTo("-");
    assertThat(Common.shownAll(node, "targets")).isEqualTo("a@example.test, imap, b@b\u00fccher.x");
  }
}
