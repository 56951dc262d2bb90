package org.wachtpost.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.SessionEnd;

/** All places are taken: two of them by one address, and somebody else comes. */
@SuppressWarnings("try") // the listener is closed with its network
class CrowdedTest {
  private static final NetworkSettings SETTINGS =
      NetworkSettings.DEFAULT.withLimits(new NetworkSettings.Limits(2, 200, 600, true));

  private final RecordedEvents events = new RecordedEvents();

  /** Says hello; WORK is work that asks for more input. */
  private static final class Echo implements WordProtocol {
    @Override
    public void serve(Connection connection) throws IOException {
      WordProtocol.say(connection, "hello");
      while (connection.awaitCommand(Duration.ofSeconds(20))) {
        connection.deadline(Duration.ofSeconds(20));
        int first = connection.input().read();
        if (first == 'W') {
          WordProtocol.say(connection, "more");
          while (connection.input().read() >= 0) {
            // whatever comes
          }
          WordProtocol.say(connection, connection.isCrowdedOut() ? "cut off" : "end");
          return;
        }
      }
    }
  }

  /** A client at an address of its own. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader reader;

    Client(Listener listener, int address) throws IOException {
      InetAddress local = InetAddress.getByAddress(new byte[] {127, 0, 9, (byte) address});
      socket = new Socket(InetAddress.getLoopbackAddress(), listener.port(), local, 0);
      socket.setSoTimeout(20_000);
      reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    String line() throws IOException {
      return String.valueOf(reader.readLine());
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private Network network() {
    return new Network(SETTINGS, null, events, InstantSource.system(), new Random(1));
  }

  private static Listener listen(Network network) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return network.listen(new Endpoint("echo", address, false), new Echo());
  }

  @Test
  void theOldestOfTheAddressWithMostIsToldAndEnds() throws Exception {
    try (Network network = network();
        Listener listener = listen(network);
        Client first = new Client(listener, 1)) {
      assertThat(first.line()).isEqualTo("hello");
      try (Client second = new Client(listener, 1)) {
        assertThat(second.line()).isEqualTo("hello");
        try (Client other = new Client(listener, 2)) {
          assertThat(other.line()).isEqualTo("hello");
          assertThat(first.line()).isEqualTo("too-many-connections");
          assertThat(first.line()).isEqualTo("null");
          first.close();
          assertThat(events.await(SessionEnd.class).how()).isEqualTo("crowded-out");
          assertThat(network.connections()).isEqualTo(2);
          try (Client third = new Client(listener, 3)) {
            assertThat(third.line()).isEqualTo("too-many-connections");
            assertThat(third.line()).isEqualTo("null");
          }
        }
      }
    }
  }

  @Test
  void whoIsInTheMiddleOfACommandEndsToo() throws Exception {
    try (Network network = network();
        Listener listener = listen(network);
        Client first = new Client(listener, 1)) {
      assertThat(first.line()).isEqualTo("hello");
      first.send("W");
      assertThat(first.line()).isEqualTo("more");
      try (Client second = new Client(listener, 1)) {
        assertThat(second.line()).isEqualTo("hello");
        try (Client other = new Client(listener, 2)) {
          assertThat(other.line()).isEqualTo("hello");
          assertThat(first.line()).isEqualTo("cut off");
          assertThat(first.line()).isEqualTo("null");
        }
      }
    }
  }
}
