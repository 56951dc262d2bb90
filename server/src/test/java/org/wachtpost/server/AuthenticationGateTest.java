package org.wachtpost.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.delivery.InboundMessage;
import org.wachtpost.delivery.InboundSession;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.dns.Dns;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mailauth.MailAuthentication;
import org.wachtpost.queue.EnvelopeOptions;

/** Whose mail is judged. */
class AuthenticationGateTest {
  private final AtomicInteger questions = new AtomicInteger();
  private final Dns dns =
      (Dns)
          Proxy.newProxyInstance(
              Dns.class.getClassLoader(),
              new Class<?>[] {Dns.class},
              (_, _, _) -> {
                questions.incrementAndGet();
                return new DnsAnswer.NoSuchDomain<Object>(Duration.ZERO, false);
              });

  private AuthenticationGate gate(boolean judgeLoopback) {
    InstantSource clock = InstantSource.fixed(Instant.EPOCH);
    MailAuthentication authentication =
        new MailAuthentication(dns, clock, "mx.example.test", "mx.example.test", Set.of());
    return new AuthenticationGate(authentication, "mx.example.test", true, judgeLoopback);
  }

  private static String fields(AuthenticationGate gate, InetAddress from) throws Exception {
    InboundMessage message =
        new InboundMessage(
            new InboundSession(
                new Origin("smtp", from, 4_000, 25, "s1"), "client", "ESMTP", null, null),
            "sender@elsewhere.test",
            List.of(),
            EnvelopeOptions.NONE,
            Instant.EPOCH,
            "1",
            MessageContent.of("From: <sender@elsewhere.test>\r\n\r\ntext\r\n".getBytes(US_ASCII)));
    return ((MessageGate.Verdict.Accept) gate.check(message)).prepend();
  }

  @Test
  void practiceNeverAsksTheDns() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    assertThat(fields(gate(true).withoutLoopback(), loopback)).isEmpty();
    assertThat(fields(gate(false), loopback)).isEmpty();
    assertThat(questions).hasValue(0);
    assertThat(fields(gate(true), loopback)).contains("spf=");
    assertThat(questions).hasPositiveValue();
  }

  @Test
  void othersAreJudged() throws Exception {
    InetAddress other = InetAddress.getByName("192.0.2.1");
    assertThat(fields(gate(false), other)).contains("spf=");
    assertThat(fields(gate(true).withoutLoopback(), other)).contains("spf=");
  }
}
