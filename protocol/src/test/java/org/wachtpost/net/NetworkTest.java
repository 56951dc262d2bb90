package org.wachtpost.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.access.AccessEvent.Connected;
import org.wachtpost.access.AccessEvent.Refused;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.net.NetworkSettings.Waits;

@SuppressWarnings("try") // closing a client early is what some tests are about
class NetworkTest {
  private static final TestTls TLS = new TestTls("localhost");
  private static final NetworkSettings SETTINGS =
      NetworkSettings.DEFAULT
          .withLimits(new NetworkSettings.Limits(50_000, 200, 600, true))
          .withWaits(
              new NetworkSettings.Waits(
                  Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofSeconds(3)));

  private final RecordedEvents events = new RecordedEvents();
  private final BlockingQueue<Map<String, byte[]>> bindings = new LinkedBlockingQueue<>();

  /** Says each line again; STARTTLS starts TLS; a line must be whole within 300 ms. */
  private final class Echo implements WordProtocol {
    @Override
    public void serve(Connection connection) throws IOException {
      WordProtocol.say(connection, "hello");
      while (connection.awaitCommand(Duration.ofSeconds(20))) {
        connection.deadline(Duration.ofMillis(300));
        String line;
        try {
          byte[] bytes = connection.input().readLine(20, false);
          if (bytes == null) {
            return;
          }
          line = new String(bytes, StandardCharsets.UTF_8);
        } catch (LineException e) {
          WordProtocol.say(connection, e.fault().name());
          if (e.fault() != LineException.Fault.TOO_LONG) {
            return;
          }
          continue;
        } catch (ConnectionEnd e) {
          WordProtocol.say(connection, "late");
          throw e;
        }
        connection.tally().command();
        switch (line) {
          case "QUIT" -> {
            WordProtocol.say(connection, "bye");
            return;
          }
          case "STARTTLS" -> {
            WordProtocol.say(connection, "go");
            int discarded = connection.startTls();
            bindings.add(connection.channelBindings());
            WordProtocol.say(connection, "discarded " + discarded);
          }
          case "LOGIN", "LOGIN bob" -> {
            String who = line.equals("LOGIN") ? "alice@example.test" : "bob@example.test";
            connection.tally().loggedIn(who, "phone");
            WordProtocol.say(connection, "welcome");
          }
          case "WHOLE" -> {
            connection.deadline(Duration.ofSeconds(20));
            WordProtocol.say(connection, "more");
            WordProtocol.say(connection, connection.input().read() < 0 ? "not whole" : "whole");
            return;
          }
          case "FLOOD" -> {
            byte[] much = new byte[1 << 20];
            while (true) {
              connection.output().write(much);
            }
          }
          default -> WordProtocol.say(connection, line);
        }
      }
    }
  }

  private Network network(NetworkSettings settings) {
    return new Network(settings, TLS.server(), events, InstantSource.system(), new Random(1));
  }

  private Listener listen(Network network, boolean implicitTls) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return network.listen(new Endpoint("echo", address, implicitTls), new Echo());
  }

  private static Socket connect(Listener listener) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static Socket connectTls(Listener listener) throws IOException {
    Socket socket =
        TLS.client()
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), listener.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String line(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    int next;
    while ((next = socket.getInputStream().read()) >= 0 && next != '\n') {
      if (next != '\r') {
        text.append((char) next);
      }
    }
    return next < 0 && text.isEmpty() ? "<end>" : text.toString();
  }

  @Test
  void sessionsWhoseLogInHoldsNoMoreEnd() throws Exception {
    try (Network network = network(SETTINGS)) {
      Listener listener = listen(network, false);
      try (Socket loggedIn = connect(listener);
          Socket stranger = connect(listener)) {
        var reader = new BufferedReader(new InputStreamReader(loggedIn.getInputStream()));
        var other = new BufferedReader(new InputStreamReader(stranger.getInputStream()));
        assertThat(other.readLine()).isEqualTo("hello");
        assertThat(reader.readLine()).isEqualTo("hello");
        loggedIn.getOutputStream().write("LOGIN\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(reader.readLine()).isEqualTo("welcome");
        network.end("alice@example.test", "password");
        network.end("bob@example.test", null);
        loggedIn.getOutputStream().write("still\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(reader.readLine()).isEqualTo("still");
        network.end("alice@example.test", "phone");
        assertThat(reader.readLine()).isEqualTo("farewell");
        assertThat(reader.readLine()).isNull();
        assertThat(events.await(SessionEnd.class).how()).isEqualTo("revoked");
        stranger.getOutputStream().write("here\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(other.readLine()).isEqualTo("here");
      }
    }
  }

  @Test
  void servesAndRecordsBothEnds() throws Exception {
    try (Network network = network(SETTINGS);
        Listener listener = listen(network, false);
        Socket client = connect(listener)) {
      assertThat(line(client)).isEqualTo("hello");
      send(client, "one\r\ntwo\r\nQUIT\r\n");
      assertThat(line(client)).isEqualTo("one");
      assertThat(line(client)).isEqualTo("two");
      assertThat(line(client)).isEqualTo("bye");
      assertThat(line(client)).isEqualTo("<end>");
      client.close();
      Connected connected = events.await(Connected.class);
      SessionEnd end = events.await(SessionEnd.class);
      assertThat(end.origin()).isEqualTo(connected.origin());
      assertThat(end.origin().protocol()).isEqualTo("echo");
      assertThat(end.origin().localPort()).isEqualTo(listener.port());
      assertThat(end.how()).isEqualTo("quit");
      assertThat(end.counts().commands()).isEqualTo(3);
      assertThat(end.counts().bytesIn()).isEqualTo(16);
      assertThat(end.counts().bytesOut()).isEqualTo(7 + 5 + 5 + 5);
    }
  }

  @Test
  void listensOnIpv6() throws Exception {
    InetAddress six = InetAddress.getByName("::1");
    try (Network network = network(SETTINGS);
        Listener listener =
            network.listen(new Endpoint("echo", new InetSocketAddress(six, 0), false), new Echo());
        Socket client = new Socket(six, listener.port())) {
      assertThat(line(client)).isEqualTo("hello");
      assertThat(events.await(Connected.class).origin().remote()).isEqualTo(six);
    }
  }

  @Test
  void startTlsDiscardsWhatCameInPlaintext() throws Exception {
    try (Network network = network(SETTINGS);
        Listener listener = listen(network, false);
        Socket client = connect(listener)) {
      line(client);
      send(client, "STARTTLS\r\ninjected\r\n");
      assertThat(line(client)).isEqualTo("go");
      try (SSLSocket tls = upgraded(client)) {
        assertThat(line(tls)).isEqualTo("discarded 10");
        send(tls, "after\r\n");
        assertThat(line(tls)).isEqualTo("after");
      }
    }
  }

  private static SSLSocket upgraded(Socket plain) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            TLS.client().getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
    tls.startHandshake();
    return tls;
  }

  @Test
  void bothSidesHaveTheSameChannelBindings() throws Exception {
    try (Network network = network(SETTINGS);
        Listener listener = listen(network, false);
        Socket client = connect(listener)) {
      line(client);
      send(client, "STARTTLS\r\n");
      line(client);
      try (SSLSocket tls = upgraded(client)) {
        Map<String, byte[]> server = bindings.take();
        ExtendedSSLSession session = (ExtendedSSLSession) tls.getSession();
        assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
        assertThat(server.get("tls-exporter"))
            .isEqualTo(
                session.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32));
        assertThat(server.get("tls-server-end-point"))
            .isEqualTo(ChannelBindings.endPoint(TLS.certificate()));
      }
    }
  }

  @Test
  void implicitTlsUsesTheNewKeysAfterReload() throws Exception {
    TestTls other = new TestTls("other.test");
    TlsServer server = TLS.server();
    try (Network network =
            new Network(SETTINGS, server, events, InstantSource.system(), new Random(1));
        Listener listener = listen(network, true)) {
      try (Socket client =
          TLS.client().getSocketFactory().createSocket("localhost", listener.port())) {
        assertThat(line(client)).isEqualTo("hello");
      }
      server.reload(other.keys(), other.password());
      try (Socket client =
          other.client().getSocketFactory().createSocket("localhost", listener.port())) {
        assertThat(line(client)).isEqualTo("hello");
      }
    }
  }

  @Test
  void oldTlsVersionsAreRefused() throws Exception {
    try (Network network = network(SETTINGS);
        Listener listener = listen(network, true);
        SSLSocket client =
            (SSLSocket)
                TLS.client().getSocketFactory().createSocket("localhost", listener.port())) {
      client.setEnabledProtocols(new String[] {"TLSv1.1"});
      org.junit.jupiter.api.Assertions.assertThrows(IOException.class, client::startHandshake);
      assertThat(events.await(SessionEnd.class).how()).isEqualTo("tls");
    }
  }

  @Test
  void silentHandshakeEnds() throws Exception {
    try (Network network = network(SETTINGS);
        Listener listener = listen(network, true);
        Socket client = connect(listener)) {
      assertThat(client.getInputStream().readAllBytes()).hasSizeLessThan(16); // an alert at most
      assertThat(events.await(SessionEnd.class).how()).isEqualTo("timeout");
    }
  }

  @Test
  void whoeverIsLateIsToldSoOverTlsToo() throws Exception {
    try (Network network = network(SETTINGS);
        Listener listener = listen(network, true);
        Socket client =
            TLS.client().getSocketFactory().createSocket("localhost", listener.port())) {
      line(client);
      send(client, "half a line");
      assertThat(line(client)).isEqualTo("late");
      assertThat(line(client)).isEqualTo("<end>");
      assertThat(events.await(SessionEnd.class).how()).isEqualTo("timeout");
    }
  }

  @Test
  void tricklingBytesDoNotMoveTheDeadline() throws Exception {
    try (Network network = network(SETTINGS);
        Listener listener = listen(network, false);
        Socket client = connect(listener)) {
      line(client);
      long begun = System.nanoTime();
      Thread trickle =
          Thread.startVirtualThread(() -> {
            try {
              while (true) {
                send(client, "");
                client.getOutputStream().write('x');
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
              }
            } catch (IOException e) {
              // the server has closed the connection: what this test waits for
            }
          });
      assertThat(events.await(SessionEnd.class).how()).isEqualTo("timeout");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
      client.close();
      trickle.join();
    }
  }

  @Test
  void clientThatDoesNotReadIsDropped() throws Exception {
    try (Network network = network(SETTINGS);
        Listener listener = listen(network, false);
        Socket client = connect(listener)) {
      line(client);
      send(client, "FLOOD\r\n");
      assertThat(events.await(SessionEnd.class).how()).isEqualTo("timeout");
    }
  }

  @Test
  void longLinesAreSkippedAndBareLineEndsNot() throws Exception {
    try (Network network = network(SETTINGS);
        Listener listener = listen(network, false);
        Socket client = connect(listener)) {
      line(client);
      send(client, "x".repeat(20) + "\r\n" + "y".repeat(70_000) + "\r\n" + "short\r\n");
      assertThat(line(client)).isEqualTo("x".repeat(20));
      assertThat(line(client)).isEqualTo("TOO_LONG");
      assertThat(line(client)).isEqualTo("short");
      send(client, "bare\nQUIT\r\n");
      assertThat(line(client)).isEqualTo("BARE_LINE_END");
      assertThat(line(client)).isEqualTo("<end>");
    }
  }

  @Test
  void limitsPerAddress() throws Exception {
    try (Network network =
            network(SETTINGS.withLimits(new NetworkSettings.Limits(10, 2, 1_000, true)));
        Listener listener = listen(network, false);
        Socket first = connect(listener);
        Socket second = connect(listener)) {
      assertThat(line(first)).isEqualTo("hello");
      assertThat(line(second)).isEqualTo("hello");
      try (Socket third = connect(listener)) {
        assertThat(line(third)).isEqualTo("too-many-from-address");
      }
      assertThat(events.await(Refused.class).reason()).isEqualTo("too-many-from-address");
      send(first, "QUIT\r\n");
      assertThat(line(first)).isEqualTo("bye");
      first.close();
      events.await(SessionEnd.class);
    }
  }

  /** An organisation behind one address: whoever has logged in leaves room for the next. */
  @Test
  void logInsDoNotCountAgainstTheAddressUpToTheLimitOfTheirAccount() throws Exception {
    try (Network network =
            network(SETTINGS.withLimits(new NetworkSettings.Limits(20, 2, 1_000, true)));
        Listener listener = listen(network, false)) {
      List<Socket> open = new ArrayList<>();
      for (String who : List.of("LOGIN", "LOGIN", "LOGIN bob", "LOGIN bob")) {
        open.add(connect(listener));
        assertThat(line(open.getLast())).isEqualTo("hello");
        send(open.getLast(), who + "\r\n");
        assertThat(line(open.getLast())).isEqualTo("welcome");
      }
      // A third of alice counts against the address, a second log-in on it changes nothing.
      for (int strangers = 0; strangers < 2; strangers++) {
        open.add(connect(listener));
        assertThat(line(open.getLast())).isEqualTo("hello");
        send(open.getLast(), "LOGIN\r\n");
        assertThat(line(open.getLast())).isEqualTo("welcome");
      }
      try (Socket refused = connect(listener)) {
        assertThat(line(refused)).isEqualTo("too-many-from-address");
      }
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void limitsRateAndTotal() throws Exception {
    try (Network network = network(SETTINGS.withLimits(new NetworkSettings.Limits(1, 5, 2, true)));
        Listener listener = listen(network, false);
        Socket first = connect(listener)) {
      assertThat(line(first)).isEqualTo("hello");
      try (Socket second = connect(listener)) {
        assertThat(line(second)).isEqualTo("too-many-connections");
      }
      try (Socket third = connect(listener)) {
        assertThat(line(third)).isEqualTo("too-fast");
      }
    }
  }

  @Test
  void closeSaysFarewellToWhoWaits() throws Exception {
    Network network = network(SETTINGS);
    try (Listener listener = listen(network, false);
        Socket client = connect(listener)) {
      assertThat(line(client)).isEqualTo("hello");
      send(client, "once\r\n");
      assertThat(line(client)).isEqualTo("once");
      network.close();
      assertThat(line(client)).isEqualTo("farewell");
      assertThat(line(client)).isEqualTo("<end>");
      assertThat(events.await(SessionEnd.class).how()).isEqualTo("shutdown");
      assertThat(network.connections()).isZero();
    }
  }

  /** Who is in the middle of a command has its time; then the session may say what it has to. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closeEndsTheInputOfWhoSpeaks(boolean implicitTls) throws Exception {
    Duration grace = Duration.ofMillis(50);
    Network network =
        network(SETTINGS.withWaits(new Waits(Duration.ofSeconds(9), Duration.ofSeconds(9), grace)));
    try (Listener listener = listen(network, implicitTls);
        Socket client = implicitTls ? connectTls(listener) : connect(listener)) {
      assertThat(line(client)).isEqualTo("hello");
      send(client, "WHOLE\r\n");
      assertThat(line(client)).isEqualTo("more");
      network.close();
      assertThat(line(client)).isEqualTo("not whole");
      assertThat(line(client)).isEqualTo("<end>");
      assertThat(events.await(SessionEnd.class).how()).isEqualTo("shutdown");
    }
  }

  /** With no file descriptor left accept fails again and again; the listener outlives it. */
  @Test
  void listenerGoesOnAfterFailedAccepts() throws Exception {
    AtomicInteger failures = new AtomicInteger(2);
    ServerSocket failing =
        new ServerSocket(0, 5, InetAddress.getLoopbackAddress()) {
          @Override
          public Socket accept() throws IOException {
            if (failures.getAndDecrement() > 0) {
              throw new IOException("Too many open files");
            }
            return super.accept();
          }
        };
    var address = (InetSocketAddress) failing.getLocalSocketAddress();
    try (Network network = network(SETTINGS);
        Listener listener =
            network.listen(new Endpoint("echo", address, false), failing, new Echo())) {
      try (Socket client = connect(listener)) {
        assertThat(line(client)).isEqualTo("hello");
        assertThat(failures.get()).isNegative();
      }
    }
  }
}
