package org.wachtpost.mail;

import java.util.List;
import org.wachtpost.changelog.LogRecord;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/** Writes and reads mail's records in the change log. */
public final class MailChanges {
  private static final int LAYOUT = 1;

  private static final int CREATED = 1;
  private static final int UPDATED = 2;
  private static final int DESTROYED = 3;
  private static final int ADDED = 4;
  private static final int FLAGS = 5;
  private static final int EXPUNGED = 6;

  private MailChanges() {}

  static LogRecord encode(MailChange change) {
    RecordWriter out = new RecordWriter(LAYOUT);
    switch (change) {
      case MailChange.MailboxCreated(MailboxId id) -> out.number(CREATED).number(id.value());
      case MailChange.MailboxUpdated(MailboxId id) -> out.number(UPDATED).number(id.value());
      case MailChange.MailboxDestroyed(MailboxId id) -> out.number(DESTROYED).number(id.value());
      case MailChange.Added(MailboxId id, long uid, EmailId email) ->
          out.number(ADDED).number(id.value()).number(uid).number(email.value());
      case MailChange.FlagsChanged(MailboxId id, long uid, EmailId email, Flags before) -> {
        out.number(FLAGS).number(id.value()).number(uid).number(email.value());
        Tombstone.writeFlags(out, before);
      }
      case MailChange.Expunged(MailboxId id, List<MailChange.Gone> gone) -> {
        out.number(EXPUNGED).number(id.value());
        out.list(gone, (to, one) -> to.number(one.uid()).number(one.email().value()));
      }
    }
    return new LogRecord(LogRecord.Type.MAIL, out.toBytes());
  }

  /**
   * Reads a record of type {@link LogRecord.Type#MAIL}.
   *
   * @throws StoreException.Corrupt if it is none
   */
  public static MailChange decode(LogRecord record) {
    RecordReader in = new RecordReader(record.body(), LAYOUT);
    int kind = in.integer();
    MailboxId mailbox = new MailboxId(in.number());
    return switch (kind) {
      case CREATED -> new MailChange.MailboxCreated(mailbox);
      case UPDATED -> new MailChange.MailboxUpdated(mailbox);
      case DESTROYED -> new MailChange.MailboxDestroyed(mailbox);
      case ADDED -> new MailChange.Added(mailbox, in.number(), new EmailId(in.number()));
      case FLAGS ->
          new MailChange.FlagsChanged(
              mailbox, in.number(), new EmailId(in.number()), Tombstone.readFlags(in));
      case EXPUNGED ->
          new MailChange.Expunged(
              mailbox,
              in.list(one -> new MailChange.Gone(one.number(), new EmailId(one.number()))));
      default -> throw new StoreException.Corrupt("mail change of kind " + kind, null);
    };
  }
}
