package org.wachtpost.queue;

/**
 * What a next hop (or we in its place) said about a recipient.
 *
 * @param code SMTP reply code: 2xx taken, 4xx not now, 5xx never
 * @param enhanced RFC 3463 status code, such as {@code 5.1.1}
 * @param text in words; may come from the network: hostile when shown
 */
public record Answer(int code, String enhanced, String text) {
  public Answer {
    if (code < 200 || code > 599 || code / 100 == 3) {
      throw new IllegalArgumentException("reply code " + code);
    }
  }

  public static Answer temporary(String enhanced, String text) {
    return new Answer(451, enhanced, text);
  }

  public static Answer permanent(String enhanced, String text) {
    return new Answer(550, enhanced, text);
  }

  /** There are too many recipients, and this one may be sent to at once by itself. */
  public static Answer tooMany(String text) {
    return new Answer(452, "4.5.3", text);
  }

  /** RFC 5321 §4.5.3.1.10: the next transaction may bring the rest. */
  public boolean isTooMany() {
    return code == 452 && enhanced.equals("4.5.3");
  }

  public boolean isPositive() {
    return code < 300;
  }

  public boolean isTemporary() {
    return code >= 400 && code < 500;
  }

  /** {@code 550 5.1.1 no such user}. */
  @Override
  public String toString() {
    return code + " " + enhanced + " " + text;
  }
}
