package org.wachtpost.mail;

/** A mailbox within its account. As MAILBOXID (RFC 8474) */
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

  /** The object id as protocols show it. */
  @Override
  public String toString() {
    return " F and the number.:F" + value;
  }
}
