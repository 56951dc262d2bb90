package org.wachtpost.mail;

/** What a mailbox is for (RFC 6154 §2, RFC 8621 §2). The code is stored: never change one. */
public enum SpecialUse {
  INBOX(1, ""),
  ARCHIVE(2, "\\Archive"),
  DRAFTS(3, "\\Drafts"),
  JUNK(4, "\\Junk"),
  SENT(5, "\\Sent"),
  TRASH(6, "\\Trash"),
  FLAGGED(7, "\\Flagged"),
  IMPORTANT(8, "\\Important"),
  ALL(9, "\\All");

  private final int code;
  private final String attribute;

  SpecialUse(int code, String attribute) {
    this.code = code;
    this.attribute = attribute;
  }

  public int code() {
    return code;
  }

  /** The LIST attribute, {@code \Sent}; empty for the inbox, which has none. */
  public String attribute() {
    return attribute;
  }
}
