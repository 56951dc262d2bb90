package org.wachtpost.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wachtpost.courier.ScriptedHost.DROP;
import static org.wachtpost.courier.ScriptedHost.but;
import static org.wachtpost.courier.ScriptedHost.polite;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.wachtpost.dns.TlsaRecord;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.net.TestTls;
import org.wachtpost.queue.Attempt;
import org.wachtpost.queue.EnvelopeOptions;
import org.wachtpost.queue.Hop;
import org.wachtpost.queue.Login;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.TlsFailure;
import org.wachtpost.queue.TlsRule;

/** RFC 3207, RFC 7672 and RFC 8461 on the wire: who must not be trusted hears nothing. */
final class CourierTlsTest {
  private static final TestTls TRUSTED = new TestTls("mx.far.test");
  private static final TestTls STRANGE = new TestTls("mx.far.test");
  private static final TestTls OTHER_NAME = new TestTls("other.test");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final SmtpCourier courier =
      new SmtpCourier(
          CourierSettings.of("home.test")
              .withWaits(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5)),
          InstantSource.system(),
          new Random(7),
          anchors());

  private static KeyStore anchors() {
    try {
      KeyStore anchors = KeyStore.getInstance("PKCS12");
      anchors.load(null, null);
      anchors.setCertificateEntry("mx", TRUSTED.certificate());
      anchors.setCertificateEntry("other", OTHER_NAME.certificate());
      return anchors;
    } catch (java.security.GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() throws Exception {
    courier.close();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private ScriptedHost host(TestTls tls, Function<String, String> script) throws IOException {
    ScriptedHost host = new ScriptedHost(tls, script);
    open.add(host);
    return host;
  }

  private Attempt bring(Hop hop) {
    return courier.bring(
        hop,
        new OutboundMessage(
            "a@home.test",
            List.of(new OutboundRecipient("x@far.test", null, Set.of())),
            EnvelopeOptions.NONE,
            null,
            "s",
            MessageContent.of("A: b\r\n\r\nc\r\n".getBytes(StandardCharsets.US_ASCII))));
  }

  private Attempt.Answered taken(Hop hop) {
    Attempt.Answered answered = (Attempt.Answered) bring(hop);
    assertThat(answered.answers().getFirst().isPositive()).isTrue();
    return answered;
  }

  private TlsFailure failure(ScriptedHost host, TlsRule rule) {
    Attempt.Unreachable unreachable = (Attempt.Unreachable) bring(host.hop(rule));
    assertThat(unreachable.enhanced()).startsWith("4.7.");
    assertThat(host.heard("MAIL")).isEmpty();
    return unreachable.failure();
  }

  private static TlsRule dane(int usage, int selector, int matching, String hex) {
    return dane(List.of("mx.far.test"), new TlsaRecord(usage, selector, matching, hex));
  }

  private static TlsRule dane(List<String> names, TlsaRecord record) {
    return new TlsRule.Dane("mx.far.test", names, List.of(record));
  }

  private static String hash(String algorithm, byte[] data) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(data));
  }

  @Test
  void opportunisticTakesAnyCertificate() throws IOException {
    ScriptedHost host = host(STRANGE, polite("STARTTLS"));
    Attempt.Answered answered = taken(host.hop(new TlsRule.Opportunistic()));
    assertThat(answered.session()).isEqualTo(Attempt.Session.NEW_TLS);
    assertThat(answered.words()).contains("TLSv1.3").contains("not verified");
    // RFC 3207 §4.2: it is greeted again.
    assertThat(host.times("EHLO home.test")).isEqualTo(2);
    assertThat(host.heard.indexOf("(tls)")).isLessThan(host.heard.lastIndexOf("EHLO home.test"));
  }

  @Test
  void opportunisticGoesOnInTheClearWhereTlsFails() throws IOException {
    List<Function<String, String>> scripts =
        List.of(
            polite(),
            but(polite("STARTTLS"), "STARTTLS", "454 4.7.0 not now\r\n"),
            // Promises TLS and has none: the handshake meets silence, a line, or the end.
            but(polite("STARTTLS"), "STARTTLS", "220 go\r\nno TLS here\r\n"),
            but(polite("STARTTLS"), "STARTTLS", DROP));
    for (Function<String, String> script : scripts) {
      ScriptedHost host = host(null, script);
      Attempt.Answered answered = taken(host.hop(new TlsRule.Opportunistic()));
      assertThat(answered.session()).isEqualTo(Attempt.Session.NEW_PLAIN);
    }
  }

  @Test
  void verifiedWantsAKnownAuthorityAndTheName() throws IOException {
    TlsRule rule = new TlsRule.Verified("mx.far.test");
    Attempt.Answered answered = taken(host(TRUSTED, polite("STARTTLS")).hop(rule));
    assertThat(answered.words()).contains("verified for mx.far.test");
    assertThat(failure(host(STRANGE, polite("STARTTLS")), rule))
        .isEqualTo(TlsFailure.CERTIFICATE_NOT_TRUSTED);
    assertThat(failure(host(OTHER_NAME, polite("STARTTLS")), rule))
        .isEqualTo(TlsFailure.CERTIFICATE_HOST_MISMATCH);
    assertThat(failure(host(null, polite()), rule)).isEqualTo(TlsFailure.STARTTLS_NOT_SUPPORTED);
    assertThat(failure(host(null, but(polite("STARTTLS"), "STARTTLS", "454 no\r\n")), rule))
        .isEqualTo(TlsFailure.STARTTLS_NOT_SUPPORTED);
  }

  @Test
  void daneTakesWhatTheRecordsNameAndNothingElse() throws Exception {
    byte[] key = STRANGE.certificate().getPublicKey().getEncoded();
    byte[] certificate = STRANGE.certificate().getEncoded();
    List<TlsRule> fitting =
        List.of(
            dane(3, 1, 1, hash("SHA-256", key)),
            dane(3, 1, 2, hash("SHA-512", key)),
            dane(3, 0, 1, hash("SHA-256", certificate)),
            dane(3, 0, 0, HexFormat.of().formatHex(certificate)),
            dane(2, 1, 1, hash("SHA-256", key)));
    for (TlsRule rule : fitting) {
      Attempt.Answered answered = taken(host(STRANGE, polite("STARTTLS")).hop(rule));
      assertThat(answered.words()).contains("verified by DANE for mx.far.test");
    }
    for (TlsRule rule : fitting) {
      // The platform's authorities count for nothing here.
      assertThat(failure(host(TRUSTED, polite("STARTTLS")), rule))
          .isEqualTo(TlsFailure.VALIDATION_FAILURE);
      assertThat(failure(host(null, polite()), rule)).isEqualTo(TlsFailure.STARTTLS_NOT_SUPPORTED);
    }
  }

  /** RFC 7672 §3.1.1: DANE-EE asks for no name; §3.1.2, §3.2: DANE-TA does. */
  @Test
  void daneNamesCountForAuthoritiesOnly() throws Exception {
    byte[] key = OTHER_NAME.certificate().getPublicKey().getEncoded();
    taken(host(OTHER_NAME, polite("STARTTLS")).hop(dane(3, 1, 1, hash("SHA-256", key))));
    failure(host(OTHER_NAME, polite("STARTTLS")), dane(2, 1, 1, hash("SHA-256", key)));
    TlsaRecord authority = new TlsaRecord(2, 1, 1, hash("SHA-256", key));
    taken(
        host(OTHER_NAME, polite("STARTTLS"))
            .hop(dane(List.of("mx.far.test", "OTHER.test"), authority)));
    failure(host(OTHER_NAME, polite("STARTTLS")), dane(List.of("an.other.test"), authority));
  }

  @Test
  void encryptedTakesAnyCertificateButNoClearText() throws IOException {
    taken(host(STRANGE, polite("STARTTLS")).hop(new TlsRule.Encrypted()));
    failure(host(null, polite()), new TlsRule.Encrypted());
  }

  /** A reply that came in the clear behind 220 must not be taken for one that came over TLS. */
  @Test
  void whatWasSaidBeforeTlsIsForgotten() throws IOException {
    String injected = "220 go\r\n250-far.test\r\n250 AUTH PLAIN\r\n";
    ScriptedHost host = host(TRUSTED, but(polite("STARTTLS"), "STARTTLS", injected));
    Login login = new Login("user", "secret");
    Hop hop = host.hop("mx.far.test", new TlsRule.Verified("mx.far.test"), login);
    assertThat(bring(hop)).isInstanceOf(Attempt.Unreachable.class);
    assertThat(host.heard("AUTH")).isEmpty();
  }

  @Test
  void smarthostGetsThePasswordOverVerifiedTlsOnly() throws IOException {
    Login login = new Login("user", "s\u00e9cret");
    TlsRule rule = new TlsRule.Verified("mx.far.test");
    ScriptedHost good = host(TRUSTED, polite("STARTTLS", "AUTH LOGIN  PLAIN LOGIN"));
    taken(good.hop("mx.far.test", rule, login));
    assertThat(good.heard("MAIL").getFirst()).endsWith(" AUTH=<>"); // RFC 4954 §5
    assertThat(good.heard("AUTH")).containsExactly("AUTH PLAIN AHVzZXIAc8OpY3JldA==");
    assertThat(good.heard.indexOf("(tls)")).isLessThan(good.heard.lastIndexOf("EHLO home.test"));
    ScriptedHost strange = host(STRANGE, polite("STARTTLS", "AUTH PLAIN"));
    ScriptedHost plain = host(null, polite("AUTH PLAIN"));
    ScriptedHost without = host(TRUSTED, polite("STARTTLS", "AUTH XOAUTH2"));
    for (ScriptedHost host : List.of(strange, plain, without)) {
      assertThat(bring(host.hop("mx.far.test", rule, login)))
          .isInstanceOf(Attempt.Unreachable.class);
      assertThat(host.heard("AUTH")).isEmpty();
    }
    ScriptedHost refusing =
        host(TRUSTED, but(polite("STARTTLS", "AUTH PLAIN"), "AUTH", "535 5.7.8 no\r\n"));
    Attempt.Unreachable refused =
        (Attempt.Unreachable) bring(refusing.hop("mx.far.test", rule, login));
    // A wrong password costs no mail: it waits until somebody mends the setting.
    assertThat(refused.enhanced()).isEqualTo("4.7.8");
    assertThat(refused.words()).contains("535 5.7.8 no").doesNotContain("cret");
    assertThat(refusing.heard("MAIL")).isEmpty();
  }

  /** A byte now and then is no silence; the whole handshake has its time all the same. */
  @Test
  void handshakeThatTricklesIsCutOff() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        SmtpCourier hasty =
            new SmtpCourier(
                CourierSettings.of("home.test")
                    .withWaits(
                        Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofSeconds(5)),
                InstantSource.system(),
                new Random(7),
                anchors())) {
      Thread.ofVirtual().start(() -> trickle(listener));
      InetSocketAddress address = (InetSocketAddress) listener.getLocalSocketAddress();
      Attempt attempt =
          hasty.bring(
              new Hop("mx.far.test", address, new TlsRule.Encrypted(), null),
              new OutboundMessage(
                  "a@home.test",
                  List.of(new OutboundRecipient("x@far.test", null, Set.of())),
                  EnvelopeOptions.NONE,
                  null,
                  "s",
                  MessageContent.of("A: b\r\n\r\nc\r\n".getBytes(StandardCharsets.US_ASCII))));
      assertThat(attempt).isInstanceOf(Attempt.Unreachable.class);
    }
  }

  /** Answers EHLO and STARTTLS, begins a TLS record of 16 KiB, and sends an octet now and then. */
  private static void trickle(ServerSocket listener) {
    byte[][] answers = {
      "250-x\r\n250 STARTTLS\r\n".getBytes(StandardCharsets.US_ASCII),
      "220 go\r\n".getBytes(StandardCharsets.US_ASCII),
      {0x16, 3, 3, 0x40, 0}
    };
    try (Socket socket = listener.accept()) {
      OutputStream out = socket.getOutputStream();
      out.write("220 x\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(50);
      byte[] heard = new byte[4096];
      int answered = 0;
      int count = 0;
      while (count >= 0) {
        try {
          count = socket.getInputStream().read(heard);
          if (count > 0 && answered < answers.length) {
            out.write(answers[answered++]);
          }
        } catch (SocketTimeoutException e) {
          if (answered == answers.length) {
            out.write(2);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cut off, as it should be", e);
    }
  }

  /**
   * A TLS socket that is closed waits for whoever writes to it: to cut that writer off by closing
   * it made one more thread wait, and it was the one that watches over all others.
   */
  @Test
  @Timeout(30)
  void aHostThatDoesNotReadOverTlsIsCutOff() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        SmtpCourier hasty =
            new SmtpCourier(
                CourierSettings.of("home.test").withWaits(Duration.ofMillis(700)),
                InstantSource.system(),
                new Random(7),
                anchors())) {
      Thread.ofVirtual().start(() -> readNothing(listener));
      InetSocketAddress address = (InetSocketAddress) listener.getLocalSocketAddress();
      OutboundMessage large =
          new OutboundMessage(
              "a@home.test",
              List.of(new OutboundRecipient("x@far.test", null, Set.of())),
              EnvelopeOptions.NONE,
              null,
              "s",
              MessageContent.of(
                  "0123456789abcdef\r\n".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII)));
      for (int i = 0; i < 2; i++) {
        Attempt attempt =
            hasty.bring(new Hop("mx.far.test", address, new TlsRule.Encrypted(), null), large);
        assertThat(((Attempt.Answered) attempt).answers().getFirst().enhanced()).isEqualTo("4.4.2");
      }
    }
  }

  /** Takes the envelope over TLS and reads no more. */
  private static void readNothing(ServerSocket listener) {
    List<Socket> silent = new ArrayList<>();
    try {
      while (true) {
        Socket socket = listener.accept();
        silent.add(socket);
        socket.setReceiveBufferSize(8 * 1024);
        say(socket, "220 x", null);
        say(socket, "250-x\r\n250 STARTTLS", "EHLO");
        say(socket, "220 go", "STARTTLS");
        SSLSocket tls =
            (SSLSocket)
                ScriptedHost.context(TRUSTED)
                    .getSocketFactory()
                    .createSocket(socket, null, 0, true);
        tls.setUseClientMode(false);
        say(tls, "250 x", "EHLO");
        say(tls, "250 x", "MAIL");
        say(tls, "250 x", "RCPT");
        say(tls, "354 go", "DATA");
      }
    } catch (IOException e) {
      silent.forEach(socket -> {
        try {
          socket.close();
        } catch (IOException again) {
          throw new UncheckedIOException(again);
        }
      });
    }
  }

  private static void say(Socket socket, String line, @Nullable String heard) throws IOException {
    StringBuilder command = new StringBuilder();
    while (heard != null && !command.toString().endsWith("\r\n")) {
      command.append((char) socket.getInputStream().read());
    }
    assertThat(command.toString()).startsWith(heard == null ? "" : heard);
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }
}
