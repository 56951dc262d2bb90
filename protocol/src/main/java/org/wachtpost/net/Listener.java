package org.wachtpost.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on one address until closed. */
public final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /** Pause after an accept that failed: with no file descriptor left it would fail again. */
  private static final long RETRY_MILLIS = 100;

  private final Endpoint endpoint;
  private final Network network;
  private final Protocol protocol;
  private final ServerSocket server;
  private final CountDownLatch closed = new CountDownLatch(1);

  Listener(Endpoint endpoint, ServerSocket server, Network network, Protocol protocol) {
    this.endpoint = endpoint;
    this.network = network;
    this.protocol = protocol;
    this.server = server;
  }

  static ServerSocket bound(InetSocketAddress address, int backlog) throws IOException {
    ServerSocket made = new ServerSocket();
    try {
      made.setReuseAddress(true);
      made.bind(address, backlog);
      return made;
    } catch (IOException e) {
      made.close();
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  void start() {
    Thread.ofVirtual().name("accept-" + endpoint.protocol() + "-" + port()).start(this::accept);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        network.accepted(socket, endpoint, protocol);
      } catch (IOException e) {
        if (!server.isClosed()) {
          LOG.warn("accept on port {} failed, going on: {}", port(), e.toString());
          pause();
        }
      }
    }
  }

  private void pause() {
    try {
      if (closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.debug("closed while waiting to accept again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** The port in use, also when a free one was asked for. */
  public int port() {
    return server.getLocalPort();
  }

  /** The address in use. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** Accepts no more; open connections go on. */
  @Override
  public void close() {
    closed.countDown();
    try {
      server.close();
    } catch (IOException e) {
      LOG.warn("closing port {} failed", port(), e);
    }
  }
}
