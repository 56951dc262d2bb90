package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wachtpost.mail.FlagChange;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.MailboxId;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mail.NewMessage;
import org.wachtpost.mail.UidSet;

/** The UNSEEN response code (RFC 3501 §7.1) wherever in a large mailbox the message is. */
class FirstUnseenTest {
  private static final int MESSAGES = 4_321;

  private final ImapFixture server = new ImapFixture();

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "1,4321",
    "1000,1001",
    "1001,1001",
    "2161,2161",
    "2000,3900",
    "4321,4321",
    "3322,3900"
  })
  void isFoundWhereverItIs(long first, long second) {
    fill();
    mark(first, second);
    try (ImapClient client = server.logIn()) {
      assertThat(client.ok("SELECT INBOX"))
          .contains("* OK [UNSEEN " + first + "] first unseen message");
      client.ok("STORE 1:* +FLAGS.SILENT (\\Seen)");
      assertThat(client.ok("EXAMINE INBOX")).noneMatch(line -> line.contains("UNSEEN"));
    }
  }

  private void fill() {
    NewMessage one =
        new NewMessage(
            MessageContent.of(ImapFixture.message("plain")), Flags.of("\\Seen"), Optional.empty());
    List<NewMessage> messages = Collections.nCopies(MESSAGES, one);
    server.mail.appendAll(ImapFixture.ALICE, inbox(), messages);
  }

  private void mark(long... uids) {
    FlagChange unseen = new FlagChange(FlagChange.Mode.REMOVE, Flags.of("\\Seen"));
    server.mail.store(ImapFixture.ALICE, inbox(), UidSet.of(uids), unseen, Optional.empty());
  }

  private MailboxId inbox() {
    try (MailView view = server.mail.view(ImapFixture.ALICE)) {
      return view.mailbox("INBOX").orElseThrow().id();
    }
  }
}
