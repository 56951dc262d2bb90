package org.wachtpost.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.dns.FakeDns;
import org.wachtpost.net.TestTls;

/** RFC 8460 §5.4 against a web server of the test's own. */
final class ReportPosterTest {
  private static final TestTls TLS = new TestTls("reports.far.test");
  private static final byte[] REPORT = "report".getBytes(StandardCharsets.US_ASCII);

  private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final FakeDns dns = new FakeDns().addAddress("reports.far.test", "127.0.0.1");
  private boolean allowed = true;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : List.copyOf(open)) {
      each.close();
    }
  }

  private void post(TestTls tls, String answer, String uri) throws Exception {
    ServerSocket listener =
        ScriptedHost.context(tls)
            .getServerSocketFactory()
            .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    open.add(listener);
    Thread.ofVirtual().start(() -> serve(listener, answer));
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("a", TLS.certificate());
    StsFetcher.Settings settings =
        new StsFetcher.Settings(
            listener.getLocalPort(), Duration.ofSeconds(5), Duration.ofSeconds(2));
    try (ReportPoster poster = new ReportPoster(dns, address -> allowed, settings, anchors)) {
      poster.post(URI.create(uri), REPORT);
    }
  }

  private void serve(ServerSocket listener, String answer) {
    try (Socket socket = listener.accept()) {
      open.add(socket);
      InputStream in = socket.getInputStream();
      StringBuilder request = new StringBuilder();
      while (request.indexOf("\r\n\r\n") < 0) {
        int octet = in.read();
        if (octet < 0) {
          throw new IOException("cut short");
        }
        request.append((char) octet);
      }
      byte[] body = in.readNBytes(REPORT.length);
      asked.add(request + new String(body, StandardCharsets.US_ASCII));
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      asked.add("broken off");
    }
  }

  @Test
  void postsTheReportToThePath() throws Exception {
    post(TLS, "HTTP/1.1 201 Created\r\n\r\n", "https://Reports.far.test/v1/tls?a=b");
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst())
        .startsWith("POST /v1/tls?a=b HTTP/1.1\r\nHost: reports.far.test\r\n")
        .contains("\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Length: 6\r\n")
        .endsWith("\r\n\r\nreport");
    post(TLS, "HTTP/1.0 200\r\n\r\n", "https://reports.far.test");
    assertThat(asked.getLast()).startsWith("POST / HTTP/1.1\r\n");
  }

  @Test
  void anythingButSuccessIsAFailure() {
    String uri = "https://reports.far.test/";
    for (String answer :
        List.of(
            "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\n\r\n",
            "HTTP/1.1 500 no\r\n\r\n",
            "220 mx.far.test\r\n",
            "x".repeat(5_000))) {
      assertThatThrownBy(() -> post(TLS, answer, uri)).isInstanceOf(IOException.class);
    }
    assertThat(asked).hasSize(4).allMatch(request -> request.startsWith("POST / "));
  }

  @Test
  void theCertificateMustBeTheWebServers() {
    assertThatThrownBy(() ->
            post(new TestTls("far.test"), "HTTP/1.1 200\r\n\r\n", "https://reports.far.test/"))
        .isInstanceOf(IOException.class);
    assertThat(asked).noneMatch(request -> request.startsWith("POST"));
  }

  @Test
  void privateAddressesAreNotConnectedTo() {
    allowed = false;
    assertThatThrownBy(() -> post(TLS, "HTTP/1.1 200\r\n\r\n", "https://reports.far.test/"))
        .hasMessageContaining("no address");
    assertThat(asked).isEmpty();
  }
}
