package org.wachtpost.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Large buffers go from connection to connection, also from those that end badly. */
class BulkInputTest {
  private static final TestTls TLS = new TestTls("localhost");
  private static final int CLIENTS = 8;
  private static final int ROUNDS = 40;
  private static final int LARGEST = 300_000;

  private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

  /**
   * Takes {@code SEED COUNT}, then so many bytes that must be those of the seed, over and over. A
   * count that divides by 7 makes the session fail in the middle, as a fault of ours would.
   */
  private final class Bulk implements Protocol {
    @Override
    public void serve(Connection connection) throws IOException {
      Input input = connection.input();
      while (connection.awaitCommand(Duration.ofSeconds(20))) {
        connection.deadline(Duration.ofSeconds(20));
        byte[] line = readLine(input);
        if (line == null) {
          return;
        }
        String[] words = new String(line, StandardCharsets.US_ASCII).split(" ");
        if (words[0].equals("STARTTLS")) {
          say(connection, "go");
          connection.startTls();
        } else {
          take(input, Long.parseLong(words[0]), Integer.parseInt(words[1]));
          say(connection, "taken");
        }
      }
    }

    private static byte @Nullable [] readLine(Input input) throws IOException {
      try {
        return input.readLine(40, false);
      } catch (LineException e) {
        throw new IOException("not a line of this test", e);
      }
    }

    private void take(Input input, long seed, int count) throws IOException {
      byte[] expected = content(seed, count);
      int at = 0;
      while (at < count && input.awaitBulk()) {
        int take = Math.min(input.buffered(), count - at);
        byte[] buffer = input.buffer();
        for (int index = 0; index < take; index++) {
          if (index % 4_096 == 0) {
            Thread.yield();
          }
          if (buffer[input.position() + index] != expected[at + index]) {
            faults.add("byte " + (at + index) + " of " + seed);
            return;
          }
        }
        input.skip(take);
        at += take;
        if (count % 7 == 0 && at > count / 2) {
          throw new IllegalStateException("meant to fail");
        }
      }
    }

    private static void say(Connection connection, String text) throws IOException {
      connection.output().write(text + "\r\n");
      connection.output().flush();
    }

    @Override
    public byte[] refusal(Refusal reason) {
      return new byte[0];
    }

    @Override
    public byte[] farewell() {
      return new byte[0];
    }
  }

  private static byte[] content(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void nobodyReadsWhatAnotherHasSent() throws Exception {
    LargeBuffers buffers;
    try (Network network =
        new Network(
            NetworkSettings.DEFAULT,
            TLS.server(),
            new RecordedEvents(),
            InstantSource.system(),
            new Random(1))) {
      buffers = network.buffers();
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      Listener listener = network.listen(new Endpoint("bulk", address, false), new Bulk());
      List<Thread> clients =
          IntStream.range(0, CLIENTS)
              .mapToObj(client -> Thread.ofVirtual().start(() -> run(listener.port(), client)))
              .toList();
      for (Thread client : clients) {
        client.join();
      }
    }
    assertThat(faults).isEmpty();
    nothingIsKeptTwice(buffers);
  }

  private void run(int port, int client) {
    Random random = new Random(client);
    for (int round = 0; round < ROUNDS; round++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        converse(socket, random);
      } catch (IOException e) {
        faults.add("client " + client + " in round " + round + ": " + e);
      }
    }
  }

  private void converse(Socket plain, Random random) throws IOException {
    plain.setSoTimeout(20_000);
    Socket socket = plain;
    if (random.nextInt(4) == 0) {
      socket.getOutputStream().write("STARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
      // One byte at a time: the handshake is not for a reader that buffers.
      while (socket.getInputStream().read() != '\n') {
        continue;
      }
      socket =
          TLS.client().getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
    }
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    OutputStream out = socket.getOutputStream();
    for (int message = 0; message < 3; message++) {
      long seed = random.nextLong();
      int count = 1 + random.nextInt(random.nextBoolean() ? 2_000 : LARGEST);
      byte[] content = content(seed, count);
      out.write((seed + " " + count + "\r\n").getBytes(StandardCharsets.US_ASCII));
      if (random.nextInt(10) == 0) {
        out.write(content, 0, count / 2);
        return; // and hangs up
      }
      if (count % 7 == 0) {
        out.write(content, 0, count / 2 + 1);
        in.readLine(); // the end, since the session fails
        return;
      }
      out.write(content);
      if (!"taken".equals(in.readLine())) {
        faults.add("no answer to " + seed);
        return;
      }
    }
  }

  private static void nothingIsKeptTwice(LargeBuffers buffers) {
    List<byte[]> taken = new ArrayList<>();
    for (int index = buffers.kept(); index > 0; index--) {
      taken.add(buffers.take());
    }
    taken.forEach(buffers::giveBack);
    Set<byte[]> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    distinct.addAll(taken);
    assertThat(distinct).isNotEmpty().hasSameSizeAs(taken);
  }
}
