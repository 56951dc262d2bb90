package org.wachtpost.directory;

import java.util.Locale;

/** What a credential may be used for. The code is stored: never change one. */
public enum Scope {
  IMAP(1),
  SMTP(2),
  DAV(3),
  JMAP(4),
  ACTIVESYNC(5),
  POP3(6),
  SIEVE(7),
  CONSOLE(8);

  private final int code;

  Scope(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** The word used in commands and events: {@code imap}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
