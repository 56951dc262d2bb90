package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A well-formed command that asks for too much is no syntax error (RFC 5530 §3, LIMIT). */
class CommandLimitsTest {
  private static String times(int count, String text, String between) {
    return IntStream.range(0, count).mapToObj(i -> text).collect(Collectors.joining(between));
  }

  @Test
  void tooMuchAtATimeIsNoAndNotBad() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      client.append("INBOX", "", ImapFixture.message("plain"));
      client.ok("SELECT INBOX");
      assertThat(client.answer("UID FETCH " + times(16_385, "1", ",") + " FLAGS"))
          .isEqualTo("NO [LIMIT] more than 16384 ranges");
      assertThat(client.answer("FETCH 1 (" + times(65, "UID", " ") + ")"))
          .isEqualTo("NO [LIMIT] more than 64 items");
      assertThat(client.answer("FETCH 1 BODY.PEEK[HEADER.FIELDS (" + times(257, "x", " ") + ")]"))
          .isEqualTo("NO [LIMIT] more than 256 header fields");
      assertThat(client.answer("SEARCH " + times(2_048, "SEEN", " "))).isEqualTo("OK that is all");
      assertThat(client.answer("SEARCH " + times(2_049, "SEEN", " ")))
          .isEqualTo("NO [LIMIT] more than 2048 search keys");
      assertThat(client.answer("SORT (" + times(17, "DATE", " ") + ") UTF-8 ALL"))
          .isEqualTo("NO [LIMIT] more than 16 criteria");
      assertThat(client.answer("LIST \"\" " + "x".repeat(1_025)))
          .isEqualTo("NO [LIMIT] pattern longer than 1024");
      assertThat(client.answer("LSUB \"\" " + "x".repeat(1_025)))
          .isEqualTo("NO [LIMIT] pattern longer than 1024");
      assertThat(client.answer("FETCH 1 UID")).isEqualTo("OK fetched");
    }
  }

  /** RFC 5182 §2.1: after NO there is nothing in $; after BAD what was there before. */
  @Test
  void aSearchBeyondALimitSavesNothing() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      client.append("INBOX", "", ImapFixture.message("plain"));
      client.ok("SELECT INBOX");
      client.ok("SEARCH RETURN (SAVE) ALL");
      String tooLong = " SUBJECT " + "x".repeat(4_097);
      assertThat(client.answer("SEARCH RETURN (MIN)" + tooLong)).startsWith("NO [LIMIT]");
      assertThat(client.answer("SEARCH RETURN (SAVE) NOTHING")).startsWith("BAD ");
      assertThat(client.ok("SEARCH $")).contains("* SEARCH 1");

      assertThat(client.answer("SEARCH RETURN (SAVE)" + tooLong)).startsWith("NO [LIMIT]");
      assertThat(client.ok("SEARCH $")).contains("* SEARCH");

      client.ok("SEARCH RETURN (SAVE) ALL");
      assertThat(client.answer("SORT RETURN (SAVE) (DATE) UTF-8" + tooLong))
          .startsWith("NO [LIMIT]");
      assertThat(client.ok("SEARCH $")).contains("* SEARCH");
    }
  }
}
