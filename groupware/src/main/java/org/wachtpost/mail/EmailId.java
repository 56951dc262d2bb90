package org.wachtpost.mail;

/**
 * A message within its account; COPY gives a new one. EMAILID (RFC 8474 §5.1) is that of the {@link
 * Message#original}.
 */
public record EmailId(long value) implements Comparable<EmailId> {
  public EmailId {
    if (value <= 0) {
      throw new IllegalArgumentException("not a positive number: " + value);
    }
  }

  @Override
  public int compareTo(EmailId other) {
    return Long.compare(value, other.value);
  }

  /** The object id as protocols show it: M and the number. */
  @Override
  public String toString() {
    return "M" + value;
  }
}
