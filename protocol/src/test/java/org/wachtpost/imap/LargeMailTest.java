package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mail of the largest kind costs those who read it, and all others, little at a time. */
class LargeMailTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A message whose structure takes some hundred kilobytes. */
  private static byte[] manyParts(int number) {
    StringBuilder text = new StringBuilder("Subject: s" + number + "\r\n");
    text.append("Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    for (int part = 0; part < 900; part++) {
      text.append("--b\r\nContent-Type: text/plain; name=").append("n".repeat(90));
      text.append("\r\n\r\nx\r\n");
    }
    return bytes(text.append("--b--\r\n").toString());
  }

  private static int count(List<String> responses, String text) {
    return (int) responses.stream().filter(response -> response.contains(text)).count();
  }

  @Test
  void messagesWithMuchParsedDataAreAllTold() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      for (int number = 1; number <= 9; number++) {
        client.append("INBOX", number % 3 == 0 ? "(\\Seen)" : "", manyParts(number));
      }
      client.ok("SELECT INBOX");

      List<String> structures = client.ok("FETCH 1:* (UID BODYSTRUCTURE)");
      List<String> beginnings = structures.stream().map(text -> text.substring(0, 10)).toList();
      assertThat(beginnings)
          .hasSize(10)
          .startsWith("* 1 FETCH ", "* 2 FETCH ", "* 3 FETCH ", "* 4 FETCH ", "* 5 FETCH ")
          .endsWith("* 6 FETCH ", "* 7 FETCH ", "* 8 FETCH ", "* 9 FETCH ", "OK fetched");
      List<String> read = client.ok("FETCH 1:* BODY[900]");
      assertThat(count(read, " FETCH (")).isEqualTo(9);
      assertThat(count(read, "FLAGS (")).isEqualTo(9);
      assertThat(count(client.ok("FETCH 1:* BODY[900]"), "FLAGS (")).isZero();
      assertThat(client.ok("SEARCH SUBJECT s BODY x")).contains("* SEARCH 1 2 3 4 5 6 7 8 9");
      assertThat(client.ok("SORT (REVERSE SUBJECT) UTF-8 ALL"))
          .contains("* SORT 9 8 7 6 5 4 3 2 1");
    }
  }

  /** More than is kept until it is written is read again, and is the same. */
  @Test
  void manyLargeSectionsOfOneMessageAreAllWhole() {
    String field = "X-Large: " + "y".repeat(900) + "\r\n";
    String header = "Content-Transfer-Encoding: base64\r\n" + field.repeat(300);
    String text = "0123456789abcdef".repeat(50_000);
    String body = Base64.getMimeEncoder().encodeToString(bytes(text));
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      client.append("INBOX", "", bytes(header + "\r\n" + body));
      client.ok("SELECT INBOX");
      String items = "BODY.PEEK[HEADER.FIELDS (X-Large)]<9.20> BINARY.PEEK[1]<799990.50>";
      for (int i = 1; i <= 4; i++) {
        // Whole, but not the same: what is asked for twice would be told once.
        String whole = "<0.200000" + i + ">";
        items += " BODY.PEEK[TEXT]" + whole + " BODY.PEEK[HEADER.FIELDS (X-Large)]" + whole;
        items += " BINARY.PEEK[1]" + whole;
      }
      String all = String.join("\n", client.ok("FETCH 1 (" + items + ")"));

      assertThat(all.split(java.util.regex.Pattern.quote(body), -1)).hasSize(5);
      assertThat(all.split(java.util.regex.Pattern.quote(text), -1)).hasSize(5);
      assertThat(all.split("\\{" + (field.length() * 300 + 2) + "}", -1)).hasSize(5);
      assertThat(all.split("<9> \\{20}\r\ny{20} ", -1)).hasSize(2);
      assertThat(all.split("<799990> \\{10}\r\n6789abcdef", -1)).hasSize(2);
      assertThat(client.ok("FETCH 1 BINARY.SIZE[1]"))
          .contains("* 1 FETCH (BINARY.SIZE[1] " + text.length() + ")");
    }
  }

  @Test
  void aTextThatNearlyFitsEverywhereIsLookedForInLinearTime() {
    String line = "a".repeat(998) + "\r\n";
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      client.append("INBOX", "", bytes("Subject: x\r\n\r\n" + "a".repeat(4_000_000) + "bc\r\n"));
      client.append("INBOX", "", bytes("Subject: x\r\n\r\n" + line.repeat(3)));
      client.ok("SELECT INBOX");

      assertTimeout(
          Duration.ofSeconds(20),
          () -> {
            String nearly = "a".repeat(4_000);
            assertThat(client.ok("SEARCH BODY " + nearly + "c")).contains("* SEARCH");
            assertThat(client.ok("SEARCH BODY " + nearly + "bc")).contains("* SEARCH 1");
          });
      assertThat(client.command("SEARCH BODY " + "a".repeat(4_097)))
          .containsExactly("NO [LIMIT] more than 4096 bytes to look for");
    }
  }

  @Test
  void textsAreFoundWhateverRepeatsInThem() {
    TextSearch search = new TextSearch("abababababababababac");

    assertThat(search.inFolded("abababababababababababac")).isTrue();
    assertThat(search.inFolded("ababababababababababab")).isFalse();
    assertThat(search.inFolded("xabababababababababacx")).isTrue();
    assertThat(new TextSearch("aabaaabaaabaaabaaab").inFolded("aabaabaaabaaabaaabaaabb")).isTrue();
  }

  @Test
  void ofAHeaderOfManyFieldsTheFirstOnesAreLookedAt() throws IOException {
    byte[] header = bytes("a:\r\n".repeat(100_000));

    assertThat(HeaderText.fields(new ByteArrayInputStream(header))).hasSize(HeaderText.FIELDS);
  }

  /** All messages' subjects are in memory together. */
  @Test
  void ofALongSubjectTheBeginningIsSortedBy() {
    String beginning = "y".repeat(999);
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      for (String end : List.of("zb", "za", "zc", "a")) {
        client.append("INBOX", "", bytes("Subject: " + beginning + end + "\r\n\r\nx"));
      }
      client.ok("SELECT INBOX");

      assertThat(client.ok("SORT (SUBJECT) UTF-8 ALL")).contains("* SORT 4 1 2 3");
    }
  }

  /** Each blob would take of the stack of who threads the mailbox. */
  @Test
  void aSubjectOfVeryManyBlobsIsThreaded() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      String blobs = "[a]".repeat(20_000);
      client.append("INBOX", "", bytes("Subject: " + blobs + "x\r\nMessage-ID: <1@x>\r\n\r\nx"));
      client.append("INBOX", "", bytes("Subject: " + blobs + "Re: x\r\n\r\nx"));
      client.ok("SELECT INBOX");

      assertThat(client.ok("THREAD REFERENCES UTF-8 ALL").getFirst()).startsWith("* THREAD (");
    }
  }
}
