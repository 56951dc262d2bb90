package org.wachtpost.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class PracticeVisitorTest {
  private static final int WAIT_MILLIS = 10_000;

  /** Answers one command with text that is fetched and then a word; returns the command. */
  private static FutureTask<String> answering(ServerSocket listener, String text, String word) {
    FutureTask<String> server =
        new FutureTask<>(() -> {
          try (Socket socket = listener.accept()) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            String[] command = in.readLine().split(" ", 2);
            String answer =
                "* 1 FETCH (BODY[] {%d}\r\n%s)\r\n%s %s done\r\n"
                    .formatted(text.length(), text, command[0], word);
            socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
            return command[1];
          }
        });
    Thread.ofVirtual().start(server);
    return server;
  }

  private static ServerSocket listener() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static PracticeVisitor visitor(ServerSocket listener) throws IOException {
    InetSocketAddress place =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    return new PracticeVisitor(place, WAIT_MILLIS);
  }

  @Test
  void aLineOfAMessageIsNotTheAnswer()
      throws IOException, InterruptedException, ExecutionException {
    try (ServerSocket listener = listener()) {
      FutureTask<String> server = answering(listener, "a line of text\r\nA too\r\n", "OK");
      try (PracticeVisitor visitor = visitor(listener)) {
        visitor.imap("FETCH 1 BODY[]");
      }
      assertThat(server.get()).isEqualTo("FETCH 1 BODY[]");
    }
  }

  @Test
  void anotherAnswerIsAnError() throws IOException {
    try (ServerSocket listener = listener()) {
      answering(listener, "", "NO");
      try (PracticeVisitor visitor = visitor(listener)) {
        assertThatThrownBy(() -> visitor.imap("SELECT INBOX"))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("expected OK");
      }
    }
  }

  @Test
  void breaksOffWithoutAnEnd() throws IOException {
    try (ServerSocket listener = listener();
        PracticeVisitor visitor = visitor(listener);
        Socket socket = listener.accept()) {
      visitor.breakOff();
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void leavesWithAnEnd() throws IOException {
    try (ServerSocket listener = listener()) {
      visitor(listener).close();
      try (Socket socket = listener.accept()) {
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void aLetterOfManyPiecesArrivesWhole()
      throws IOException, InterruptedException, ExecutionException {
    String letter = "all of it, ".repeat(1_000);
    try (ServerSocket listener = listener()) {
      FutureTask<String> server = answering(listener, "", "OK");
      try (PracticeVisitor visitor = visitor(listener)) {
        visitor.imap(letter);
      }
      assertThat(server.get()).isEqualTo(letter);
    }
  }
}
