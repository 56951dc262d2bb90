package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.wachtpost.mailauth.AuthenticationResults.Property;
import org.wachtpost.mailauth.AuthenticationResults.Result;

class AuthenticationResultsTest {

  @Test
  void whatIsWrittenIsReadBack() {
    AuthenticationResults written =
        new AuthenticationResults(
            "mx.example.org",
            List.of(
                new Result(
                    "spf",
                    "fail",
                    "",
                    "a \"quoted\" (reason); with \\ and x=y",
                    List.of(new Property("smtp", "mailfrom", "a b@c.example"))),
                new Result(
                    "dkim",
                    "pass",
                    "",
                    "",
                    List.of(
                        new Property("header", "d", "example.org"),
                        new Property("header", "b", "ab+/c=")))));
    assertThat(AuthenticationResults.parse(written.toValue())).contains(written);
    assertThat(AuthenticationResults.parse(valueOf(written.toField()))).contains(written);
    assertThat(written.toField().split("\r\n")).allMatch(line -> line.length() <= 90);
  }

  @Test
  void nothingFromOutsideCanStartANewFieldOrResult() {
    AuthenticationResults results =
        new AuthenticationResults(
            "mx.example.org",
            List.of(
                new Result(
                    "spf",
                    "fail",
                    "(c);\r\nX: y",
                    "r\r\nX: y",
                    List.of(new Property("smtp", "mailfrom", "a\"; dkim=pass\r\nX-Evil: y")))));
    assertThat(results.toField().split("\r\n"))
        .hasSizeLessThan(5)
        .noneMatch(l -> l.startsWith("X"));
    assertThat(AuthenticationResults.parse(valueOf(results.toField())).orElseThrow().results())
        .hasSize(1);
  }

  /** The examples of RFC 8601 appendix B. */
  @Test
  void readsTheExamplesOfTheRfc() {
    assertThat(AuthenticationResults.parse(" example.org 1; none"))
        .contains(new AuthenticationResults("example.org", List.of()));
    AuthenticationResults many =
        AuthenticationResults.parse(
                """
                example.com;
                      auth=pass (cram-md5) smtp.auth=sender@example.net;
                      spf=pass smtp.mailfrom=example.net
                """)
            .orElseThrow();
    assertThat(many.results()).hasSize(2);
    assertThat(many.results().get(1).property("smtp", "mailfrom")).contains("example.net");
    AuthenticationResults commented =
        AuthenticationResults.parse(
                """
                foo.example.net (foobar) 1 (baz);
                    dkim (Because I like it) / 1 (One yay) = (wait for it) fail
                      policy (A dot can go here) . (like that) expired
                      (this surprised me) = (as I wasn't expecting it) 1362471462
                """)
            .orElseThrow();
    assertThat(commented.authservId()).isEqualTo("foo.example.net");
    assertThat(commented.results().getFirst().property("policy", "expired")).contains("1362471462");
  }

  @Test
  void whatIsNoResultIsNotRead() {
    for (String bad :
        List.of("", ";", "a; b", "a; spf=", "a b; none", "a; spf=pass x", "a; spf=pass x.y")) {
      assertThat(AuthenticationResults.parse(bad)).as(bad).isEqualTo(Optional.empty());
    }
  }

  @Test
  void onlyFieldsWithOurNameAreTakenOut() throws Exception {
    String theirs = "Authentication-Results: mx.other.example; spf=pass\r\n";
    String rest = "Subject: Authentication-Results: mx.example.org; x\r\n folded\r\n\r\n";
    String body = "Authentication-Results: mx.example.org; spf=pass\r\n\n\r\r\n.";
    for (String forged :
        List.of(
            "Authentication-Results: mx.example.org; spf=pass\r\n",
            "AUTHENTICATION-results : MX.example.ORG\r\n\t 1; dkim=pass\r\n\theader.d=x\r\n",
            "Authentication-Results:\r\n (c(o)m) \"mx.example.org\"; none\r\n",
            "Authentication-Results: mx.example.org\r\n",
            "Authentication-Results:mx.example.org;spf=broken(\r\n")) {
      String clean = theirs + rest + body;
      assertThat(cleaned(forged + theirs + forged + rest + body)).as(forged).isEqualTo(clean);
    }
    String longOne = "X: " + "y".repeat(3 * ForgedResults.MAX_FIELD) + "\r\n" + rest;
    assertThat(cleaned(longOne)).isEqualTo(longOne);
    assertThat(cleaned("no end")).isEqualTo("no end");
  }

  private static String cleaned(String message) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ForgedResults.copy(
        new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1)),
        out,
        "mx.example.org");
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static String valueOf(String field) {
    return field.substring(field.indexOf(':') + 1);
  }
}
