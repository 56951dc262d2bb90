package org.wachtpost.mailauth;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Takes out Authentication-Results fields that claim to be ours: whoever wrote them, it was not us
 * (RFC 8601 §5). Every other octet stays as it is.
 */
public final class ForgedResults {

  /** Octets of one field that are held in memory; what is longer is no field that we remove. */
  static final int MAX_FIELD = 1024 * 1024;

  private static final String NAME = "authentication-results";

  private ForgedResults() {}

  /**
   * Copies a message without them.
   *
   * @param authservId our name in Authentication-Results
   * @return how many were taken out
   */
  public static int copy(InputStream message, OutputStream out, String authservId)
      throws IOException {
    InputStream in = new BufferedInputStream(message);
    String ours = authservId.toLowerCase(Locale.ROOT);
    ByteArrayOutputStream field = new ByteArrayOutputStream(1024);
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    int removed = 0;
    boolean more = true;
    while (more) {
      line.reset();
      more = readLine(in, line);
      byte[] octets = line.toByteArray();
      boolean folded = octets.length > 0 && (octets[0] == ' ' || octets[0] == '\t');
      if (!folded) {
        removed += flush(field, out, ours);
      }
      field.write(octets);
      boolean end = isEmptyLine(octets);
      if (end || field.size() > MAX_FIELD) {
        field.writeTo(out);
        field.reset();
      }
      if (end) {
        break;
      }
    }
    removed += flush(field, out, ours);
    in.transferTo(out);
    return removed;
  }

  private static int flush(ByteArrayOutputStream field, OutputStream out, String ours)
      throws IOException {
    boolean forged = isForged(field.toString(StandardCharsets.ISO_8859_1), ours);
    if (!forged) {
      field.writeTo(out);
    }
    field.reset();
    return forged ? 1 : 0;
  }

  private static boolean isForged(String raw, String ours) {
    int colon = raw.indexOf(':');
    return colon >= 0
        && raw.substring(0, colon).strip().toLowerCase(Locale.ROOT).equals(NAME)
        && AuthenticationResults.claimedId(raw.substring(colon + 1)).equals(ours);
  }

  /** One line with its end; false at the end of the message. */
  private static boolean readLine(InputStream in, ByteArrayOutputStream line) throws IOException {
    while (line.size() <= MAX_FIELD) {
      int c = in.read();
      if (c < 0) {
        return false;
      }
      line.write(c);
      if (c == '\n') {
        return true;
      }
    }
    return true;
  }

  private static boolean isEmptyLine(byte[] line) {
    return line.length == 1 && line[0] == '\n'
        || line.length == 2 && line[0] == '\r' && line[1] == '\n';
  }
}
