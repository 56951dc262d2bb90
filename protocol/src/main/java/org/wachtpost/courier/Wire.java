package org.wachtpost.courier;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Lines and replies on a socket, with limits and deadlines. Used by one thread at a time. */
final class Wire implements AutoCloseable {
  /** Longest line of a reply, octets; RFC 5321 §4.5.3.1.5 has 512, some servers more. */
  static final int REPLY_LINE_OCTETS = 4_096;

  /** Most lines of a reply. */
  static final int REPLY_LINES = 100;

  private final Deadlines deadlines;

  /**
   * Under TLS, if there is any. What cuts a connection off closes this one: to close a TLS socket
   * waits for whoever writes to it, and may so wait for the very write that takes too long.
   */
  private final Socket raw;

  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private final byte[] buffer = new byte[1024];
  private final byte[] line = new byte[REPLY_LINE_OCTETS];
  private int start;
  private int end;

  Wire(Socket socket, Deadlines deadlines) throws IOException {
    this.deadlines = deadlines;
    this.raw = socket;
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = new BufferedOutputStream(socket.getOutputStream(), 32 * 1024);
  }

  Socket socket() {
    return socket;
  }

  /** Goes on with another socket; whatever was read ahead is thrown away (RFC 3207 §6). */
  void replace(Socket other) throws IOException {
    socket = other;
    in = other.getInputStream();
    out = new BufferedOutputStream(other.getOutputStream(), 32 * 1024);
    start = 0;
    end = 0;
  }

  /** Writes a command, with its line end; not flushed. Only within {@link #writing}. */
  void command(String line) throws IOException {
    if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a line end in a command");
    }
    out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Where the content goes. Only within {@link #writing}. */
  OutputStream out() {
    return out;
  }

  /**
   * Runs what writes, and closes the socket under it when it takes longer than allowed.
   *
   * @param flush whether what was written must leave now, rather than with what follows
   */
  void writing(Duration limit, boolean flush, Writing writing) throws IOException {
    try (Deadlines.Watch watch = watch(limit)) {
      writing.run();
      if (flush) {
        out.flush();
      }
      watch.throwIfPassed();
    }
  }

  /**
   * Closes the socket unless what goes on over it is done within the limit, piece by piece or not.
   */
  Deadlines.Watch watch(Duration limit) throws IOException {
    return deadlines.watch(raw, limit);
  }

  /** Writes commands, which leave at once. */
  void send(Duration limit, List<String> commands) throws IOException {
    writing(
        limit,
        true,
        () -> {
          for (String command : commands) {
            command(command);
          }
        });
  }

  /** Writes a command and waits for the reply. */
  FarReply exchange(CourierSettings settings, String command) throws IOException {
    send(settings.block(), List.of(command));
    return reply(settings.command());
  }

  /** Something that writes. */
  @FunctionalInterface
  interface Writing {
    void run() throws IOException;
  }

  /** The next reply, whole within the time allowed, however it trickles in. */
  FarReply reply(Duration limit) throws IOException {
    try (Deadlines.Watch watch = watch(limit)) {
      try {
        return reply();
      } catch (IOException e) {
        if (watch.hasPassed()) {
          SocketTimeoutException late = new SocketTimeoutException("no reply in time");
          late.initCause(e);
          throw late;
        }
        throw e;
      }
    }
  }

  private FarReply reply() throws IOException {
    List<String> lines = new ArrayList<>();
    while (true) {
      String line = line();
      boolean last = line.length() == 3 || (line.length() > 3 && line.charAt(3) == ' ');
      boolean more = line.length() > 3 && line.charAt(3) == '-';
      if (!startsWithCode(line) || !(last || more)) {
        throw new IOException("a reply that is none");
      }
      lines.add(line.length() > 4 ? line.substring(4) : "");
      if (last) {
        return new FarReply(Integer.parseInt(line.substring(0, 3)), lines);
      }
      if (lines.size() >= REPLY_LINES) {
        throw new IOException("a reply of more than " + REPLY_LINES + " lines");
      }
    }
  }

  private static boolean startsWithCode(String line) {
    return line.length() >= 3
        && line.charAt(0) >= '2'
        && line.charAt(0) <= '5'
        && isDigit(line.charAt(1))
        && isDigit(line.charAt(2));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private String line() throws IOException {
    int length = 0;
    while (true) {
      int octet = read();
      if (octet == '\n') {
        int cut = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        return new String(line, 0, cut, StandardCharsets.UTF_8);
      }
      if (length == line.length) {
        throw new IOException("a reply line of more than " + REPLY_LINE_OCTETS + " octets");
      }
      line[length++] = (byte) octet;
    }
  }

  private int read() throws IOException {
    if (start == end) {
      int count = in.read(buffer);
      if (count < 0) {
        throw new EOFException("the far end closed the connection");
      }
      start = 0;
      end = count;
    }
    return buffer[start++] & 0xff;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
