package org.wachtpost.courier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.wachtpost.net.TestTls;
import org.wachtpost.queue.Hop;
import org.wachtpost.queue.Login;
import org.wachtpost.queue.TlsRule;

/**
 * An SMTP server on loopback that answers each line (and the end of content, as {@code .}) by a
 * script. It starts TLS when the script answers STARTTLS with 220 and it has a certificate.
 */
final class ScriptedHost implements AutoCloseable {
  /** An answer: the connection is closed. */
  static final String DROP = "drop";

  /** An answer: nothing is ever said. */
  static final String HANG = "";

  private static final String GREETING = "(connect)";

  /** What was said, with {@code (connect)} and {@code (tls)} where those happened. */
  final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());
  private final ServerSocket listener;
  private final Function<String, String> script;
  private final @Nullable TestTls tls;

  ScriptedHost(@Nullable TestTls tls, Function<String, String> script) throws IOException {
    this(InetAddress.getLoopbackAddress(), tls, script);
  }

  ScriptedHost(InetAddress address, @Nullable TestTls tls, Function<String, String> script)
      throws IOException {
    this.tls = tls;
    this.script = script;
    this.listener = new ServerSocket(0, 10, address);
    Thread.ofVirtual().start(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  Hop hop(String name, TlsRule rule, @Nullable Login login) {
    return new Hop(name, address(), rule, login);
  }

  Hop hop(TlsRule rule) {
    return hop("mx.far.test", rule, null);
  }

  long times(String line) {
    return List.copyOf(heard).stream().filter(line::equals).count();
  }

  /** What was heard that starts so. */
  List<String> heard(String start) {
    return List.copyOf(heard).stream().filter(line -> line.startsWith(start)).toList();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> talk(socket));
      } catch (IOException e) {
        return; // the test is over
      }
    }
  }

  private void talk(Socket plain) {
    Socket socket = plain;
    try (plain) {
      BufferedReader in = reader(socket);
      String line = GREETING;
      boolean content = false;
      while (line != null) {
        heard.add(line);
        boolean bdat = line.startsWith("BDAT ");
        if (bdat) {
          readChunk(in, line);
        }
        if (!content || line.equals(".")) {
          String answer = script.apply(line);
          if (answer.equals(DROP)) {
            return;
          }
          content = answer.startsWith("354");
          OutputStream out = socket.getOutputStream();
          out.write(answer.getBytes(StandardCharsets.UTF_8));
          if (answer.startsWith("421")) {
            socket.shutdownOutput(); // RFC 5321 §3.8
            in.transferTo(Writer.nullWriter());
            return;
          }
          if (line.equals("STARTTLS") && answer.startsWith("220") && tls != null) {
            socket = secured(socket, tls);
            in = reader(socket);
            heard.add("(tls)");
          }
        }
        line = in.readLine();
      }
    } catch (IOException e) {
      heard.add("broken off");
    }
  }

  private void readChunk(BufferedReader in, String line) throws IOException {
    StringBuilder chunk = new StringBuilder();
    for (int left = Integer.parseInt(line.split(" ", -1)[1]); left > 0; left--) {
      chunk.append((char) in.read());
    }
    heard.add("(chunk) " + chunk);
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  private static SSLSocket secured(Socket socket, TestTls tls) throws IOException {
    SSLSocket secured =
        (SSLSocket) context(tls).getSocketFactory().createSocket(socket, null, 0, true);
    secured.setUseClientMode(false);
    secured.startHandshake();
    return secured;
  }

  static SSLContext context(TestTls tls) {
    try {
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(tls.keys(), tls.password());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A server that takes everything, with these extensions. */
  static Function<String, String> polite(String... extensions) {
    return line ->
        switch (line.split("[ :]", 2)[0]) {
          case GREETING -> "220 hello\r\n";
          case "EHLO" -> {
            StringBuilder reply = new StringBuilder("250-far.test\r\n");
            for (String extension : extensions) {
              reply.append("250-").append(extension).append("\r\n");
            }
            yield reply.append("250 HELP\r\n").toString();
          }
          case "DATA" -> "354 go\r\n";
          case "STARTTLS" -> "220 go\r\n";
          case "AUTH" -> "235 2.7.0 welcome\r\n";
          case "." -> "250 2.0.0 taken\r\n";
          default -> "250 2.1.0 ok\r\n";
        };
  }

  /** The same but for lines that start so. */
  static Function<String, String> but(
      Function<String, String> script, String start, String answer) {
    return line -> line.startsWith(start) ? answer : script.apply(line);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (AutoCloseable each : List.copyOf(open)) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
