package org.wachtpost.inspect.webshell;

import java.nio.charset.StandardCharsets;

/**
 * One quick look over raw bytes: can a web server run anything in them? Everything that it would
 * run starts with {@code <} and a few more characters; all else is not looked at again.
 */
final class Prefilter {
  private static final byte[][] STARTS = {
    bytes("<%"), bytes("<script"), bytes("<msxsl:script"), bytes("<object"), bytes("<!--#"),
  };

  private static final byte[] RUN_AT = bytes("runat");
  private static final byte[] ADDRESS = bytes("externalurl");
  private static final byte[] INNER_ADDRESS = bytes("internalurl");

  private Prefilter() {}

  static boolean mayRun(byte[] b, int from, int to) {
    if (SourceText.looksEbcdic(b, from, to)) {
      return true;
    }
    boolean script = false;
    boolean razor = false;
    for (int i = from; i < to; i++) {
      byte c = b[i];
      if (c == '<') {
        int start = start(b, i, to);
        if (start == 0 || start == 2 || start == 4) {
          return true;
        }
        script |= start > 0;
      } else if ((c == 'r' || c == 'R') && script && matches(b, i, to, RUN_AT)) {
        return true;
      } else if (c == '@') {
        razor |= i + 1 < to && (b[i + 1] == '{' || b[i + 1] == 'f');
      } else if ((c == 'E' || c == 'e' || c == 'I' || c == 'i') && b.length <= MAX_DUMP) {
        if (matches(b, i, to, ADDRESS) || matches(b, i, to, INNER_ADDRESS)) {
          return true;
        }
      }
    }
    return razor;
  }

  private static final int MAX_DUMP = SettingsDump.MAX_BYTES;

  private static int start(byte[] b, int at, int to) {
    for (int s = 0; s < STARTS.length; s++) {
      if (matches(b, at, to, STARTS[s])) {
        return s;
      }
    }
    return -1;
  }

  /** Whether {@code word} stands here, in either case, zeros between its letters skipped. */
  private static boolean matches(byte[] b, int at, int to, byte[] word) {
    int i = at;
    for (byte wanted : word) {
      while (i < to && b[i] == 0) {
        i++;
      }
      if (i >= to) {
        return false;
      }
      byte c = b[i];
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != wanted) {
        return false;
      }
      i++;
    }
    return true;
  }

  private static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }
}
