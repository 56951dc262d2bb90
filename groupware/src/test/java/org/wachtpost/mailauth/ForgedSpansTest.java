package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForgedSpansTest {
  private static String without(String message) throws IOException {
    List<ForgedSpans.Span> spans =
        ForgedSpans.of(
            new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1)), "mx.example");
    StringBuilder rest = new StringBuilder(message);
    for (ForgedSpans.Span span : spans.reversed()) {
      rest.delete((int) span.from(), (int) span.to());
    }
    return rest.toString();
  }

  @Test
  void onlyFieldsWithOurNameAreFound() throws IOException {
    assertThat(
            without(
                "From: a@b.example\r\n"
                    + "Authentication-Results: MX.example;\r\n\tspf=pass\r\n"
                    + "authentication-RESULTS : mx.example 1; none\r\n"
                    + "Authentication-Results: other.example; spf=pass\r\n"
                    + "X: 1\r\n\r\nAuthentication-Results: mx.example; body\r\n"))
        .isEqualTo(
            "From: a@b.example\r\n"
                + "Authentication-Results: other.example; spf=pass\r\n"
                + "X: 1\r\n\r\nAuthentication-Results: mx.example; body\r\n");
  }

  @Test
  void aFieldAtTheVeryEndIsFound() throws IOException {
    assertThat(without("A: b\r\nAuthentication-Results: mx.example; x=y\r\n"))
        .isEqualTo("A: b\r\n");
    assertThat(without("")).isEmpty();
  }
}
