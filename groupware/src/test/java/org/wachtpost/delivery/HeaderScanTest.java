package org.wachtpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wachtpost.delivery.MessageGate.Span;
import org.wachtpost.mail.MessageContent;

class HeaderScanTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final InetAddress SENDER = InetAddress.ofLiteral("192.0.2.1");

  private final LargeHeaders largeHeaders = new LargeHeaders(Duration.ZERO);

  private static MessageContent content(String header) {
    return MessageContent.of((header + "\r\nbody\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  private HeaderScan scan(String header) throws IOException {
    try (LargeHeaders.Turn turn = largeHeaders.turn(SENDER)) {
      return HeaderScan.of(content(header), turn);
    }
  }

  @Test
  void fieldsThatDeliveryAsksForAreKept() throws IOException {
    String first = "From : a@b.test,\r\n c@d.test\r\nX-Other: y\r\n";
    HeaderScan header = scan(first + "Bcc: e@f.test\r\nno field\r\nRECEIVED: x\r\nReceived: y\r\n");

    assertThat(header.bodies("from")).containsExactly("a@b.test, c@d.test");
    assertThat(header.has("date")).isFalse();
    assertThat(header.count("received")).isEqualTo(2);
    assertThat(header.spans(Set.of("bcc", "return-path")))
        .containsExactly(new Span(first.length(), first.length() + 15));
  }

  @Test
  void anAddressInDeliveredToIsKnownInAnyCase() throws IOException {
    HeaderScan header =
        scan("Delivered-To: Alice@Example.test\r\ndelivered-to:\r\n bob@b.test\r\n");

    assertThat(header.wasDeliveredTo("alice@example.test")).isTrue();
    assertThat(header.wasDeliveredTo("BOB@B.TEST")).isTrue();
    assertThat(header.wasDeliveredTo("carol@example.test")).isFalse();
  }

  @Test
  void linesThatAreNoFieldsTakeLinearTime() {
    String lines = "x\r\n".repeat(HeaderScan.OCTETS / 3 - 10);

    assertTimeout(
        SOON,
        () -> {
          for (int round = 0; round < 20; round++) {
            assertThat(scan(lines).isComplete()).isTrue();
          }
        });
  }

  @Test
  void manyRecipientsAskAboutManyDeliveriesInLittleTime() throws IOException {
    HeaderScan header = scan("Delivered-To: x@y.test\r\n".repeat(4_900));

    assertTimeout(
        SOON,
        () -> {
          for (int recipient = 0; recipient < 20_000; recipient++) {
            assertThat(header.wasDeliveredTo(recipient + "@y.test")).isFalse();
          }
        });
  }

  @Test
  void aHeaderHasOnlySoManyFieldsAndOctets() throws IOException {
    assertThat(scan("a:\r\n".repeat(HeaderScan.FIELDS)).isComplete()).isTrue();
    assertThat(scan("a:\r\n".repeat(HeaderScan.FIELDS + 1)).isComplete()).isFalse();
    assertThat(scan("a: " + "x".repeat(HeaderScan.OCTETS) + "\r\n").isComplete()).isFalse();
  }

  @Test
  void onlySoManyLargeHeadersAreDealtWithAtATime() throws IOException {
    String small = "a: " + "x".repeat(LargeHeaders.OCTETS - 5_000) + "\r\n";
    String large = "a: " + "x".repeat(2 * LargeHeaders.OCTETS) + "\r\n";
    List<LargeHeaders.Turn> turns = new ArrayList<>();
    for (int i = 0; i < LargeHeaders.AT_A_TIME; i++) {
      LargeHeaders.Turn turn =
          largeHeaders.turn(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) i}));
      turns.add(turn);
      assertThat(HeaderScan.of(content(large), turn).hadNoTurn()).isFalse();
    }

    assertThat(scan(large).hadNoTurn()).isTrue();
    assertThat(scan(small).hadNoTurn()).isFalse();
    turns.getFirst().close();
    turns.getFirst().close();
    assertThat(scan(large).hadNoTurn()).isFalse();
    assertThat(HeaderScan.of(content(large), turns.getFirst()).hadNoTurn()).isFalse();
    assertThat(scan(large).hadNoTurn()).isTrue();
  }

  @Test
  void oneAddressCannotHoldAllPlacesOfLargeHeaders() throws IOException {
    String large = "a: " + "x".repeat(2 * LargeHeaders.OCTETS) + "\r\n";
    List<LargeHeaders.Turn> turns = new ArrayList<>();
    for (int i = 0; i < LargeHeaders.OF_ONE_ADDRESS; i++) {
      LargeHeaders.Turn turn = largeHeaders.turn(InetAddress.ofLiteral("2001:db8::" + (i + 1)));
      turns.add(turn);
      assertThat(HeaderScan.of(content(large), turn).hadNoTurn()).isFalse();
    }

    for (int again = 0; again < 2; again++) {
      LargeHeaders.Turn more = largeHeaders.turn(InetAddress.ofLiteral("2001:db8::ffff"));
      assertThat(HeaderScan.of(content(large), more).hadNoTurn()).isTrue();
    }
    assertThat(scan(large).hadNoTurn()).isFalse();
    turns.getFirst().close();
    try (LargeHeaders.Turn next = largeHeaders.turn(InetAddress.ofLiteral("2001:db8::ffff"))) {
      assertThat(HeaderScan.of(content(large), next).hadNoTurn()).isFalse();
    }
    // A mail system on this machine brings the mail of all.
    for (int i = LargeHeaders.OF_ONE_ADDRESS - 1; i < LargeHeaders.AT_A_TIME; i++) {
      LargeHeaders.Turn turn = largeHeaders.turn(InetAddress.ofLiteral("127.0.0.1"));
      assertThat(HeaderScan.of(content(large), turn).hadNoTurn()).isFalse();
    }
  }
}
