package org.wachtpost.importer;

import java.io.ByteArrayOutputStream;

/** Makes line ends CRLF: a bare LF or a bare CR becomes one, a CRLF stays. */
final class LineEnds {
  private LineEnds() {}

  static byte[] crlf(byte[] bytes, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from + (to - from) / 40 + 16);
    int start = from;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '\n' || b == '\r') {
        out.write(bytes, start, i - start);
        out.write('\r');
        out.write('\n');
        if (b == '\r' && i + 1 < to && bytes[i + 1] == '\n') {
          i++;
        }
        start = i + 1;
      }
    }
    out.write(bytes, start, to - start);
    return out.toByteArray();
  }
}
