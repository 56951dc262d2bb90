package org.wachtpost.inspect.log;

/** How a row log separates its columns. */
public enum LogFormat {
  /** Exchange's logs: commas, quotes doubled inside quotes (RFC 4180 §2). */
  COMMA((byte) ',', true),
  /** W3C extended log files: one space, no quotes. */
  W3C((byte) ' ', false);

  private final byte separator;
  private final boolean quotes;

  LogFormat(byte separator, boolean quotes) {
    this.separator = separator;
    this.quotes = quotes;
  }

  byte separator() {
    return separator;
  }

  boolean quotes() {
    return quotes;
  }
}
