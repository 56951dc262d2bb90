package org.wachtpost.mail;

/** A mailbox within its account. As MAILBOXID (RFC 8474 §4.1). */
public record MailboxId(long value) implements Comparable<MailboxId> {
  public MailboxId {
    if (value <= 0) {
      throw new IllegalArgumentException("not a positive number: " + value);
    }
  }

  @Override
  public int compareTo(MailboxId other) {
    return Long.compare(value, other.value);
  }

  /** The object id as protocols show it: F and the number. */
  @Override
  public String toString() {
    return "F" + value;
  }
}
