package org.wachtpost.queue;

/** What the bytes of a message may be (RFC 6152, RFC 3030). The code is stored. */
public enum BodyType {
  SEVEN_BIT(1, "7BIT"),
  EIGHT_BIT_MIME(2, "8BITMIME"),
  BINARY_MIME(3, "BINARYMIME");

  private final int code;
  private final String keyword;

  BodyType(int code, String keyword) {
    this.code = code;
    this.keyword = keyword;
  }

  public int code() {
    return code;
  }

  /** The value of the BODY parameter. */
  public String keyword() {
    return keyword;
  }
}
