package org.wachtpost.queue;

/** What the bytes of a message may be (RFC 6152, RFC 3030). The code is stored. */
public enum BodyType {
  SEVEN_BIT(1, "7BIT"),
  EIGHT_BIT_MIME(2, "8BITMIME"),
  /**
   * Lines of any length, CR and LF alone, NUL: content of any octets, and the only kind that may
   * hold such. It goes out by BDAT with BODY=BINARYMIME or in a transfer encoding, else the message
   * fails with 5.6.1 (RFC 3030 §3); never by DATA, where the next host could find an end of data
   * that we did not write.
   */
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
