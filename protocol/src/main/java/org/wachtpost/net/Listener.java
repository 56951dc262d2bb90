package org.wachtpost.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on one address until closed. */
public final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  private final Endpoint endpoint;
  private final Network network;
  private final Protocol protocol;
  private final ServerSocket server;
  private final AcceptLoop loop;

  Listener(Endpoint endpoint, ServerSocket server, Network network, Protocol protocol) {
    this.endpoint = endpoint;
    this.network = network;
    this.protocol = protocol;
    this.server = server;
    this.loop =
        new AcceptLoop(
            this::accept, AcceptLoop.PAUSE, what -> LOG.warn("port {}: {}", port(), what));
  }

  static ServerSocket bound(InetSocketAddress address, int backlog) throws IOException {
    ServerSocket made = new ServerSocket();
    try {
      made.setReuseAddress(true);
      made.bind(address, backlog);
      return made;
    } catch (IOException e) {
      made.close();
      String place = address.getAddress().getHostAddress() + " port " + address.getPort();
      throw new IOException("cannot listen on " + place + ": " + e.getMessage(), e);
    }
  }

  void start() {
    Thread.ofVirtual().name("accept-" + endpoint.protocol() + "-" + port()).start(loop::run);
  }

  private void accept() throws IOException {
    Socket socket = server.accept();
    network.accepted(socket, endpoint, protocol);
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
    loop.close();
    try {
      server.close();
    } catch (IOException e) {
      LOG.warn("closing port {} failed", port(), e);
    }
  }
}
