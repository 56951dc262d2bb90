package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReportTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static String report(String content, EnvelopeOptions options, String to)
      throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    OutboundMessage report =
        Report.write(
            "home.test",
            new Report.Original("id", "a@far.test", options, NOW, bytes.length),
            List.of(
                new Report.Line(
                    new OutboundRecipient(to, null, Set.of()),
                    Report.Action.FAILED,
                    new Answer(550, "5.1.1", "no"),
                    null,
                    null)),
            NOW,
            new ByteArrayInputStream(bytes));
    try (InputStream in = report.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Such a report could not be brought to most hosts, and nobody would hear of that. */
  @Test
  void whatIsNotMadeOfLinesIsReturnedAsItsHeader() throws IOException {
    String header = "Subject: hello\r\n\r\n";
    assertThat(report(header + "body\r\n", EnvelopeOptions.NONE, "x@far.test"))
        .contains("Content-Type: message/rfc822\r\n\r\nSubject: hello\r\n\r\nbody\r\n");
    for (String body :
        List.of("a\0b\r\n", "bare\nline\r\n", "bare\rline\r\n", "end\r", "x".repeat(999))) {
      assertThat(report(header + body, EnvelopeOptions.NONE, "x@far.test"))
          .contains("Content-Type: text/rfc822-headers\r\n\r\nSubject: hello\r\n")
          .doesNotContain(body);
    }
    assertThat(report(header + "x".repeat(998), EnvelopeOptions.NONE, "x@far.test"))
        .contains("x".repeat(998));
  }

  /** RFC 6533 §3, §4. */
  @Test
  void internationalMailIsReportedAsSuch() throws IOException {
    EnvelopeOptions utf8 = new EnvelopeOptions(BodyType.EIGHT_BIT_MIME, true, false, null, null);
    assertThat(report("Subject: \u00e9\r\n\r\nx\r\n", utf8, "d\u00f6rte@far.test"))
        .contains("Final-Recipient: utf-8; d\\x{F6}rte@far.test\r\n")
        .contains("Content-Type: message/global\r\nContent-Transfer-Encoding: 8bit\r\n");
    EnvelopeOptions headers =
        new EnvelopeOptions(BodyType.EIGHT_BIT_MIME, true, false, "HDRS", null);
    assertThat(report("Subject: \u00e9\r\n\r\nx\r\n", headers, "x@far.test"))
        .contains("Content-Type: message/global-headers\r\n");
  }
}
