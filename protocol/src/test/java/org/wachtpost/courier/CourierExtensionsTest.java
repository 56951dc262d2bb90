package org.wachtpost.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wachtpost.courier.ScriptedHost.but;
import static org.wachtpost.courier.ScriptedHost.polite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.Answer;
import org.wachtpost.queue.Attempt;
import org.wachtpost.queue.BodyType;
import org.wachtpost.queue.EnvelopeOptions;
import org.wachtpost.queue.Notify;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.TlsRule;

/** What is said on the wire follows from what the far end offers, and from nothing else. */
final class CourierExtensionsTest {
  private static final String PLAIN = "A: b\r\n\r\n.c\r\n";
  private static final TlsRule RULE = new TlsRule.Opportunistic();

  private final List<AutoCloseable> open = new ArrayList<>();
  private final SmtpCourier courier =
      new SmtpCourier(
          CourierSettings.of("home.test").withWaits(Duration.ofSeconds(5)),
          InstantSource.system(),
          new Random(7),
          null);

  @AfterEach
  void close() throws Exception {
    courier.close();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private ScriptedHost host(Function<String, String> script) throws IOException {
    ScriptedHost host = new ScriptedHost(null, script);
    open.add(host);
    return host;
  }

  private static EnvelopeOptions options(boolean smtpUtf8, boolean requireTls) {
    return new EnvelopeOptions(BodyType.SEVEN_BIT, smtpUtf8, requireTls, "HDRS", "id+2B1");
  }

  private Attempt.Answered bring(
      ScriptedHost host, EnvelopeOptions options, String content, OutboundRecipient... to) {
    return (Attempt.Answered) attempt(host, options, content, to);
  }

  private Attempt attempt(
      ScriptedHost host, EnvelopeOptions options, String content, OutboundRecipient... to) {
    return courier.bring(
        host.hop(RULE),
        new OutboundMessage(
            "a@home.test",
            Arrays.asList(to),
            options,
            null,
            "s",
            MessageContent.of(content.getBytes(StandardCharsets.UTF_8))));
  }

  private static OutboundRecipient to(String address) {
    return new OutboundRecipient(address, null, Set.of());
  }

  private String refusal(ScriptedHost host, EnvelopeOptions options, String content, String to) {
    Answer answer = bring(host, options, content, to(to)).answers().getFirst();
    assertThat(host.heard("MAIL")).isEmpty();
    return answer.code() / 100 + " " + answer.enhanced();
  }

  @Test
  void dsnParametersGoWhereTheyAreUnderstood() throws IOException {
    OutboundRecipient asking =
        new OutboundRecipient(
            "x@far.test", "rfc822;x@far.test", EnumSet.of(Notify.SUCCESS, Notify.DELAY));
    OutboundRecipient silent = new OutboundRecipient("y@far.test", null, EnumSet.of(Notify.NEVER));
    ScriptedHost knows = host(polite("DSN"));
    assertThat(bring(knows, options(false, false), PLAIN, asking, silent).reports()).isTrue();
    assertThat(knows.heard("MAIL"))
        .containsExactly("MAIL FROM:<a@home.test> RET=HDRS ENVID=id+2B1");
    assertThat(knows.heard("RCPT"))
        .containsExactly(
            "RCPT TO:<x@far.test> NOTIFY=DELAY,SUCCESS ORCPT=rfc822;x@far.test",
            "RCPT TO:<y@far.test> NOTIFY=NEVER");
    ScriptedHost not = host(polite());
    assertThat(bring(not, options(false, false), PLAIN, asking).reports()).isFalse();
    assertThat(not.heard("MAIL")).containsExactly("MAIL FROM:<a@home.test>");
    assertThat(not.heard("RCPT")).containsExactly("RCPT TO:<x@far.test>");
  }

  @Test
  void chunksCarryTheBytesAsTheyAre() throws IOException {
    ScriptedHost host = host(polite("CHUNKING", "BINARYMIME", "8BITMIME"));
    String binary = "A: b\r\n\r\nbare\nline\0" + "x".repeat(2_000);
    assertThat(bring(host, EnvelopeOptions.NONE, binary, to("x@far.test")).answers().getFirst())
        .matches(Answer::isPositive);
    assertThat(host.heard("DATA")).isEmpty();
    assertThat(host.heard("BDAT")).containsExactly("BDAT " + binary.length() + " LAST");
    assertThat(host.heard("(chunk)")).containsExactly("(chunk) " + binary);
    assertThat(host.heard("MAIL")).containsExactly("MAIL FROM:<a@home.test> BODY=BINARYMIME");
    // Without BINARYMIME a lone LF must not be sent: an end of data could be found in it.
    ScriptedHost without = host(polite("CHUNKING", "8BITMIME"));
    assertThat(attempt(without, EnvelopeOptions.NONE, binary, to("x@far.test")))
        .isEqualTo(new Attempt.SevenBitOnly());
    assertThat(without.heard("MAIL")).isEmpty();
  }

  @Test
  void aRefusedChunkIsAnAnswer() throws IOException {
    ScriptedHost host = host(but(polite("CHUNKING"), "BDAT", "552 5.2.2 full\r\n"));
    assertThat(bring(host, EnvelopeOptions.NONE, PLAIN, to("x@far.test")).answers())
        .containsExactly(new Answer(552, "5.2.2", "full"));
    assertThat(host.heard).contains("RSET"); // RFC 3030 §2
  }

  /** RFC 9422 §4: what the host takes in one transaction and over one connection. */
  @Test
  void limitsThatAreSaidAreKept() throws IOException {
    ScriptedHost host = host(polite("PIPELINING", "LIMITS RCPTMAX=2 MAILMAX=2 RCPTDOMAINMAX=1"));
    OutboundRecipient[] five =
        Stream.of("a", "b", "c", "d", "e")
            .map(local -> to(local + "@far.test"))
            .toArray(OutboundRecipient[]::new);
    assertThat(bring(host, EnvelopeOptions.NONE, PLAIN, five).answers())
        .hasSize(5)
        .allMatch(Answer::isPositive);
    assertThat(host.heard("RCPT")).hasSize(5).doesNotHaveDuplicates();
    assertThat(host.times(".")).isEqualTo(3);
    assertThat(host.times("(connect)")).isEqualTo(2);
    for (String nonsense : List.of("RCPTMAX=0", "RCPTMAX=x", "RCPTMAX", "RCPTMAX=1234567")) {
      ScriptedHost other = host(polite("LIMITS " + nonsense));
      bring(other, EnvelopeOptions.NONE, PLAIN, five);
      assertThat(other.times("..c")).isEqualTo(1);
    }
  }

  /** RFC 5321 §4.5.3.1.10: 452 4.5.3 is no reason to wait; the others come at once. */
  @Test
  void whoIsTooManyForOneTransactionIsReachedByTheNext() throws IOException {
    AtomicInteger recipients = new AtomicInteger();
    Function<String, String> polite = polite("PIPELINING");
    Function<String, String> threeAtATime =
        line -> {
          if (line.startsWith("MAIL")) {
            recipients.set(0);
          }
          boolean many = line.startsWith("RCPT") && recipients.incrementAndGet() > 3;
          return many ? "452 4.5.3 too many\r\n" : polite.apply(line);
        };
    ScriptedHost host = host(threeAtATime);
    OutboundRecipient[] seven =
        Stream.of("a", "b", "c", "d", "e", "f", "g")
            .map(local -> to(local + "@far.test"))
            .toArray(OutboundRecipient[]::new);
    assertThat(bring(host, EnvelopeOptions.NONE, PLAIN, seven).answers())
        .hasSize(7)
        .allMatch(Answer::isPositive);
    assertThat(host.times(".")).isEqualTo(3);
    // Who takes nobody is not asked again and again.
    ScriptedHost full = host(but(polite, "RCPT", "452 4.5.3 too many\r\n"));
    assertThat(bring(full, EnvelopeOptions.NONE, PLAIN, seven).answers())
        .noneMatch(Answer::isPositive);
    assertThat(full.heard("MAIL")).hasSize(1);
  }

  @Test
  void oldCodeForTooManyRecipientsIsUnderstood() throws IOException {
    AtomicInteger recipients = new AtomicInteger();
    Function<String, String> polite = polite("PIPELINING");
    ScriptedHost host =
        host(line -> {
          if (line.startsWith("MAIL")) {
            recipients.set(0);
          }
          boolean many = line.startsWith("RCPT") && recipients.incrementAndGet() > 1;
          return many ? "552 too many\r\n" : polite.apply(line);
        });
    assertThat(
            bring(host, EnvelopeOptions.NONE, PLAIN, to("a@far.test"), to("b@far.test")).answers())
        .hasSize(2)
        .allMatch(Answer::isPositive);
    // The first is never too many, and a full mailbox is one.
    ScriptedHost full = host(but(polite, "RCPT TO:<a@", "552 5.2.2 full\r\n"));
    assertThat(
            bring(full, EnvelopeOptions.NONE, PLAIN, to("b@far.test"), to("a@far.test")).answers())
        .extracting(Answer::code)
        .containsExactly(250, 552);
    ScriptedHost never = host(but(polite, "RCPT", "552 no\r\n"));
    assertThat(bring(never, EnvelopeOptions.NONE, PLAIN, to("a@far.test")).answers())
        .extracting(Answer::code)
        .containsExactly(552);
  }

  @Test
  void pipelinedRepliesFindTheirRecipients() throws IOException {
    ScriptedHost host = host(but(polite("PIPELINING"), "RCPT TO:<b@", "451 4.7.1 greylisted\r\n"));
    assertThat(
            bring(host, EnvelopeOptions.NONE, PLAIN, to("a@far.test"), to("b@far.test")).answers())
        .containsExactly(new Answer(250, "2.0.0", "taken"), new Answer(451, "4.7.1", "greylisted"));
  }

  @Test
  void dataGoesWithTheEnvelopeAndTakesNothingIfNobodyIsTaken() throws IOException {
    Function<String, String> refuses = but(polite("PIPELINING"), "RCPT", "550 5.1.1 no\r\n");
    ScriptedHost careful = host(but(refuses, "DATA", "554 5.5.1 nobody\r\n"));
    // RFC 2920 §3.1: who takes DATA all the same gets a single dot.
    ScriptedHost careless = host(refuses);
    for (ScriptedHost host : List.of(careful, careless)) {
      assertThat(bring(host, EnvelopeOptions.NONE, PLAIN, to("a@far.test")).answers())
          .containsExactly(new Answer(550, "5.1.1", "no"));
      assertThat(bring(host, EnvelopeOptions.NONE, PLAIN, to("b@far.test")).answers())
          .containsExactly(new Answer(550, "5.1.1", "no"));
      assertThat(host.heard("RSET")).hasSize(2);
      assertThat(host.heard("(connect)")).hasSize(1);
      assertThat(host.heard).doesNotContain("..c");
    }
    assertThat(careful.heard).doesNotContain(".");
    assertThat(careless.times(".")).isEqualTo(2);
  }

  @Test
  void aHostThatClosesWith421SaysSoToAll() throws IOException {
    for (String at : List.of("MAIL", "RCPT TO:<b@")) {
      for (String[] extensions : new String[][] {{"PIPELINING"}, {}}) {
        ScriptedHost host = host(but(polite(extensions), at, "421 4.3.2 going\r\n"));
        List<Answer> answers =
            bring(host, EnvelopeOptions.NONE, PLAIN, to("a@far.test"), to("b@far.test")).answers();
        assertThat(answers).hasSize(2).allMatch(Answer::isTemporary);
        assertThat(answers.getLast()).isEqualTo(new Answer(421, "4.3.2", "going"));
      }
    }
  }

  @Test
  void refusedSenderIsTheAnswerForAll() throws IOException {
    for (String[] extensions : new String[][] {{"PIPELINING"}, {}}) {
      ScriptedHost host = host(but(polite(extensions), "MAIL", "550 5.7.1 not you\r\n"));
      assertThat(
              bring(host, EnvelopeOptions.NONE, PLAIN, to("a@far.test"), to("b@far.test"))
                  .answers())
          .containsOnly(new Answer(550, "5.7.1", "not you"))
          .hasSize(2);
      assertThat(host.heard).doesNotContain("..c");
    }
  }

  @Test
  void requireTlsGoesOnOrNowhere() throws IOException {
    ScriptedHost knows = host(polite("REQUIRETLS"));
    bring(knows, options(false, true), PLAIN, to("x@far.test"));
    assertThat(knows.heard("MAIL")).containsExactly("MAIL FROM:<a@home.test> REQUIRETLS");
    assertThat(refusal(host(polite()), options(false, true), PLAIN, "x@far.test"))
        .isEqualTo("5 5.7.30");
  }

  @Test
  void internationalAddressesGoOnOrBounce() throws IOException {
    String header = "Subject: \u00e9\r\n\r\nx\r\n";
    ScriptedHost knows = host(polite("SMTPUTF8", "8BITMIME"));
    bring(knows, options(true, false), header, to("d\u00f6rte@b\u00fccher.test"));
    assertThat(knows.heard("MAIL").getFirst()).contains("BODY=8BITMIME").contains(" SMTPUTF8");
    assertThat(refusal(host(polite("8BITMIME")), options(true, false), PLAIN, "\u00e9@far.test"))
        .isEqualTo("5 5.6.7");
    assertThat(refusal(host(polite("8BITMIME")), options(true, false), header, "x@far.test"))
        .isEqualTo("5 5.6.9");
    // RFC 6531 §3.2: a domain has an ASCII form, and ASCII mail needs no SMTPUTF8.
    ScriptedHost ascii = host(polite());
    bring(ascii, options(true, false), PLAIN, to("x@b\u00fccher.test"));
    assertThat(ascii.heard("RCPT").getFirst()).isEqualTo("RCPT TO:<x@xn--bcher-kva.test>");
    assertThat(ascii.heard("MAIL").getFirst()).doesNotContain("SMTPUTF8");
  }

  @Test
  void addressThatNeedsUtf8DoesNotKeepTheMessageFromOthers() throws IOException {
    ScriptedHost host = host(polite("PIPELINING"));
    assertThat(
            bring(
                    host,
                    options(true, false),
                    PLAIN,
                    to("d\u00f6rte@far.test"),
                    to("bob@far.test"),
                    to("z\u00e9@far.test"))
                .answers())
        .extracting(Answer::toString)
        .containsExactly(
            "553 5.6.7 the host takes ASCII addresses only",
            "250 2.0.0 taken",
            "553 5.6.7 the host takes ASCII addresses only");
    assertThat(host.heard("RCPT")).containsExactly("RCPT TO:<bob@far.test>");
    assertThat(host.heard("MAIL").getFirst()).doesNotContain("SMTPUTF8");
  }

  @Test
  void sizeIsSaidAndObeyed() throws IOException {
    ScriptedHost host = host(polite("SIZE"));
    bring(host, EnvelopeOptions.NONE, PLAIN, to("x@far.test"));
    assertThat(host.heard("MAIL"))
        .containsExactly("MAIL FROM:<a@home.test> SIZE=" + PLAIN.length());
    assertThat(refusal(host(polite("SIZE 5")), EnvelopeOptions.NONE, PLAIN, "x@far.test"))
        .isEqualTo("5 5.3.4");
  }
}
