package org.wachtpost.courier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
import org.wachtpost.queue.PolicySource;
import org.wachtpost.queue.PolicySource.Fetched;
import org.wachtpost.queue.TlsFailure;

/** RFC 8461 §3.3 against a web server of the test's own. */
final class StsFetcherTest {
  private static final TestTls TLS = new TestTls("mta-sts.far.test");
  private static final String POLICY = "version: STSv1\nmode: none\nmax_age: 1\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";

  private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final FakeDns dns = new FakeDns().addAddress("mta-sts.far.test", "127.0.0.1");
  private boolean allowed = true;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : List.copyOf(open)) {
      each.close();
    }
  }

  private Fetched fetch(TestTls tls, String answer) throws Exception {
    return fetch(tls, answer.getBytes(StandardCharsets.UTF_8));
  }

  private Fetched fetch(TestTls tls, byte[] answer) throws Exception {
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
    try (StsFetcher fetcher = new StsFetcher(dns, address -> allowed, settings, anchors)) {
      return fetcher.fetch("far.test");
    }
  }

  private void serve(ServerSocket listener, byte[] answer) {
    try (Socket socket = listener.accept()) {
      open.add(socket);
      InputStream in = socket.getInputStream();
      StringBuilder request = new StringBuilder();
      while (request.indexOf("\r\n\r\n") < 0) {
        request.append((char) in.read());
      }
      asked.add(request.toString());
      socket.getOutputStream().write(answer);
      if (answer.length == 0) {
        assertThat(in.read()).isNegative(); // says nothing until the client goes
      }
    } catch (IOException e) {
      asked.add("broken off");
    }
  }

  private void isPolicy(Fetched fetched) {
    assertThat(fetched).isEqualTo(new Fetched.File(POLICY));
  }

  private static void fails(Fetched fetched, TlsFailure result, String words) {
    assertThat(((Fetched.Failed) fetched).result()).isEqualTo(result);
    assertThat(((Fetched.Failed) fetched).words()).contains(words);
  }

  @Test
  void readsBodiesOfEveryKind() throws Exception {
    isPolicy(fetch(TLS, OK + "\r\n" + POLICY));
    isPolicy(fetch(TLS, OK + "Content-Length: " + POLICY.length() + "\r\n\r\n" + POLICY));
    String chunks = "5;x=y\r\n" + POLICY.substring(0, 5) + "\r\n";
    chunks += Integer.toHexString(POLICY.length() - 5) + "\r\n" + POLICY.substring(5) + "\r\n0\r\n";
    isPolicy(fetch(TLS, OK + "Transfer-Encoding: chunked\r\n\r\n" + chunks));
    isPolicy(
        fetch(TLS, "HTTP/1.0 200\r\ncontent-type: Text/Plain; charset=utf-8\r\n\r\n" + POLICY));
    assertThat(asked.getFirst())
        .startsWith("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.far.test\r\n");
  }

  @Test
  void anythingButTextWithStatus200IsNoPolicy() throws Exception {
    TlsFailure error = TlsFailure.STS_POLICY_FETCH_ERROR;
    fails(fetch(TLS, "HTTP/1.1 404 Not Found\r\n\r\n"), error, "404");
    fails(fetch(TLS, "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\n\r\n"), error, "302");
    fails(fetch(TLS, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + POLICY), error, "text");
    fails(fetch(TLS, "220 mx.far.test\r\n"), error, "220");
    fails(fetch(TLS, OK + "Content-Length: 500\r\n\r\n" + POLICY), error, "cut short");
    fails(fetch(TLS, OK + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), error, "chunk");
    assertThat(asked).hasSize(6);
  }

  @Test
  void theLengthHasALimit() throws Exception {
    TlsFailure error = TlsFailure.STS_POLICY_FETCH_ERROR;
    String most = "x".repeat(PolicySource.POLICY_BYTES);
    assertThat(fetch(TLS, OK + "\r\n" + most)).isEqualTo(new Fetched.File(most));
    fails(fetch(TLS, OK + "\r\n" + most + "x"), error, "too long");
    fails(fetch(TLS, OK + "Content-Length: 999999999\r\n\r\n" + most), error, "longer");
    String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
    fails(fetch(TLS, OK + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(3)), error, "longer");
    fails(fetch(TLS, OK + "X: y\r\n".repeat(StsFetcher.HEADER_OCTETS / 6)), error, "too long");
  }

  @Test
  void silenceHasALimit() throws Exception {
    fails(fetch(TLS, ""), TlsFailure.STS_POLICY_FETCH_ERROR, "");
  }

  @Test
  void theCertificateMustBeTheWebServers() throws Exception {
    fails(fetch(new TestTls("mta-sts.far.test"), ""), TlsFailure.STS_WEBPKI_INVALID, "");
    fails(fetch(new TestTls("far.test"), ""), TlsFailure.STS_WEBPKI_INVALID, "");
    assertThat(asked).noneMatch(request -> request.startsWith("GET"));
  }

  @Test
  void privateAddressesAreNotConnectedTo() throws Exception {
    allowed = false;
    fails(fetch(TLS, OK + "\r\n" + POLICY), TlsFailure.STS_POLICY_FETCH_ERROR, "no address");
    assertThat(asked).isEmpty();
  }
}
