package org.wachtpost.inspect.webshell;

import java.nio.charset.StandardCharsets;

/** What in the tag of a script tells that the server runs it, in raw bytes. */
final class ServerSigns {
  /** So far the end of a tag is looked for, in characters of two bytes; others may be longer. */
  private static final int MAX_TAG_BYTES = 2 * PageParser.MAX_TAG_CHARS;

  private static final byte[] RUN_AT = "runat".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CSHARP = "c#".getBytes(StandardCharsets.US_ASCII);

  private final byte[] octets;
  private final int to;

  private final NextPlace signs = new NextPlace(this::next);

  ServerSigns(byte[] octets, int to) {
    this.octets = octets;
    this.to = to;
  }

  /** Whether one may be in the tag that starts at a place; places only go up. */
  boolean areInTag(int at) {
    int sign = signs.from(at);
    return sign < to && !endsBefore(at, Math.min(sign, at + MAX_TAG_BYTES));
  }

  private int next(int from) {
    int at = from;
    while (at < to && !starts(at)) {
      at++;
    }
    return at;
  }

  private boolean starts(int at) {
    int letter = octets[at] | 0x20;
    return letter == 'r' && Prefilter.matches(octets, at, to, RUN_AT)
        || letter == 'c' && Prefilter.matches(octets, at, to, CSHARP);
  }

  /** Whether the tag ends before the sign, not between quotes, as the parser looks for its end. */
  private boolean endsBefore(int at, int sign) {
    int quote = 0;
    int before = 0;
    for (int i = at; i < sign; i++) {
      int c = octets[i];
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>' && before != '%') {
        return true;
      }
      before = c == 0 ? before : c;
    }
    return false;
  }
}
