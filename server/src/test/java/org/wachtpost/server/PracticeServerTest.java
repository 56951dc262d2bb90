package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.delivery.MessageGate;

class PracticeServerTest {
  private static final int LONGEST_MILLIS = 30_000;

  @TempDir private Path folder;

  @Test
  void thePeopleStayAndTheirMailGoes() throws IOException {
    try (PracticeServer server = start()) {
      deliver(server);
      assertThat(inbox(server)).contains("* 1 EXISTS");
      server.keepHouse();
    }
    try (PracticeServer server = start()) {
      assertThat(inbox(server)).contains("* 0 EXISTS");
      deliver(server);
      assertThat(inbox(server)).contains("* 1 EXISTS");
    }
  }

  private PracticeServer start() throws IOException {
    return PracticeServer.start(
        folder, "a password of practice", MessageGate.OPEN, new SecureRandom());
  }

  private static void deliver(PracticeServer server) throws IOException {
    try (PracticeVisitor visitor = new PracticeVisitor(server.lmtp(), LONGEST_MILLIS)) {
      visitor.expect("220");
      visitor.smtp("LHLO " + PracticeServer.DOMAIN, "250");
      visitor.smtp("MAIL FROM:<>", "250");
      visitor.smtp("RCPT TO:<" + PracticeServer.address(0) + ">", "250");
      visitor.smtp("DATA", "354");
      visitor.smtp(new PracticeMail(List.of()).onTheWire(0), "250");
    }
  }

  /** What SELECT says. */
  private static List<String> inbox(PracticeServer server) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Socket socket = new Socket(server.imap().getAddress(), server.imap().getPort());
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      socket.setSoTimeout(LONGEST_MILLIS);
      String login = "LOGIN " + PracticeServer.address(0) + " \"a password of practice\"";
      String commands = "1 " + login + "\r\n2 SELECT INBOX\r\n3 LOGOUT\r\n";
      socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
      in.lines().forEach(lines::add);
    }
    assertThat(lines).anyMatch(line -> line.startsWith("2 OK"));
    return lines;
  }
}
