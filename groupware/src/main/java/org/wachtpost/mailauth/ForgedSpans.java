package org.wachtpost.mailauth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds the Authentication-Results fields that claim to be ours (RFC 8601 §5), as places in the
 * message, for those who leave them out while they copy it.
 */
public final class ForgedSpans {
  /** Octets of header that are looked through; RFC 5322 messages end theirs long before. */
  static final int HEADER_BYTES = 4 * 1024 * 1024;

  private static final String NAME = "authentication-results";

  /** Octets {@code from} to {@code to} (exclusive) of the message. */
  public record Span(long from, long to) {}

  private final List<Span> spans = new ArrayList<>();
  private final StringBuilder field = new StringBuilder(256);
  private final String ours;
  private final byte[] chunk = new byte[4096];
  private int chunkRead;
  private int chunkLength;
  private long start;

  private ForgedSpans(String ours) {
    this.ours = ours;
  }

  /**
   * The forged fields of a message, in order.
   *
   * @param authservId our name in Authentication-Results
   */
  public static List<Span> of(InputStream message, String authservId) throws IOException {
    ForgedSpans found = new ForgedSpans(authservId.toLowerCase(Locale.ROOT));
    found.scan(message);
    return List.copyOf(found.spans);
  }

  private void scan(InputStream in) throws IOException {
    byte[] line = new byte[4096];
    long position = 0;
    while (position < HEADER_BYTES) {
      int length = 0;
      int c = -1;
      long lineStart = position;
      while ((c = next(in)) >= 0) {
        position++;
        if (length < line.length) {
          line[length++] = (byte) c;
        }
        if (c == '\n') {
          break;
        }
      }
      boolean folded = length > 0 && (line[0] == ' ' || line[0] == '\t');
      if (!folded) {
        end(lineStart);
        start = lineStart;
      }
      if (c < 0 || length == 1 || length == 2 && line[0] == '\r') {
        return;
      }
      field.append(new String(line, 0, length, StandardCharsets.ISO_8859_1));
    }
  }

  /** The next octet, -1 at the end. A BufferedInputStream would take a lock for each. */
  private int next(InputStream in) throws IOException {
    if (chunkRead == chunkLength) {
      chunkRead = 0;
      chunkLength = Math.max(0, in.read(chunk));
    }
    return chunkRead < chunkLength ? chunk[chunkRead++] & 0xff : -1;
  }

  private void end(long position) {
    String raw = field.toString();
    field.setLength(0);
    int colon = raw.indexOf(':');
    if (colon >= 0
        && raw.substring(0, colon).strip().toLowerCase(Locale.ROOT).equals(NAME)
        && AuthenticationResults.claimedId(raw.substring(colon + 1)).equals(ours)) {
      spans.add(new Span(start, position));
    }
  }
}
