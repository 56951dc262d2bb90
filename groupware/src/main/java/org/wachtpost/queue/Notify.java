package org.wachtpost.queue;

/** What a sender wants to be told about a recipient (RFC 3461 §4.1). The bit is stored. */
public enum Notify {
  NEVER(1),
  SUCCESS(2),
  FAILURE(4),
  DELAY(8);

  private final int bit;

  Notify(int bit) {
    this.bit = bit;
  }

  public int bit() {
    return bit;
  }
}
