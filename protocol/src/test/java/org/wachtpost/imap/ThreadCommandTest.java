package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** THREAD over a mailbox (RFC 5256 §3). */
class ThreadCommandTest {
  private static void append(ImapClient client, String... fields) {
    String message = String.join("\r\n", fields) + "\r\n\r\ntext\r\n";
    client.append("INBOX", "", message.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void messageIdsAreTheSameHoweverTheyAreQuoted() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      append(client, "Message-ID: <\"a.1\"@example.test>", "Subject: one");
      append(client, "Message-ID: <b@example.test>", "In-Reply-To: <a.1@example.test>");
      append(client, "Message-ID: <c@example.test>", "References: <\"a\\.1\"@example.test>");
      append(client, "Message-ID: <d@example.test>", "References: <A.1@example.test>");
      client.ok("SELECT INBOX");
      assertThat(client.ok("THREAD REFERENCES UTF-8 ALL")).contains("* THREAD (1 (2)(3))(4)");
    }
  }

  /** An answer hangs at what it answers, and other messages of one subject stand side by side. */
  @Test
  void repliesAreKnownByTheirSubjects() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      append(client, "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=");
      append(client, "Subject: =?utf-8?Q?Re:_Gr=C3=BC=C3=9Fe?=");
      append(client, "Subject: Re-election");
      append(client, "Subject: Re: Re-election");
      append(client, "Subject: plan");
      append(client, "Subject: plan (fwd)");
      append(client, "Subject: news");
      append(client, "Subject: news");
      client.ok("SELECT INBOX");
      assertThat(client.ok("THREAD REFERENCES UTF-8 ALL"))
          .contains("* THREAD (1 2)(3 4)(5 6)((7)(8))");
    }
  }
}
