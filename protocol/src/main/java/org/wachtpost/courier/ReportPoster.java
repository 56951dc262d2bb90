package org.wachtpost.courier;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.Dns;
import org.wachtpost.queue.TlsRule;
import org.wachtpost.tlsreport.ReportPost;

/**
 * Posts reports on TLS (RFC 8460 §5.4): one POST over verified TLS, no redirects, and only to
 * addresses that the settings allow, which are looked up here and connected to as they are.
 * Thread-safe.
 */
public final class ReportPoster implements ReportPost, AutoCloseable {
  private static final int ADDRESSES = 2;
  private static final int STATUS_OCTETS = 1_024;

  private final Dns dns;
  private final Predicate<InetAddress> allowed;
  private final StsFetcher.Settings settings;
  private final ClientTls tls;
  private final Deadlines deadlines = new Deadlines();

  /**
   * @param allowed whether an address may be connected to
   * @param authorities whose certificates are trusted; null for the platform's
   */
  public ReportPoster(
      Dns dns,
      Predicate<InetAddress> allowed,
      StsFetcher.Settings settings,
      @Nullable KeyStore authorities) {
    this.dns = dns;
    this.allowed = allowed;
    this.settings = settings;
    this.tls = new ClientTls(authorities);
  }

  @Override
  public void post(URI to, byte[] report) throws IOException {
    String host = to.getHost().toLowerCase(Locale.ROOT);
    List<InetAddress> addresses = new ArrayList<>();
    addresses.addAll(dns.aaaa(host).recordsOrEmpty());
    addresses.addAll(dns.a(host).recordsOrEmpty());
    addresses.removeIf(allowed.negate());
    IOException last = new IOException(host + " has no address that may be connected to");
    for (InetAddress address : addresses.subList(0, Math.min(ADDRESSES, addresses.size()))) {
      try {
        post(to, host, address, report);
        return;
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  private void post(URI to, String host, InetAddress address, byte[] report) throws IOException {
    String path = to.getRawPath() == null || to.getRawPath().isEmpty() ? "/" : to.getRawPath();
    String target = to.getRawQuery() == null ? path : path + "?" + to.getRawQuery();
    String request =
        "POST "
            + target
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Length: "
            + report.length
            + "\r\nUser-Agent: Wachtpost\r\nConnection: close\r\n\r\n";
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address, settings.port()), (int) settings.connect().toMillis());
      try (Deadlines.Watch watch = deadlines.watch(socket, settings.whole())) {
        SSLSocket secured = tls.handshake(socket, host, new TlsRule.Verified(host));
        OutputStream out = secured.getOutputStream();
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.write(report);
        out.flush();
        InputStream in = new BufferedInputStream(secured.getInputStream());
        String status = StsFetcher.line(in, new int[] {STATUS_OCTETS});
        watch.throwIfPassed();
        if (!status.matches("HTTP/1\\.[01] 2[0-9]{2}( .*)?")) {
          throw new IOException(
              "the web server says " + status.substring(0, Math.min(80, status.length())));
        }
      }
    }
  }

  @Override
  public void close() {
    deadlines.close();
  }
}
