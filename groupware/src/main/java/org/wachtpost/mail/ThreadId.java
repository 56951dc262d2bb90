package org.wachtpost.mail;

/** A conversation within its account. As THREADID (RFC 8474 §5.2). */
public record ThreadId(long value) implements Comparable<ThreadId> {
  public ThreadId {
    if (value <= 0) {
      throw new IllegalArgumentException("not a positive number: " + value);
    }
  }

  @Override
  public int compareTo(ThreadId other) {
    return Long.compare(value, other.value);
  }

  /** The object id as protocols show it: T and the number. */
  @Override
  public String toString() {
    return "T" + value;
  }
}
