package org.wachtpost.smtp;

/** Sees to it that CR and LF come only together, over any number of pieces. */
final class LineEnds {
  private boolean afterCr;

  /** Looks at the next piece; false on a bare CR or LF. */
  boolean check(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      byte c = bytes[i];
      if (afterCr != (c == '\n')) {
        return false;
      }
      afterCr = c == '\r';
    }
    return true;
  }

  /** False if the text ends between CR and LF. */
  boolean isComplete() {
    return !afterCr;
  }
}
