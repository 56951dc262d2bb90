package org.wachtpost.courier;

import java.io.IOException;
import java.io.InputStream;
import org.wachtpost.mail.MessageContent;

/**
 * What a content's bytes are, whatever its sender said of them.
 *
 * @param eightBit whether the body or header has octets above 127
 * @param eightBitHeader whether the header has (RFC 6532)
 * @param binary whether it has a NUL, a bare CR or LF, or a line of more than 998 octets
 */
record ContentScan(boolean eightBit, boolean eightBitHeader, boolean binary) {
  /** RFC 5322 §2.1.1. */
  private static final int LINE_OCTETS = 998;

  private static final int BLOCK = 16 * 1024;

  static ContentScan of(MessageContent content) throws IOException {
    Scan scan = new Scan();
    byte[] block = new byte[BLOCK];
    try (InputStream in = content.open()) {
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        scan.take(block, count);
      }
    }
    return scan.result();
  }

  /** What has been seen so far. */
  private static final class Scan {
    private boolean eightBit;
    private boolean eightBitHeader;
    private boolean binary;
    private boolean header = true;
    private int length;
    private byte before;

    /** Every octet of every message passes here: fields are read and written once a block. */
    void take(byte[] block, int count) {
      int high = 0;
      int lineLength = length;
      byte last = before;
      for (int i = 0; i < count; i++) {
        byte octet = block[i];
        high |= octet;
        lineLength++;
        if (octet == '\n' || last == '\r' || octet == 0) {
          binary |= octet == 0 || (octet == '\n') != (last == '\r');
          if (octet == '\n') {
            binary |= lineLength > LINE_OCTETS + 2;
            if (header) {
              eightBitHeader |= high < 0;
              header = lineLength > 2;
            }
            lineLength = 0;
          }
        }
        last = octet;
      }
      eightBit |= high < 0;
      eightBitHeader |= header && high < 0;
      length = lineLength;
      before = last;
    }

    ContentScan result() {
      return new ContentScan(
          eightBit, eightBitHeader, binary || before == '\r' || length > LINE_OCTETS + 1);
    }
  }
}
