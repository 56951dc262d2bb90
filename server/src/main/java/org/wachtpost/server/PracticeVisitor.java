package org.wachtpost.server;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One connection to the practice server. */
final class PracticeVisitor implements Closeable {
  /** No line of a message that is fetched begins with it. */
  private static final String TAG = "practice-command ";

  /** Mail programs write through buffers of about this size, bytes. */
  private static final int PIECE = 4096;

  private final Socket socket;
  private final OutputStream out;
  private final BufferedReader in;

  /**
   * @param wait longest for an answer, milliseconds
   */
  PracticeVisitor(InetSocketAddress server, int wait) throws IOException {
    this.socket = new Socket(server.getAddress(), server.getPort());
    try {
      socket.setSoTimeout(wait);
      socket.setTcpNoDelay(true);
      this.out = socket.getOutputStream();
      this.in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Says a line of SMTP or LMTP and hears the answer. */
  void smtp(String line, String code) throws IOException {
    say(line);
    expect(code);
  }

  /** Hears an answer of SMTP or LMTP. */
  void expect(String code) throws IOException {
    String line;
    do {
      line = in.readLine();
      if (line == null || !line.startsWith(code)) {
        throw new IOException("expected " + code + ", got " + line);
      }
    } while (line.startsWith(code + "-"));
  }

  /** Says an IMAP command and hears all of the answer. */
  void imap(String command) throws IOException {
    say(TAG + command);
    String line;
    do {
      line = in.readLine();
      if (line == null) {
        throw new IOException("no answer to " + command);
      }
    } while (!line.startsWith(TAG));
    if (!line.startsWith(TAG + "OK")) {
      throw new IOException("expected OK, got " + line);
    }
  }

  private void say(String line) throws IOException {
    byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    for (int from = 0; from < bytes.length; from += PIECE) {
      out.write(bytes, from, Math.min(PIECE, bytes.length - from));
    }
  }

  /** Breaks the connection off, as a client that is killed or loses its network does. */
  void breakOff() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Leaves without a word, if it has not left yet. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
