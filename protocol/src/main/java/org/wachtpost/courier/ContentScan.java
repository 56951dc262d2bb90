package org.wachtpost.courier;

import java.io.BufferedInputStream;
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

  static ContentScan of(MessageContent content) throws IOException {
    boolean eightBit = false;
    boolean eightBitHeader = false;
    boolean binary = false;
    boolean header = true;
    int length = 0;
    int before = 0;
    try (InputStream in = new BufferedInputStream(content.open(), 64 * 1024)) {
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        binary |= octet == 0 || (octet == '\n') != (before == '\r');
        eightBit |= octet > 127;
        eightBitHeader |= header && octet > 127;
        if (octet == '\n') {
          header &= length > 1;
          length = 0;
        } else {
          length++;
          binary |= length > LINE_OCTETS + 1;
        }
        before = octet;
      }
    }
    return new ContentScan(eightBit, eightBitHeader, binary || before == '\r');
  }
}
