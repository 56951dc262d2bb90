package org.wachtpost.smtp;

/**
 * Sees to it that CR and LF come only together, over any number of pieces, and looks out for lines
 * that are too long.
 */
final class LineEnds {
  private boolean afterCr;
  private int lineOctets;
  private boolean longLine;

  /** Looks at the next piece; false on a bare CR or LF. */
  boolean check(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      byte c = bytes[i];
      if (afterCr != (c == '\n')) {
        return false;
      }
      afterCr = c == '\r';
      lineOctets = c == '\n' ? 0 : Math.min(lineOctets + 1, Integer.MAX_VALUE - 1);
      longLine |= lineOctets >= SmtpSettings.TEXT_LINE_OCTETS;
    }
    return true;
  }

  /** Whether a line was longer than {@link SmtpSettings#TEXT_LINE_OCTETS}, CRLF counted. */
  boolean hasLongLine() {
    return longLine;
  }

  /** False if the text ends between CR and LF. */
  boolean isComplete() {
    return !afterCr;
  }
}
