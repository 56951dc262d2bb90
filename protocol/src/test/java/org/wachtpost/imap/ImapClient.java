package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A thin IMAP client for tests: lines and literals, as Latin-1 text. */
final class ImapClient implements AutoCloseable {
  private static final Pattern LITERAL = Pattern.compile("~?\\{(\\d+)}$");

  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private int tags;

  ImapClient(int port, @Nullable SSLContext tls) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(30_000);
      if (tls != null) {
        secure(tls);
      } else {
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void secure(SSLContext tls) throws IOException {
    SSLSocket made =
        (SSLSocket)
            tls.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
    made.startHandshake();
    socket = made;
    in = new BufferedInputStream(made.getInputStream());
    out = made.getOutputStream();
  }

  /** Makes the handshake after STARTTLS. */
  SSLSocket startTls(SSLContext tls) {
    try {
      secure(tls);
      return (SSLSocket) socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks for COMPRESS and goes on with it. */
  void compress() {
    assertThat(ok("COMPRESS DEFLATE")).containsExactly("OK compressed from here on");
    goOnCompressed();
  }

  /** What comes and goes from here on is compressed. */
  void goOnCompressed() {
    in = new BufferedInputStream(new InflaterInputStream(in, new Inflater(true)));
    out = new DeflaterOutputStream(out, new Deflater(9, true), true);
  }

  Socket socket() {
    return socket;
  }

  void greeting() {
    assertThat(line()).startsWith("* OK [CAPABILITY ");
  }

  void sendRaw(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void send(String line) {
    sendRaw((line + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  /** One line without its end, as Latin-1; null at the end of the connection. */
  @Nullable String lineOrEnd() {
    try {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      while (true) {
        int next = in.read();
        if (next < 0) {
          return line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
        }
        if (next == '\n') {
          String text = line.toString(StandardCharsets.ISO_8859_1);
          return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }
        line.write(next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says LOGOUT and gives the first line after it; null when the connection has ended before. */
  @Nullable String lineOrEndAfterLogout() {
    try {
      send("bye LOGOUT");
      return lineOrEnd();
    } catch (UncheckedIOException e) {
      return null;
    }
  }

  String line() {
    String line = lineOrEnd();
    if (line == null) {
      throw new AssertionError("the connection has ended");
    }
    return line;
  }

  /** A response with its literals, each as {@code {n}CRLF} and its bytes. */
  String response() {
    StringBuilder whole = new StringBuilder();
    while (true) {
      String line = line();
      whole.append(line);
      Matcher literal = LITERAL.matcher(line);
      if (!literal.find()) {
        return whole.toString();
      }
      try {
        byte[] bytes = in.readNBytes(Integer.parseInt(literal.group(1)));
        whole.append("\r\n").append(new String(bytes, StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Sends a command and gives all responses, the tagged one last and without its tag. */
  List<String> command(String command) {
    String tag = "t" + ++tags;
    send(tag + " " + command);
    return until(tag);
  }

  List<String> until(String tag) {
    List<String> responses = new ArrayList<>();
    while (true) {
      String response = response();
      if (response.startsWith(tag + " ")) {
        responses.add(response.substring(tag.length() + 1));
        return responses;
      }
      responses.add(response);
    }
  }

  /** As {@link #command}; the answer must be OK. */
  List<String> ok(String command) {
    List<String> responses = command(command);
    assertThat(responses.getLast()).as(command).startsWith("OK");
    return responses;
  }

  /** The tagged answer alone. */
  String answer(String command) {
    return command(command).getLast();
  }

  List<String> append(String mailbox, String options, byte[] message) {
    String tag = "t" + ++tags;
    String gap = options.isEmpty() ? "" : options + " ";
    String head = tag + " APPEND " + mailbox + " " + gap + "{" + message.length + "+}\r\n";
    sendRaw(head.getBytes(StandardCharsets.UTF_8));
    sendRaw(message);
    send("");
    List<String> responses = until(tag);
    assertThat(responses.getLast()).startsWith("OK [APPENDUID");
    return responses;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
