package org.wachtpost.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.access.AccessEvent.Connected;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.access.AccessEvent.Refused;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.access.AccessLog;
import org.wachtpost.net.Protocol.Refusal;

/**
 * All listeners and their connections, under one set of limits. Closing it says farewell to every
 * connection and ends within the grace of the settings plus twice {@link #LAST_WAIT}.
 */
public final class Network implements AutoCloseable {
  /** Longest wait for sessions whose input has been ended, then for those whose sockets have. */
  static final Duration LAST_WAIT = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Network.class);
  private static final long WATCH_MILLIS = 250;

  private final NetworkSettings settings;
  private final @Nullable TlsServer tls;
  private final AccessLog accessLog;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Admission admission;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Set<Thread> serving = ConcurrentHashMap.newKeySet();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final LargeBuffers buffers = LargeBuffers.in(Runtime.getRuntime().maxMemory());

  /**
   * @param tls null when there is no TLS at all
   * @param random names sessions; must be safe for threads
   */
  public Network(
      NetworkSettings settings,
      @Nullable TlsServer tls,
      AccessLog accessLog,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    this.tls = tls;
    this.accessLog = accessLog;
    this.clock = clock;
    this.random = random;
    this.admission = new Admission(settings);
    Thread.ofVirtual().name("network-watch").start(this::watch);
  }

  /**
   * Listens and serves from now on.
   *
   * @throws IOException if the address cannot be bound
   */
  public Listener listen(Endpoint endpoint, Protocol protocol) throws IOException {
    if (endpoint.implicitTls() && tls == null) {
      throw new IllegalArgumentException("TLS endpoint without keys: " + endpoint);
    }
    return listen(endpoint, Listener.bound(endpoint.address(), settings.backlog()), protocol);
  }

  /** As above on a socket that is bound already. */
  Listener listen(Endpoint endpoint, ServerSocket bound, Protocol protocol) {
    Listener listener = new Listener(endpoint, bound, this, protocol);
    listeners.add(listener);
    listener.start();
    return listener;
  }

  /** What its connections read much into, one after the other. */
  LargeBuffers buffers() {
    return buffers;
  }

  /** Connections open now. */
  public int connections() {
    return admission.connections();
  }

  /**
   * Ends the sessions of an account, each after the command that it is at.
   *
   * @param credential of those only that logged in with it; null for all
   */
  public void end(String account, @Nullable String credential) {
    for (Connection connection : connections) {
      if (connection.tally().isLoggedIn(account, credential)) {
        LOG.info("session {} of {} ends: its log-in holds no more", connection.origin(), account);
        connection.tally().endsBy("revoked");
        Thread.ofVirtual().start(connection::shutDown);
      }
    }
  }

  /** Serves one accepted socket on a thread of its own. */
  void accepted(Socket socket, Endpoint endpoint, Protocol protocol) {
    String session = HexFormat.of().toHexDigits(random.nextLong());
    Origin origin =
        new Origin(
            endpoint.protocol(),
            socket.getInetAddress(),
            socket.getPort(),
            socket.getLocalPort(),
            session);
    Thread thread =
        Thread.ofVirtual()
            .name(endpoint.protocol() + "-" + session)
            .unstarted(() -> serve(socket, origin, endpoint, protocol));
    serving.add(thread);
    thread.start();
  }

  private void serve(Socket socket, Origin origin, Endpoint endpoint, Protocol protocol) {
    try (socket) {
      InetAddress address = socket.getInetAddress();
      socket.setTcpNoDelay(true);
      var connection = new Connection(socket, origin, settings, tls, buffers, protocol.farewell());
      Runnable crowdOut = () -> connection.crowdOut(protocol.refusal(Refusal.TOO_MANY_CONNECTIONS));
      try (Admission.Place place =
          admission.place(address, () -> Thread.ofVirtual().start(crowdOut))) {
        Optional<Refusal> refusal = place.enter(System.nanoTime());
        if (refusal.isPresent()) {
          accessLog.record(new Refused(clock.instant(), origin, refusal.get().word()));
          turnAway(connection, endpoint, protocol.refusal(refusal.get()));
          return;
        }
        connection.tally().onLogIn(place::loggedIn);
        converse(connection, endpoint, protocol);
      }
    } catch (IOException e) {
      LOG.debug("connection {} lost at once", origin, e);
    } finally {
      serving.remove(Thread.currentThread());
    }
  }

  private static void turnAway(Connection connection, Endpoint endpoint, byte[] text)
      throws IOException {
    if (!endpoint.implicitTls()) {
      connection.output().write(text);
      connection.output().flush();
    }
    connection.closeNow();
  }

  private void converse(Connection connection, Endpoint endpoint, Protocol protocol) {
    accessLog.record(new Connected(clock.instant(), connection.origin(), endpoint.implicitTls()));
    connections.add(connection);
    Tally tally = connection.tally();
    try {
      if (endpoint.implicitTls()) {
        connection.startTls();
      }
      protocol.serve(connection);
      tally.endsBy("quit");
    } catch (ConnectionEnd e) {
      tally.endsBy(e.how().word());
    } catch (IOException e) {
      // A handshake that fails and a reset are the far end's everyday doing.
      tally.endsBy(e instanceof javax.net.ssl.SSLException ? "tls" : "reset");
      LOG.debug("connection {} broke", connection.origin(), e);
    } catch (RuntimeException e) {
      tally.endsBy("fault");
      LOG.error("session {} failed", connection.origin(), e);
    } finally {
      connection.close();
      connections.remove(connection);
      accessLog.record(
          new SessionEnd(
              clock.instant(),
              connection.origin(),
              tally.account(),
              tally.client(),
              tally.counts(connection.input().total(), connection.output().total()),
              tally.how()));
    }
  }

  private void watch() {
    try {
      while (!closed.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
        long now = System.nanoTime();
        for (Connection connection : connections) {
          connection.endIfLate(now);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops listening, lets sessions finish their command, has those that wait for more of it say
   * that the server ends, then closes what is still open.
   */
  @Override
  public void close() {
    for (Listener listener : listeners) {
      listener.close();
    }
    List<Connection> open = new ArrayList<>(connections);
    for (Connection connection : open) {
      Thread.ofVirtual().start(connection::shutDown);
    }
    awaitAll(settings.waits().grace());
    for (Connection connection : connections) {
      connection.cutShort();
    }
    awaitAll(LAST_WAIT);
    for (Connection connection : connections) {
      connection.closeNow();
    }
    awaitAll(LAST_WAIT);
    closed.countDown();
  }

  private void awaitAll(Duration longest) {
    long until = System.nanoTime() + longest.toNanos();
    try {
      for (Thread thread : serving) {
        long left = until - System.nanoTime();
        if (left <= 0 || !thread.join(Duration.ofNanos(left))) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
