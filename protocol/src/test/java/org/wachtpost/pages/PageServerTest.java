package org.wachtpost.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.net.Endpoint;
import org.wachtpost.net.Listener;
import org.wachtpost.net.Network;
import org.wachtpost.net.NetworkSettings;
import org.wachtpost.net.RecordedEvents;

/** RFC 8461 §3.3, the server's side, and other pages, without TLS: that is the network's. */
final class PageServerTest {
  private static final Instant NOW = Instant.parse("2026-03-02T09:30:00Z");
  private static final String POLICY = "version: STSv1\nmode: testing\nmx: mx.here.test\n";
  private static final String SERVED = POLICY.replace("\n", "\r\n");
  private static final String CONFIG_PATH = "/mail/config-v1.1.xml";
  private static final String PATH = "/.well-known/mta-sts.txt";

  private final Network network =
      new Network(NetworkSettings.DEFAULT, null, new RecordedEvents(), () -> NOW, new Random(1));

  @AfterEach
  void close() {
    network.close();
  }

  private String ask(Duration wait, String request) throws IOException {
    PageServer server =
        new PageServer(
            Set.of("here.test", "xn--bcher-kva.test", "autoconfig.sub.test")::contains,
            List.of(
                Page.policy(POLICY),
                Page.settings("autoconfig.", CONFIG_PATH, domain -> "<x>" + domain + "\n</x>\n"),
                Page.settings("", "/.well-known/autoconfig" + CONFIG_PATH, domain -> domain)),
            wait,
            () -> NOW);
    Listener listener =
        network.listen(
            new Endpoint(
                "https", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false),
            server);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } finally {
      listener.close();
    }
  }

  private String ask(String request) throws IOException {
    return ask(Duration.ofSeconds(20), request);
  }

  private static String get(String path, String host) {
    return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: x\r\n\r\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mta-sts.here.test",
        "MTA-STS.Here.Test:443",
        "mta-sts.here.test.",
        "mta-sts.xn--bcher-kva.test",
      })
  void everyDomainOfOursHasThePolicy(String host) throws IOException {
    assertThat(ask(get(PATH, host)))
        .startsWith("HTTP/1.1 200 OK\r\nDate: Mon, 02 Mar 2026 09:30:00 GMT\r\n")
        .contains("\r\nContent-Type: text/plain\r\n")
        .contains("\r\nContent-Length: " + SERVED.length() + "\r\n")
        .contains("\r\nConnection: close\r\n")
        .endsWith("\r\n\r\n" + SERVED);
  }

  @ParameterizedTest
  @CsvSource({
    "/mail/config-v1.1.xml, autoconfig.here.test",
    "/mail/config-v1.1.xml?emailaddress=alice%40here.test, AUTOCONFIG.here.test:443",
    "https://autoconfig.here.test/mail/config-v1.1.xml?x, other.test",
  })
  void mailProgramsFindTheirSettings(String path, String host) throws IOException {
    assertThat(ask(get(path, host)))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\nContent-Type: text/xml; charset=utf-8\r\n")
        .endsWith("\r\n\r\n<x>here.test\r\n</x>\r\n");
  }

  @Test
  void settingsAreOnTheDomainsOwnHostToo() throws IOException {
    String path = "/.well-known/autoconfig" + CONFIG_PATH + "?emailaddress=a%40here.test";
    assertThat(ask(get(path, "here.test"))).endsWith("\r\n\r\nhere.test");
    assertThat(ask(get(path, "autoconfig.sub.test"))).endsWith("\r\n\r\nautoconfig.sub.test");
    assertThat(ask(get(path, "far.test"))).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void headHasNoBodyAndTheTargetMayBeAbsolute() throws IOException {
    assertThat(ask(get(PATH, "mta-sts.here.test").replace("GET", "HEAD")))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\n");
    assertThat(ask(get("https://mta-sts.here.test" + PATH, "other.test"))).endsWith(SERVED);
  }

  @ParameterizedTest
  @CsvSource({
    "/, mta-sts.here.test",
    "/.well-known/mta-sts.txt/, mta-sts.here.test",
    "/.well-known/../.well-known/mta-sts.txt, mta-sts.here.test",
    "/.well-known/mta-sts.txt?x, mta-sts.here.test",
    "/%2ewell-known/mta-sts.txt, mta-sts.here.test",
    "/.well-known/mta-sts.txt, here.test",
    "/.well-known/mta-sts.txt, mta-sts.far.test",
    "/.well-known/mta-sts.txt, mta-sts.mta-sts.here.test",
    "/.well-known/mta-sts.txt, 127.0.0.1",
    "/.well-known/mta-sts.txt, ''",
    "https://mta-sts.far.test/.well-known/mta-sts.txt, mta-sts.here.test",
    "https://mta-sts.here.test, mta-sts.here.test",
    "/mail/config-v1.1.xml, mta-sts.here.test",
    "/mail/config-v1.1.xml, here.test",
    "/mail/config-v1.1.xml/, autoconfig.here.test",
    "/mail/config-v1.1.xml%3fx, autoconfig.here.test",
    "/.well-known/mta-sts.txt, autoconfig.here.test",
    "/.well-known/autoconfig/mail/config-v1.1.xml, autoconfig.here.test",
  })
  void nothingElseIsThere(String path, String host) throws IOException {
    assertThat(ask(get(path, host))).startsWith("HTTP/1.1 404 ").doesNotContain("STSv1", "<x>");
  }

  @Test
  void otherRequestsAreRefused() throws IOException {
    String good = get(PATH, "mta-sts.here.test");
    assertThat(ask(good.replace("GET", "POST")))
        .startsWith("HTTP/1.1 405 ")
        .contains("\r\nAllow: GET, HEAD\r\n");
    assertThat(ask(good.replace("HTTP/1.1", "HTTP/2.0"))).startsWith("HTTP/1.1 505 ");
    assertThat(ask(good.replace(" HTTP/1.1", ""))).startsWith("HTTP/1.1 400 ");
    assertThat(ask("GET " + PATH + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(ask(good.replace("User-Agent", "Host"))).startsWith("HTTP/1.1 400 ");
    assertThat(ask(good.replace("\r\n", "\n"))).startsWith("HTTP/1.1 400 ");
    assertThat(ask("\0\0\0\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(ask("<script>\r\n\r\n")).doesNotContain("<script>");
  }

  @Test
  void requestsHaveLimits() throws IOException {
    String host = "mta-sts.here.test";
    String path = "/" + "a".repeat(PageServer.LINE_OCTETS);
    assertThat(ask(get(path, host))).startsWith("HTTP/1.1 431 ");
    String fields = "GET " + PATH + " HTTP/1.1\r\nHost: " + host + "\r\n";
    assertThat(ask(fields + "X: y\r\n".repeat(PageServer.FIELDS - 2) + "\r\n"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(ask(fields + "X: y\r\n".repeat(PageServer.FIELDS - 1) + "\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(ask(fields + "X: y\r\n".repeat(10_000))).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void whoIsSlowIsLeft() throws IOException {
    assertThat(ask(Duration.ofMillis(50), "GET " + PATH + " HTTP/1.1\r\nHost: ")).isEmpty();
  }
}
