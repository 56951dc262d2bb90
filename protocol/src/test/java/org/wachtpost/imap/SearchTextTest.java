package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Text to look for that is not in the charset that it has to be in. */
class SearchTextTest {
  private static final byte[] MESSAGE =
      "Subject: =?UTF-8?Q?gr=C3=B6=C3=9Fer?=\r\n\r\nHi\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ImapFixture server = new ImapFixture();
  private ImapClient client;

  @BeforeEach
  void fill() {
    client = server.logIn();
    client.append("INBOX", "", MESSAGE);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private List<String> search(String keys, Charset charset) {
    client.sendRaw(("s SEARCH " + keys + "\r\n").getBytes(charset));
    return client.until("s");
  }

  /** Jakarta Mail enables UTF-8 and then writes what it looks for in ISO-8859-1. */
  @Test
  void textInIso8859IsTakenAsSuch() {
    for (String enable : List.of("NOOP", "ENABLE UTF8=ACCEPT")) {
      client.ok(enable);
      client.ok("SELECT INBOX");
      assertThat(search("SUBJECT \"größe\"", StandardCharsets.ISO_8859_1))
          .containsExactly("* SEARCH 1", "OK that is all");
      assertThat(search("SUBJECT \"größe\"", StandardCharsets.UTF_8))
          .containsExactly("* SEARCH 1", "OK that is all");
      assertThat(search("SUBJECT \"ångström\"", StandardCharsets.ISO_8859_1))
          .containsExactly("* SEARCH", "OK that is all");
    }
  }

  /** No text has the control characters 80 to 9F: to find nothing would be a lie. */
  @Test
  void whatIsTextInNeitherIsRefused() {
    client.ok("SELECT INBOX");
    assertThat(search("SUBJECT \"\u00e5\u009e\"", StandardCharsets.ISO_8859_1))
        .containsExactly("BAD text is neither UTF-8 nor ISO-8859-1");
  }

  @Test
  void aCharsetThatWasNamedIsKeptTo() {
    client.ok("SELECT INBOX");
    assertThat(search("CHARSET UTF-8 SUBJECT \"größe\"", StandardCharsets.ISO_8859_1))
        .containsExactly("BAD text is not in the charset that was named");
    assertThat(search("CHARSET ISO-8859-1 SUBJECT \"größe\"", StandardCharsets.ISO_8859_1))
        .containsExactly("* SEARCH 1", "OK that is all");
  }
}
