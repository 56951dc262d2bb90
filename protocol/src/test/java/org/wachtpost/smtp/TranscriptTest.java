package org.wachtpost.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.net.Listener;

/**
 * Plays the conversations in {@code resources/smtp}. {@code C:} is a line of the client, {@code C<}
 * bytes without a line end added ({@code \r}, {@code \n}, {@code \t}, {@code \0} escaped), {@code
 * S:} a line of the server with {@code *} for anything, {@code S!} the end of the connection,
 * {@code TLS} the handshake, {@code B64:} a client's line in base64. {@code role NAME} opens a
 * connection.
 */
class TranscriptTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello",
        "requiretls",
        "mail",
        "rcpt",
        "data",
        "bdat",
        "auth",
        "starttls",
        "rset-noop-quit",
        "vrfy-expn-help",
        "pipelining",
        "size",
        "dsn",
        "smtputf8",
        "lmtp",
        "submission",
        "sequence",
        "relay-tricks",
        "limits",
        "postmaster",
        "forms"
      })
  void transcript(String name) throws IOException {
    try (SmtpWorld world = new SmtpWorld(directory, SmtpWorld.settings(), MessageGate.OPEN)) {
      new Player(world, name).play();
    }
  }

  private static final class Player {
    private final SmtpWorld world;
    private final String name;
    private SmtpClient client;

    Player(SmtpWorld world, String name) {
      this.world = world;
      this.name = name;
    }

    void play() throws IOException {
      int number = 0;
      int checked = 0;
      for (String line : lines()) {
        number++;
        String where = name + ".txt:" + number + " " + line;
        if (line.startsWith("role ")) {
          Listener listener = world.listen(SmtpRole.valueOf(line.substring(5).strip()));
          close();
          client = new SmtpClient(listener);
        } else if (line.startsWith("C: ") || line.equals("C:")) {
          client.send(line.substring(Math.min(3, line.length())) + "\r\n");
        } else if (line.startsWith("C< ")) {
          client.send(unescaped(line.substring(3)));
        } else if (line.startsWith("B64: ")) {
          byte[] bytes = unescaped(line.substring(5)).getBytes(StandardCharsets.UTF_8);
          client.send(Base64.getEncoder().encodeToString(bytes) + "\r\n");
        } else if (line.startsWith("S: ")) {
          assertThat(client.line()).as(where).matches(pattern(line.substring(3)));
          checked++;
        } else if (line.equals("S!")) {
          assertThat(client.line()).as(where).isEqualTo(SmtpClient.END);
          checked++;
        } else if (line.equals("TLS")) {
          client.startTls();
        } else {
          assertThat(line).as("not understood").matches("|#.*");
        }
      }
      assertThat(checked).isPositive();
      close();
    }

    private void close() throws IOException {
      if (client != null) {
        client.close();
      }
    }

    private List<String> lines() throws IOException {
      try (InputStream in = getClass().getResourceAsStream("/smtp/" + name + ".txt")) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      }
    }

    private static String pattern(String text) {
      return Pattern.quote(text).replace("*", "\\E.*\\Q");
    }

    private static String unescaped(String text) {
      return text.replace("\\r", "\r")
          .replace("\\n", "\n")
          .replace("\\t", "\t")
          .replace("\\0", "\0");
    }
  }
}
