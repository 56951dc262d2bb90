package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the conversations in {@code transcripts/*.txt}, each with a fresh server and over a real
 * socket, with nothing more said than is written down.
 *
 * <p>{@code C:} sends a line, {@code S:} expects one; {@code C2:} and {@code S2:} are a second
 * connection, and so on. {@code …} stands for any text. {@code <<name} at the end of a sent line
 * sends the message {@code messages/name.eml} as a non-synchronizing literal and goes on with the
 * next line; {@code <<!name} as a synchronizing one. Connections are logged in, except in files
 * that begin with {@code #anonymous}. Conversations are held twice: COMPRESS changes nothing.
 */
class TranscriptTest {
  private static final Pattern STEP = Pattern.compile("([CS])(\\d?): ?(.*)");

  @TestFactory
  Stream<DynamicTest> transcripts() throws IOException, URISyntaxException {
    Path directory = Path.of(TranscriptTest.class.getResource("transcripts").toURI());
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(path -> path.toString().endsWith(".txt")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    return files.stream().flatMap(file -> Stream.of(test(file, false), test(file, true)));
  }

  private static DynamicTest test(Path file, boolean compressed) {
    String name = file.getFileName() + (compressed ? " compressed" : "");
    return DynamicTest.dynamicTest(name, () -> run(file, compressed));
  }

  private static ImapClient logIn(ImapFixture server, boolean compressed) {
    ImapClient client = server.logIn();
    if (compressed) {
      client.compress();
    }
    return client;
  }

  private static void run(Path file, boolean compressed) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    boolean anonymous = lines.getFirst().equals("#anonymous");
    Map<String, ImapClient> clients = new HashMap<>();
    try (ImapFixture server = new ImapFixture()) {
      for (int number = 1; number <= lines.size(); number++) {
        String line = lines.get(number - 1);
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        var step = STEP.matcher(line);
        if (!step.matches()) {
          fail(file.getFileName() + ":" + number + ": not a step: " + line);
        }
        ImapClient client =
            clients.computeIfAbsent(
                step.group(2), name -> anonymous ? server.connect() : logIn(server, compressed));
        String where = file.getFileName() + ":" + number;
        if (step.group(1).equals("C")) {
          send(client, step.group(3));
        } else {
          expect(client, step.group(3), where);
        }
      }
      clients.forEach((name, client) -> finish(client, file.getFileName() + " C" + name));
    }
  }

  private static void send(ImapClient client, String text) {
    int literal = text.indexOf("<<");
    if (literal < 0) {
      client.send(text);
      return;
    }
    boolean waits = text.startsWith("!", literal + 2);
    byte[] message = ImapFixture.message(text.substring(literal + (waits ? 3 : 2)));
    String head = text.substring(0, literal) + "{" + message.length + (waits ? "}" : "+}");
    client.send(head);
    if (waits) {
      assertThat(client.line()).startsWith("+ ");
    }
    client.sendRaw(message);
  }

  private static void expect(ImapClient client, String text, String where) {
    StringBuilder pattern = new StringBuilder();
    for (String piece : text.split("…", -1)) {
      pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(piece));
    }
    String said = client.line();
    String utf8 = new String(said.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    assertThat(utf8).as(where).matches(pattern.toString());
  }

  private static void finish(ImapClient client, String where) {
    try (client) {
      String last = client.lineOrEndAfterLogout();
      assertThat(last).as(where + ": nothing more is said").isIn("* BYE until next time", null);
    }
  }
}
