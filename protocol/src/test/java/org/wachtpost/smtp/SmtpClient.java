package org.wachtpost.smtp;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import org.wachtpost.net.Listener;

/** A client that says exactly what a test wants said. */
final class SmtpClient implements AutoCloseable {
  static final String END = "<end>";

  private Socket socket;
  private InputStream in;

  SmtpClient(Listener listener) throws IOException {
    this.socket =
        listener.endpoint().implicitTls()
            ? SmtpWorld.TLS
                .client()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), listener.port())
            : new Socket(InetAddress.getLoopbackAddress(), listener.port());
    socket.setSoTimeout(20_000);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  void startTls() throws IOException {
    SSLSocket tls =
        (SSLSocket)
            SmtpWorld.TLS
                .client()
                .getSocketFactory()
                .createSocket(socket, "localhost", socket.getPort(), true);
    tls.startHandshake();
    socket = tls;
    in = new BufferedInputStream(tls.getInputStream());
  }

  Socket socket() {
    return socket;
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** One line of the server. */
  String line() throws IOException {
    StringBuilder text = new StringBuilder();
    int next;
    try {
      while ((next = in.read()) >= 0 && next != '\n') {
        text.append((char) next);
      }
    } catch (java.net.SocketException e) {
      return END; // a reset is an end as well
    }
    return next < 0 ? END : text.toString().stripTrailing();
  }

  /** The last line of the next reply. */
  String reply() throws IOException {
    String line = line();
    while (line.length() > 3 && line.charAt(3) == '-') {
      line = line();
    }
    return line;
  }

  /** Says a line and gives the reply's last line. */
  String say(String line) throws IOException {
    send(line + "\r\n");
    return reply();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
