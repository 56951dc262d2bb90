package org.wachtpost.courier;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes content as DATA wants it (RFC 5321 §4.5.2): dots doubled, and a dot at the end. */
final class DotStuffing {
  private final OutputStream out;
  private boolean lineStart = true;
  private int before = '\n';

  DotStuffing(OutputStream out) {
    this.out = out;
  }

  void write(byte[] bytes, int length) throws IOException {
    int from = 0;
    for (int i = 0; i < length; i++) {
      if (lineStart && bytes[i] == '.') {
        out.write(bytes, from, i - from);
        out.write('.');
        from = i;
      }
      lineStart = bytes[i] == '\n';
    }
    out.write(bytes, from, length - from);
    before = length > 0 ? bytes[length - 1] : before;
  }

  void end() throws IOException {
    String end = before == '\n' ? ".\r\n" : "\r\n.\r\n";
    out.write(end.getBytes(StandardCharsets.US_ASCII));
  }
}
