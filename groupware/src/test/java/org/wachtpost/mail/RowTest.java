package org.wachtpost.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.wachtpost.store.BlobId;

/** Rows as older servers have written them. */
class RowTest {
  private static final EmailId EMAIL = new EmailId(900);
  private static final EmailId ORIGINAL = new EmailId(700);
  private static final MailboxId MAILBOX = new MailboxId(3);
  private static final Row ROW =
      new Row(
          new Message(
              MAILBOX,
              5,
              EMAIL,
              ORIGINAL,
              new ThreadId(8),
              1_000,
              new Flags(Flags.SEEN, Flags.NONE.keywords()),
              OffsetDateTime.parse("2026-02-02T09:30:00+01:00"),
              Instant.parse("2026-02-02T08:31:00Z"),
              4_321,
              BlobId.of(new byte[BlobId.BYTES])),
          700,
          true);

  private static Row decoded(byte[] bytes) {
    return Row.decode(MAILBOX, 5, bytes, new KeywordTable(null));
  }

  @Test
  void everythingComesBack() {
    assertThat(decoded(ROW.encode(new KeywordTable(null)))).isEqualTo(ROW);
  }

  /** Layouts 2 and 1 are the same without what was added, which stood at the end. */
  @Test
  void copiesInOlderLayoutsKeepTheIdThatClientsKnow() {
    byte[] third = ROW.encode(new KeywordTable(null));
    byte[] second = Arrays.copyOf(third, third.length - 2);
    second[0] = 2;
    Message message = decoded(second).message();
    assertThat(message.original()).isEqualTo(EMAIL);
    assertThat(message.internalDate()).isEqualTo("2026-02-02T09:30:00+01:00");
    byte[] first = Arrays.copyOf(second, second.length - 1);
    first[0] = 1;
    message = decoded(first).message();
    assertThat(message.original()).isEqualTo(EMAIL);
    assertThat(message.internalDate()).isEqualTo("2026-02-02T08:30:00Z");
  }
}
