package org.wachtpost.importer;

import java.io.ByteArrayOutputStream;

/** Makes line ends CRLF: a bare LF becomes one. A bare CR ends no line and stays. */
final class LineEnds {
  private LineEnds() {}

  static byte[] crlf(byte[] bytes, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from + (to - from) / 40 + 16);
    int start = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' && (i == from || bytes[i - 1] != '\r')) {
        out.write(bytes, start, i - start);
        out.write('\r');
        start = i;
      }
    }
    out.write(bytes, start, to - start);
    return out.toByteArray();
  }
}
