package org.wachtpost.inspect.evtx;

/** A record, template or value that does not follow the format; becomes a report of damage. */
final class BinXmlException extends Exception {
  private static final long serialVersionUID = 1;
  private final int offset;

  /**
   * @param offset from the start of the chunk, in bytes
   */
  BinXmlException(int offset, String what) {
    super(what, null, false, false);
    this.offset = offset;
  }

  int offset() {
    return offset;
  }

  String what() {
    String message = getMessage();
    return message == null ? "unreadable" : message;
  }
}
