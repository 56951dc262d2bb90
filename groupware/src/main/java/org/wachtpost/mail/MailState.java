package org.wachtpost.mail;

import org.jspecify.annotations.Nullable;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/** The account's counters. Used by one transaction or one view. */
final class MailState {
  private static final int LAYOUT = 1;

  long nextMailbox = 1;
  long nextEmail = 1;
  long nextThread = 1;
  long nextJournal = 1;

  /** The greatest UIDVALIDITY given out; each mailbox gets a greater one. */
  long lastUidValidity;

  long bytesUsed;
  long messagesUsed;

  /** The account's own limits; -1 for those of the settings. */
  long bytesLimit = -1;

  long messagesLimit = -1;

  static MailState decode(byte @Nullable [] stored) {
    MailState state = new MailState();
    if (stored == null) {
      return state;
    }
    RecordReader in = new RecordReader(stored, LAYOUT);
    state.nextMailbox = in.number();
    state.nextEmail = in.number();
    state.nextThread = in.number();
    state.nextJournal = in.number();
    state.lastUidValidity = in.number();
    state.bytesUsed = in.number();
    state.messagesUsed = in.number();
    state.bytesLimit = in.signed();
    state.messagesLimit = in.signed();
    return state;
  }

  byte[] encode() {
    return new RecordWriter(LAYOUT)
        .number(nextMailbox)
        .number(nextEmail)
        .number(nextThread)
        .number(nextJournal)
        .number(lastUidValidity)
        .number(bytesUsed)
        .number(messagesUsed)
        .signed(bytesLimit)
        .signed(messagesLimit)
        .toBytes();
  }

  Quota quota(MailSettings settings) {
    return new Quota(
        bytesUsed,
        bytesLimit < 0 ? settings.quotaBytes() : bytesLimit,
        messagesUsed,
        messagesLimit < 0 ? settings.quotaMessages() : messagesLimit);
  }
}
