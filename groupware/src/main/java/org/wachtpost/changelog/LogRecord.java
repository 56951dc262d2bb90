package org.wachtpost.changelog;

/**
 * One change within a log entry.
 *
 * @param type which kind of thing changed; the room that owns the type reads the body
 * @param body a versioned binary record
 */
public record LogRecord(Type type, byte[] body) {
  /** The kinds of change. The code is stored: never change one. */
  public enum Type {
    MAIL(1),
    DIRECTORY(2),
    QUEUE(3),
    CALENDAR(4),
    CONTACTS(5),
    OUTBOX(6);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }
  }
}
