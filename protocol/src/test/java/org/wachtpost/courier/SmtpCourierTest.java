package org.wachtpost.courier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.Answer;
import org.wachtpost.queue.Attempt;
import org.wachtpost.queue.EnvelopeOptions;
import org.wachtpost.queue.Hop;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.TlsFailure;
import org.wachtpost.queue.TlsRule;

final class SmtpCourierTest {
  private ScriptedHost host;
  private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());
  private final SmtpCourier courier =
      new SmtpCourier(
          CourierSettings.of("home.test").withWaits(Duration.ofSeconds(2)),
          InstantSource.system(),
          new Random(7),
          null);

  @AfterEach
  void close() throws Exception {
    courier.close();
    for (AutoCloseable each : List.copyOf(open)) {
      each.close();
    }
  }

  /** A server that answers by the script. */
  private Hop server(TlsRule rule, Function<String, String> script) throws IOException {
    host = new ScriptedHost(null, script);
    open.add(host);
    return host.hop(rule);
  }

  private static String polite(String line) {
    return ScriptedHost.polite("PIPELINING", "SIZE 1000", "DSN").apply(line);
  }

  private static Function<String, String> but(String start, String answer) {
    return line -> line.startsWith(start) ? answer : polite(line);
  }

  private static OutboundMessage message(String text, String... to) {
    return new OutboundMessage(
        "a@home.test",
        Arrays.stream(to).map(each -> new OutboundRecipient(each, null, Set.of())).toList(),
        EnvelopeOptions.NONE,
        null,
        "s",
        MessageContent.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private List<Answer> answers(Hop hop, String text, String... to) {
    return ((Attempt.Answered) courier.bring(hop, message(text, to))).answers();
  }

  private Attempt.Unreachable unreachable(Hop hop) {
    return (Attempt.Unreachable) courier.bring(hop, message("A: b\r\n\r\nc\r\n", "x@far.test"));
  }

  @Test
  void connectionsComeFromTheSourceAddressOfTheFamily() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SmtpCourier bound =
            new SmtpCourier(
                CourierSettings.of("home.test")
                    .withWaits(Duration.ofSeconds(2))
                    .withSources(
                        List.of(
                            InetAddress.ofLiteral("2001:db8::1"),
                            InetAddress.ofLiteral("127.0.0.9"))),
                InstantSource.system(),
                new Random(7),
                null)) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
      Hop hop = new Hop("mx.far.test", address, new TlsRule.Plain(), null);
      Thread client = Thread.ofVirtual().start(() -> bound.bring(hop, message("x", "a@far.test")));
      try (Socket accepted = listener.accept()) {
        assertThat(accepted.getInetAddress()).isEqualTo(InetAddress.ofLiteral("127.0.0.9"));
      }
      client.interrupt();
    }
  }

  @Test
  void bringsDotsAndUsesTheConnectionAgain() throws IOException {
    Hop hop = server(new TlsRule.Opportunistic(), SmtpCourierTest::polite);
    assertThat(answers(hop, "A: b\r\n\r\n.dot\r\n..\r\nend", "x@far.test", "y@far.test"))
        .containsExactly(new Answer(250, "2.0.0", "taken"), new Answer(250, "2.0.0", "taken"));
    assertThat(answers(hop, "A: b\r\n\r\nsecond\r\n", "x@far.test").getFirst().isPositive())
        .isTrue();
    assertThat(host.heard).contains("..dot", "...", "end", "second");
    assertThat(host.heard.stream().filter("(connect)"::equals)).hasSize(1);
  }

  @Test
  void tellsRecipientsApart() throws IOException {
    Hop hop =
        server(new TlsRule.Opportunistic(), but("RCPT TO:<no@", "550-5.1.1 no\r\n550 5.1.1 x\r\n"));
    assertThat(answers(hop, "A: b\r\n\r\nc\r\n", "no@far.test", "yes@far.test"))
        .containsExactly(new Answer(550, "5.1.1", "no x"), new Answer(250, "2.0.0", "taken"));
  }

  @Test
  void aServerWithoutEhloIsSpokenToWithHelo() throws IOException {
    Hop hop = server(new TlsRule.Opportunistic(), but("EHLO", "502 what\r\n"));
    assertThat(answers(hop, "A: b\r\n\r\nc\r\n", "x@far.test").getFirst().code()).isEqualTo(250);
    assertThat(host.heard).contains("HELO home.test", "MAIL FROM:<a@home.test>");
  }

  @Test
  void brokenOrLateAnswersToContentAreTemporary() throws IOException {
    for (String end : List.of(ScriptedHost.DROP, ScriptedHost.HANG)) {
      Hop hop = server(new TlsRule.Opportunistic(), but(".", end));
      Answer answer = answers(hop, "A: b\r\n\r\nc\r\n", "x@far.test").getFirst();
      assertThat(answer.enhanced()).isEqualTo("4.4.2");
      assertThat(answer.isTemporary()).isTrue();
    }
  }

  @Test
  void aHostThatBreaksTheRulesIsLeft() throws IOException {
    TlsRule rule = new TlsRule.Opportunistic();
    assertThat(unreachable(server(rule, but("(connect)", "554 no\r\n"))).words()).contains("554");
    assertThat(unreachable(server(rule, but("(connect)", "what\r\n"))).words()).contains("none");
    assertThat(unreachable(server(rule, but("EHLO", "250-a\r\n".repeat(200)))).words())
        .contains("lines");
    assertThat(unreachable(server(rule, but("EHLO", "250 " + "a".repeat(9000)))).words())
        .contains("octets");
    assertThat(unreachable(server(rule, but("MAIL", ScriptedHost.DROP))).words())
        .contains("broken off");
  }

  /** RFC 5321 §4.1.1.10: nobody closes before it has said QUIT. */
  @Test
  @Timeout(20)
  void whoIsTurnedAwaySaysQuit() throws Exception {
    CountDownLatch left = new CountDownLatch(3);
    for (Function<String, String> script :
        List.<Function<String, String>>of(
            but("(connect)", "554 no\r\n"),
            but("EHLO", "451 later\r\n"),
            SmtpCourierTest::polite)) { // no STARTTLS
      unreachable(
          server(
              new TlsRule.Encrypted(),
              line -> {
                if (line.equals("QUIT")) {
                  left.countDown();
                }
                return script.apply(line);
              }));
    }
    left.await();
  }

  @Test
  void requiredTlsIsNotGivenUp() throws IOException {
    assertThat(unreachable(server(new TlsRule.Verified("mx.far.test"), SmtpCourierTest::polite)))
        .isEqualTo(
            new Attempt.Unreachable(
                "4.7.10",
                "offers no STARTTLS, which is required",
                TlsFailure.STARTTLS_NOT_SUPPORTED));
    assertThat(host.heard).noneMatch(line -> line.startsWith("MAIL"));
  }

  @Test
  void whatTheServerCannotTakeIsNotSent() throws IOException {
    Hop hop = server(new TlsRule.Opportunistic(), SmtpCourierTest::polite);
    for (String content : List.of("\u00e9\r\n", "bare\n\r\n")) {
      assertThat(courier.bring(hop, message("A: b\r\n\r\n" + content, "x@far.test")))
          .isEqualTo(new Attempt.SevenBitOnly());
    }
    assertThat(answers(hop, "A: b\r\n\r\nc\r\n", "\u00e9@far.test").getFirst().enhanced())
        .isEqualTo("5.6.7");
    assertThat(answers(hop, "A: b\r\n\r\n" + "c\r\n".repeat(400), "x@far.test").getFirst())
        .isEqualTo(new Answer(552, "5.3.4", "the host takes no message of this size"));
    assertThat(host.heard).noneMatch(line -> line.startsWith("MAIL"));
  }

  /** A refused DATA leaves the transaction open: without RSET the next MAIL would be nested. */
  @Test
  void aRefusedDataIsForgottenBeforeTheNextMessage() throws IOException {
    for (String[] extensions : new String[][] {{"PIPELINING"}, {}}) {
      Iterator<String> answers = List.of("451 4.3.0 not now\r\n", "354 go\r\n").iterator();
      Function<String, String> polite = ScriptedHost.polite(extensions);
      Hop hop =
          server(
              new TlsRule.Opportunistic(),
              line -> line.equals("DATA") ? answers.next() : polite.apply(line));
      assertThat(answers(hop, "A: b\r\n\r\nc\r\n", "x@far.test"))
          .containsExactly(new Answer(451, "4.3.0", "not now"));
      assertThat(answers(hop, "A: b\r\n\r\nc\r\n", "y@far.test").getFirst().isPositive()).isTrue();
      assertThat(host.times("(connect)")).isEqualTo(1);
      assertThat(host.heard.indexOf("RSET"))
          .isBetween(host.heard.indexOf("DATA"), host.heard.lastIndexOf("DATA"));
    }
  }

  /** Who says so when the next message comes means the connection, not the message. */
  @Test
  void aKeptConnectionThatIsClosedWith421IsReplaced() throws IOException {
    Iterator<String> answers =
        List.of("250 ok\r\n", "421 4.4.2 idle too long\r\n", "250 ok\r\n").iterator();
    Hop hop =
        server(
            new TlsRule.Opportunistic(),
            line -> line.startsWith("MAIL") ? answers.next() : polite(line));
    for (int i = 0; i < 2; i++) {
      assertThat(answers(hop, "A: b\r\n\r\nc\r\n", "x@far.test").getFirst().isPositive()).isTrue();
    }
    assertThat(host.times("(connect)")).isEqualTo(2);
    assertThat(host.times(".")).isEqualTo(2);
  }

  @Test
  @Timeout(20)
  void connectionsAreKeptForAWhileOnlyAndNotTooMany() throws Exception {
    try (SmtpCourier small =
        new SmtpCourier(
            CourierSettings.of("home.test").withKept(1, Duration.ofMillis(20)),
            InstantSource.system(),
            new Random(7),
            null)) {
      CountDownLatch left = new CountDownLatch(2);
      List<Hop> hops = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        hops.add(
            server(
                new TlsRule.Plain(),
                line -> {
                  if (line.equals("QUIT")) {
                    left.countDown();
                  }
                  return polite(line);
                }));
      }
      for (Hop hop : hops) {
        small.bring(hop, message("A: b\r\n\r\nc\r\n", "x@far.test"));
      }
      // The second is not kept; the first is left although no more mail comes.
      left.await();
    }
  }

  /** A reply of one octet now and then has its time as a whole. */
  @Test
  @Timeout(20)
  void aReplyThatTricklesIsCutOff() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SmtpCourier hasty =
            new SmtpCourier(
                CourierSettings.of("home.test").withWaits(Duration.ofMillis(300)),
                InstantSource.system(),
                new Random(7),
                null)) {
      Thread.ofVirtual().start(() -> trickle(listener));
      InetSocketAddress address = (InetSocketAddress) listener.getLocalSocketAddress();
      Hop hop = new Hop("mx.far.test", address, new TlsRule.Plain(), null);
      assertThat(hasty.bring(hop, message("x", "a@far.test")))
          .isEqualTo(new Attempt.Unreachable("4.4.2", "no reply in time", null));
    }
  }

  private static void trickle(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      socket.setSoTimeout(20);
      int heard = 0;
      while (heard >= 0) {
        socket.getOutputStream().write('2');
        try {
          heard = socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
          heard = 0; // the next octet
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cut off, as it should be", e);
    }
  }
}
