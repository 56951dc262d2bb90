package org.wachtpost.delivery;

/** What became of a recipient, as a reply says it. */
public sealed interface Outcome {
  /** It is in the mailboxes and the outbox, durable. */
  record Delivered() implements Outcome {}

  /**
   * It is not.
   *
   * @param code 4xx: trying again may help; 5xx: it will not
   * @param enhanced RFC 3463 status code
   * @param text one line
   */
  record Failed(int code, String enhanced, String text) implements Outcome {
    public boolean isTemporary() {
      return code < 500;
    }
  }

  Outcome DELIVERED = new Delivered();
}
