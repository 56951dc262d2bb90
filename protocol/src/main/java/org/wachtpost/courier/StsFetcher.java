package org.wachtpost.courier;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.Dns;
import org.wachtpost.queue.PolicySource;
import org.wachtpost.queue.TlsFailure;
import org.wachtpost.queue.TlsRule;

/**
 * Fetches MTA-STS policies (RFC 8461 §3.3): one GET over verified TLS, no redirects, no caches, no
 * cookies, and only to addresses that the settings allow, which are looked up here and connected to
 * as they are, so that no name can lead somewhere else. Thread-safe.
 */
public final class StsFetcher implements PolicySource, AutoCloseable {
  /** Octets of a response's header that are read. */
  static final int HEADER_OCTETS = 16 * 1024;

  private static final int ADDRESSES = 4;

  /**
   * Where and how long.
   *
   * @param port of HTTPS
   * @param connect time to connect to one address
   * @param whole time for the rest with one address
   */
  public record Settings(int port, Duration connect, Duration whole) {
    public static final Settings STANDARD =
        new Settings(443, Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  private final Dns dns;
  private final Predicate<InetAddress> allowed;
  private final Settings settings;
  private final ClientTls tls;
  private final Deadlines deadlines = new Deadlines();

  /**
   * @param allowed whether an address may be connected to
   * @param authorities whose certificates are trusted; null for the platform's
   */
  public StsFetcher(
      Dns dns, Predicate<InetAddress> allowed, Settings settings, @Nullable KeyStore authorities) {
    this.dns = dns;
    this.allowed = allowed;
    this.settings = settings;
    this.tls = new ClientTls(authorities);
  }

  @Override
  public Fetched fetch(String domain) {
    String host = "mta-sts." + domain;
    List<InetAddress> addresses = new ArrayList<>();
    addresses.addAll(dns.aaaa(host).recordsOrEmpty());
    addresses.addAll(dns.a(host).recordsOrEmpty());
    addresses.removeIf(allowed.negate());
    Fetched.Failed last = error(host + " has no address that may be connected to");
    for (InetAddress address : addresses.subList(0, Math.min(ADDRESSES, addresses.size()))) {
      try {
        return new Fetched.File(get(host, address));
      } catch (SSLException e) {
        last = new Fetched.Failed(TlsFailure.STS_WEBPKI_INVALID, host + ": " + e.getMessage());
      } catch (IOException e) {
        last = error(host + ": " + e.getMessage());
      }
    }
    return last;
  }

  private static Fetched.Failed error(String words) {
    return new Fetched.Failed(TlsFailure.STS_POLICY_FETCH_ERROR, words);
  }

  private String get(String host, InetAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address, settings.port()), (int) settings.connect().toMillis());
      try (Deadlines.Watch watch = deadlines.watch(socket, settings.whole())) {
        SSLSocket secured = tls.handshake(socket, host, new TlsRule.Verified(host));
        String request =
            "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: "
                + host
                + "\r\nAccept: text/plain\r\nUser-Agent: Wachtpost\r\nConnection: close\r\n\r\n";
        secured.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        secured.getOutputStream().flush();
        String text = response(new BufferedInputStream(secured.getInputStream()));
        watch.throwIfPassed();
        return text;
      }
    }
  }

  private static String response(InputStream in) throws IOException {
    int[] left = {HEADER_OCTETS};
    String status = line(in, left);
    if (!status.matches("HTTP/1\\.[01] 200( .*)?")) {
      // RFC 8461 §3.3: redirects are not followed.
      throw new IOException(
          "the web server says " + status.substring(0, Math.min(80, status.length())));
    }
    boolean isText = false;
    boolean chunked = false;
    long length = PolicySource.POLICY_BYTES + 1L;
    boolean known = false;
    for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
      String lower = line.toLowerCase(Locale.ROOT);
      String value = lower.substring(lower.indexOf(':') + 1).strip();
      if (lower.startsWith("content-type:")) {
        isText = value.matches("text/plain\\s*(;.*)?");
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = value.equals("chunked");
      } else if (lower.startsWith("content-length:") && value.matches("[0-9]{1,9}")) {
        length = Long.parseLong(value);
        known = true;
      }
    }
    if (!isText) {
      throw new IOException("the policy is not text/plain"); // RFC 8461 §3.2
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (chunked) {
      for (int size = chunk(in); size > 0; size = chunk(in)) {
        append(body, in, size, true);
        line(in, new int[] {2});
      }
    } else {
      append(body, in, length, known);
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  private static int chunk(InputStream in) throws IOException {
    String size = line(in, new int[] {256}).split(";", 2)[0].strip();
    if (!size.matches("[0-9A-Fa-f]{1,6}")) {
      throw new IOException("a chunk without length");
    }
    return Integer.parseInt(size, 16);
  }

  private static void append(ByteArrayOutputStream body, InputStream in, long length, boolean known)
      throws IOException {
    if (body.size() + (known ? length : 0) > PolicySource.POLICY_BYTES) {
      throw new IOException("the policy is longer than " + PolicySource.POLICY_BYTES + " bytes");
    }
    byte[] bytes = in.readNBytes((int) length);
    if (known && bytes.length < length || bytes.length > PolicySource.POLICY_BYTES) {
      throw new IOException("the policy is cut short, or too long");
    }
    body.write(bytes);
  }

  static String line(InputStream in, int[] left) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0 || --left[0] < 0) {
        throw new IOException("the web server's answer is cut short, or too long");
      }
      line.append((char) octet);
    }
    return line.isEmpty() || line.charAt(line.length() - 1) != '\r'
        ? line.toString()
        : line.substring(0, line.length() - 1);
  }

  @Override
  public void close() {
    deadlines.close();
  }
}
