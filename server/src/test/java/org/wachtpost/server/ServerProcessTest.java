package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real process: starts, takes mail, is administered while it runs, ends on SIGTERM. */
class ServerProcessTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path directory;

  private Process process(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.wachtpost.server.Main");
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private String run(int expected, String input, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--dir");
    all.add(directory.resolve("data").toString());
    Process process = process(all);
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(expected);
    return output;
  }

  private static String waitForReady(Process process) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder all = new StringBuilder();
    String line;
    while ((line = reader.readLine()) != null) {
      all.append(line).append('\n');
      if (line.startsWith("ready ")) {
        return line;
      }
    }
    throw new AssertionError("not ready: " + all);
  }

  /** Free ports at the offsets of the standard numbers, as far as one can know beforehand. */
  private static int freePortBase() throws IOException {
    for (int base = 20_000; base < 60_000; base += 1_009) {
      if (isFree(base, 24, 25, 143, 465, 587, 993)) {
        return base;
      }
    }
    throw new IOException("no free ports");
  }

  private static boolean isFree(int base, int... offsets) {
    for (int offset : offsets) {
      try (ServerSocket probe =
          new ServerSocket(base + offset, 1, InetAddress.getLoopbackAddress())) {
        assertThat(probe.isBound()).isTrue();
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  @Test
  void aDayInItsLife() throws Exception {
    int base = freePortBase();
    run(0, "", "domain", "add", "example.test");
    run(0, "a long password\n", "account", "add", "alice@example.test", "--password-stdin");
    String config = "[listen]\naddresses = [\"127.0.0.1\"]\nport_base = " + base + "\n";
    Path data = directory.resolve("data");
    Files.writeString(data.resolve("wachtpost.toml"), config);
    Process server = process(List.of("serve", "--dir", data.toString()));
    try {
      assertThat(waitForReady(server)).contains("smtp=" + (base + 25)).contains("imaps=");
      assertThat(Files.readString(data.resolve("wachtpost.pid"))).contains("" + server.pid());
      deliver(base + 24, "alice@example.test");
      run(0, "", "alias", "add", "sales@example.test", "alice@example.test");
      JsonNode shown = JSON.readTree(run(0, "", "account", "show", "alice@example.test", "--json"));
      assertThat(shown.path("mailboxes").path(0).path("messages").asLong()).isEqualTo(1);
      assertThat(run(1, "", "account", "show", "nobody@example.test"))
          .isEqualTo("wachtpost: no account nobody@example.test\n");
      run(2, "", "account", "frobnicate");
      server.destroy();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      server.destroyForcibly();
    }
    assertThat(data.resolve("wachtpost.pid")).doesNotExist();
    assertThat(run(0, "", "alias", "list")).contains("sales@example.test");
    assertThat(run(0, "", "check")).contains("the store is whole");
    assertThat(run(0, "", "watch", "verify")).contains("whole");
    assertThat(run(0, "", "watch", "events", "--since", "2020-01-01"))
        .contains("account-added")
        .contains("connected")
        .doesNotContain("a long password");
  }

  @Test
  void whoFindsAPortTakenIsToldWhichAndWhatHelps() throws Exception {
    int base = freePortBase();
    int taken = base + 143;
    try (ServerSocket other = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
      assertThat(other.isBound()).isTrue();
      for (String command : List.of("demo", "serve")) {
        assertThat(run(1, "", command, "--port-base", String.valueOf(base)))
            .contains("wachtpost: imap: cannot listen on ")
            .contains(" port " + taken + ": ")
            .endsWith("; --port-base N chooses other ports\n")
            .doesNotContain("Exception");
      }
    }
  }

  /** As where the disk with the data is not mounted: senders must try again, not give up. */
  @Test
  void aServerWithoutADomainPutsMailOff() throws Exception {
    int base = freePortBase();
    Path data = Files.createDirectory(directory.resolve("data"));
    String config = "[listen]\naddresses = [\"127.0.0.1\"]\nport_base = " + base + "\n";
    Files.writeString(data.resolve("wachtpost.toml"), config);
    Process server = process(List.of("serve", "--dir", data.toString()));
    try {
      waitForReady(server);
      assertThat(answerTo(base + 25, "RCPT TO:<alice@example.test>")).startsWith("451 4.3.5 ");
      assertThat(answerTo(base + 24, "RCPT TO:<postmaster>")).startsWith("451 4.3.5 ");
      run(0, "", "domain", "add", "example.test");
      run(0, "a long password\n", "account", "add", "alice@example.test", "--password-stdin");
      assertThat(answerTo(base + 25, "RCPT TO:<alice@example.test>")).startsWith("250 ");
      assertThat(answerTo(base + 25, "RCPT TO:<bob@elsewhere.test>")).startsWith("550 5.7.1 ");
      assertThat(run(0, "", "alias", "add", "a@example.test", "alcie@example.test", "x@y.test"))
          .isEqualTo(
              "wachtpost: warning: alcie@example.test is nobody here: mail to it is refused\n"
                  + "added a@example.test\n");
      run(0, "", "group", "add", "team@example.test", "alice@example.test", "--name", "Team");
      assertThat(run(1, "", "group", "add", "team@example.test")).contains("name its members");
      run(0, "", "group", "add", "team@example.test", "alice@example.test", "x@y.test");
      assertThat(run(0, "", "group", "list"))
          .isEqualTo("team@example.test  Team  alice@example.test, x@y.test\n");
    } finally {
      server.destroyForcibly();
    }
  }

  /** What a recipient is answered, or another command in a transaction. */
  private static String answerTo(int port, String command) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        OutputStream out = socket.getOutputStream()) {
      String greeting = in.readLine();
      say(out, greeting.contains("LMTP") ? "LHLO client.example" : "EHLO client.example");
      while (in.readLine().startsWith("250-")) {
        // an extension
      }
      say(out, "MAIL FROM:<x@elsewhere.test>");
      assertThat(in.readLine()).startsWith("250");
      say(out, command);
      return in.readLine();
    }
  }

  @Test
  void theQueueIsAdministeredWhileItRuns() throws Exception {
    int base = freePortBase();
    run(0, "", "domain", "add", "example.test");
    run(0, "", "alias", "add", "away@example.test", "x@elsewhere.test");
    String config = "[listen]\naddresses = [\"127.0.0.1\"]\nport_base = " + base + "\n";
    Path data = directory.resolve("data");
    Files.writeString(data.resolve("wachtpost.toml"), config + "[queue]\nenabled = false\n");
    Process server = process(List.of("serve", "--dir", data.toString()));
    try {
      waitForReady(server);
      deliver(base + 24, "away@example.test");
      JsonNode list = JSON.readTree(run(0, "", "queue", "list", "--json"));
      assertThat(list).hasSize(1);
      String id = list.path(0).path("id").asString();
      run(0, "", "queue", "hold", id);
      assertThat(run(0, "", "queue", "show", id)).contains("x@elsewhere.test  held");
      assertThat(run(0, "", "queue", "stats"))
          .contains("1 messages", "1 held", "the oldest since 20", "since the start: 0 attempts");
      assertThat(run(0, "", "queue", "release", id)).isEqualTo("1 recipients released\n");
      run(0, "", "queue", "retry", id);
      assertThat(run(0, "", "queue", "show", id)).contains("released");
      assertThat(run(0, "", "queue", "tls-results")).isEmpty();
      assertThat(run(2, "", "queue", "tls-results", "--day", "tomorrow")).contains("not a day");
      assertThat(run(1, "", "queue", "show", "Q0-77")).contains("no message Q0-77");
      assertThat(run(2, "", "queue", "hold", "77")).contains("is no queue id");
      assertThat(run(1, "", "queue", "release", "--account", "a@b.test")).contains("no account");
      run(2, "", "queue", "release");
      assertThat(run(0, "", "queue", "remove", id)).isEqualTo("1 messages removed\n");
      assertThat(run(0, "", "queue", "list")).isEmpty();
      server.destroy();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      server.destroyForcibly();
    }
    assertThat(run(0, "", "queue", "stats")).contains("0 messages");
  }

  private static void deliver(int port, String recipient) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        OutputStream out = socket.getOutputStream()) {
      assertThat(in.readLine()).startsWith("220");
      say(out, "LHLO client.example");
      String line;
      do {
        line = in.readLine();
      } while (line.startsWith("250-"));
      for (String command :
          List.of("MAIL FROM:<x@elsewhere.test>", "RCPT TO:<" + recipient + ">")) {
        say(out, command);
        assertThat(in.readLine()).startsWith("250");
      }
      say(out, "DATA");
      assertThat(in.readLine()).startsWith("354");
      say(out, "Subject: hello\r\n\r\nbody\r\n.");
      assertThat(in.readLine()).startsWith("250");
      say(out, "QUIT");
      assertThat(in.readLine()).startsWith("221");
    }
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
