package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.wachtpost.imap.AccountMemory.ExhaustedException;
import org.wachtpost.imap.AccountMemory.Share;
import org.wachtpost.store.AccountId;

@SuppressWarnings("try") // closing a share early is what a test is about
class AccountMemoryTest {
  private static final int STEP = Session.COMMAND_STEP_BYTES;

  private static final int MAILBOX_STEP = Session.MAILBOX_STEP_BYTES;

  private final AccountMemory memory = new AccountMemory(8L * STEP);
  private final AccountId alice = AccountId.person(1);
  private final AccountId bob = AccountId.person(2);

  @Test
  void oneAccountHasThreeQuartersAndAllHaveAll() {
    try (Share first = memory.share(alice, STEP);
        Share second = memory.share(alice, STEP);
        Share other = memory.share(bob, STEP)) {
      first.add(4L * STEP);
      second.add(1);
      second.add(2L * STEP - 1);
      assertThatThrownBy(() -> second.add(1)).isInstanceOf(ExhaustedException.class);
      other.add(2L * STEP);
      assertThatThrownBy(() -> other.add(1)).isInstanceOf(ExhaustedException.class);
      assertThat(memory.bytes()).isEqualTo(8L * STEP);
      first.close();
      other.add(1);
    }
    assertThat(memory.bytes()).isZero();
  }

  private static long held(ImapFixture server) {
    return server.server().memory().bytes();
  }

  @Test
  void whatDoesNotFitIsRefusedAndTheSessionGoesOn() {
    String many = "APPEND INBOX" + " {14+}\r\nSubject: one\r\n".repeat(1_200);
    ImapLimits small = ImapLimits.STANDARD.withMailboxBytes(4L * STEP);
    try (ImapFixture server = new ImapFixture(small, true);
        ImapClient first = server.logIn()) {
      first.ok("SELECT INBOX");
      assertThat(held(server)).isZero();
      first.ok(many);
      assertThat(held(server)).isEqualTo(2L * MAILBOX_STEP);

      assertThat(first.answer("THREAD REFERENCES UTF-8 ALL")).startsWith("NO [LIMIT]");
      assertThat(first.answer("SORT (SUBJECT) UTF-8 ALL")).startsWith("NO [LIMIT]");
      first.ok("SORT (SUBJECT) UTF-8 1:300");
      first.ok("SEARCH ALL");
      assertThat(held(server)).isEqualTo(2L * MAILBOX_STEP);
      first.ok("CLOSE");
      assertThat(held(server)).isZero();
    }
  }

  /** What comes into a selected mailbox counts too, or many would be selected while empty. */
  @Test
  void aMailboxThatGrowsTooLargeIsSelectedNoMore() {
    String many = "APPEND INBOX" + " {14+}\r\nSubject: one\r\n".repeat(100);
    ImapLimits small = ImapLimits.STANDARD.withMailboxBytes(2L * MAILBOX_STEP);
    try (ImapFixture server = new ImapFixture(small, true);
        ImapClient first = server.logIn();
        ImapClient second = server.logIn();
        ImapClient sender = server.logIn()) {
      first.ok("SELECT INBOX");
      second.ok("SELECT INBOX");
      sender.ok(many);
      first.ok("NOOP");
      second.send("a NOOP");
      assertThat(second.line())
          .isEqualTo("* BYE [UNAVAILABLE] too many messages for the server's memory");
      first.ok("FETCH 1:* UID");
      assertThat(sender.answer("SELECT INBOX")).startsWith("NO [LIMIT]");
      assertThat(sender.answer("FETCH 1 UID")).startsWith("BAD");
      assertThat(held(server)).isEqualTo(MAILBOX_STEP);
      first.ok("CLOSE");
      sender.ok("SELECT INBOX");
      assertThat(held(server)).isEqualTo(MAILBOX_STEP);
    }
  }
}
