package org.wachtpost.queue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wachtpost.mail.MessageContent;

/**
 * Rewrites a message for a host that takes 7-bit lines only (RFC 6152 §3): every part that has
 * other octets gets a transfer encoding, and nothing else changes. Octets are held as ISO 8859-1.
 */
final class SevenBit {
  /** Longest message that is rewritten, bytes: it is held in memory. */
  static final int BYTES = 16 * 1024 * 1024;

  /** How deep parts may lie in each other. */
  static final int DEPTH = 30;

  private static final int LINE_OCTETS = 998;
  private static final int ENCODED_LINE = 76;
  private static final Pattern FIELD_END = Pattern.compile("\r\n(?![ \t])");
  private static final Pattern BOUNDARY =
      Pattern.compile("(?is);\\s*boundary\\s*=\\s*(?:\"([^\"]{1,200})\"|([^\\s;\"]{1,200}))");

  private static final class Unconvertible extends Exception {
    @java.io.Serial private static final long serialVersionUID = 1L;
  }

  private SevenBit() {}

  /**
   * The message in 7 bits; empty if it cannot be: octets above 127 in a header, a signature over
   * what would change (RFC 1847), a structure that cannot be read, too long.
   */
  static Optional<MessageContent> of(MessageContent content) throws IOException {
    if (content.size() > BYTES) {
      return Optional.empty();
    }
    try (InputStream in = content.open()) {
      String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      String converted = entity(text, "text/plain", DEPTH, true);
      return Optional.of(MessageContent.of(converted.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (Unconvertible e) {
      return Optional.empty();
    }
  }

  /**
   * @param type of an entity that names none
   */
  private static String entity(String text, String type, int depth, boolean isMessage)
      throws Unconvertible {
    int end = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n");
    if (end < 0 && isClean(text)) {
      return text;
    }
    if (end < 0 || depth == 0) {
      throw new Unconvertible();
    }
    String header = end == 0 ? "" : text.substring(0, end + 2);
    String body = text.substring(header.length() + 2);
    if (!isClean(header)) {
      throw new Unconvertible();
    }
    String full = field(header, "content-type").orElse(type).strip();
    String named = full.split("[;\\s(]", 2)[0].toLowerCase(Locale.ROOT);
    String encoding =
        field(header, "content-transfer-encoding").orElse("7bit").strip().toLowerCase(Locale.ROOT);
    boolean plain = encoding.equals("7bit") || encoding.equals("8bit") || encoding.equals("binary");
    if (isClean(body)) {
      return (plain ? with(header, "7bit") : header) + "\r\n" + body;
    }
    if (!plain || named.equals("multipart/signed")) {
      throw new Unconvertible();
    }
    if (named.startsWith("multipart/")) {
      return with(header, "7bit") + "\r\n" + parts(body, full, named, depth);
    }
    if (named.equals("message/rfc822")) {
      return with(header, "7bit") + "\r\n" + entity(body, "text/plain", depth - 1, true);
    }
    boolean words = named.startsWith("text/") && body.indexOf('\0') < 0;
    String described = isMessage ? described(header, body) : header;
    return words
        ? with(described, "quoted-printable") + "\r\n" + quotedPrintable(body)
        : with(described, "base64") + "\r\n" + base64(body);
  }

  private static String parts(String body, String full, String named, int depth)
      throws Unconvertible {
    Matcher matcher = BOUNDARY.matcher(full.replace("\r\n", ""));
    if (!matcher.find()) {
      throw new Unconvertible();
    }
    String boundary = "--" + (matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    String inner = named.equals("multipart/digest") ? "message/rfc822" : "text/plain";
    Matcher delimiter =
        Pattern.compile("(?:^|\r\n)" + Pattern.quote(boundary) + "(--)?[ \t]*(?=\r\n|$)")
            .matcher(body);
    StringBuilder converted = new StringBuilder(body.length());
    int from = 0;
    boolean inPart = false;
    boolean closed = false;
    while (!closed && delimiter.find()) {
      String before = body.substring(from, delimiter.start());
      converted.append(inPart ? part(before, inner, depth) : cleanOrNothing(before));
      converted.append(delimiter.group());
      from = delimiter.end();
      inPart = true;
      closed = delimiter.group(1) != null;
    }
    String rest = body.substring(from);
    if (!inPart) {
      throw new Unconvertible();
    }
    converted.append(closed ? cleanOrNothing(rest) : part(rest, inner, depth));
    return converted.toString();
  }

  /** A part with the line end of its delimiter in front. */
  private static String part(String text, String type, int depth) throws Unconvertible {
    if (!text.startsWith("\r\n")) {
      throw new Unconvertible();
    }
    return "\r\n" + entity(text.substring(2), type, depth - 1, false);
  }

  /** What stands before the first part and behind the last: nobody reads it (RFC 2046 §5.1.1). */
  private static String cleanOrNothing(String text) {
    return isClean(text) ? text : "\r\n";
  }

  private static Optional<String> field(String header, String name) {
    for (String field : FIELD_END.split(header)) {
      int colon = field.indexOf(':');
      if (colon > 0 && field.substring(0, colon).strip().equalsIgnoreCase(name)) {
        return Optional.of(field.substring(colon + 1));
      }
    }
    return Optional.empty();
  }

  /** The header with this transfer encoding; 7bit is said only where something else was. */
  private static String with(String header, String encoding) {
    StringBuilder changed = new StringBuilder();
    boolean found = false;
    for (String field : FIELD_END.split(header)) {
      boolean isEncoding =
          field.regionMatches(true, 0, "content-transfer-encoding", 0, 25)
              && field.substring(25).stripLeading().startsWith(":");
      found |= isEncoding;
      if (!field.isEmpty()) {
        String kept = isEncoding ? "Content-Transfer-Encoding: " + encoding : field;
        changed.append(kept).append("\r\n");
      }
    }
    if (!found && !encoding.equals("7bit")) {
      changed.append("Content-Transfer-Encoding: ").append(encoding).append("\r\n");
    }
    return changed.toString();
  }

  /** A message without MIME fields gets those that an encoding needs. */
  private static String described(String header, String body) {
    String version = field(header, "mime-version").isPresent() ? "" : "MIME-Version: 1.0\r\n";
    // RFC 1428 §3 has the name for what nobody knows.
    String type =
        field(header, "content-type").isPresent()
            ? ""
            : "Content-Type: text/plain; charset="
                + (isUtf8(body) ? "utf-8" : "unknown-8bit")
                + "\r\n";
    return header + version + type;
  }

  private static boolean isUtf8(String octets) {
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Lines of at most 998 octets from 1 to 127, CR and LF only together. */
  static boolean isClean(String text) {
    int length = 0;
    char before = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || c > 127 || (c == '\n') != (before == '\r')) {
        return false;
      }
      length = c == '\n' ? 0 : length + 1;
      if (length > LINE_OCTETS + 1) {
        return false;
      }
      before = c;
    }
    return before != '\r';
  }

  /** RFC 2045 §6.8. */
  private static String base64(String body) {
    byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
    return Base64.getMimeEncoder(ENCODED_LINE, new byte[] {'\r', '\n'}).encodeToString(octets)
        + "\r\n";
  }

  /** RFC 2045 §6.7. */
  private static String quotedPrintable(String body) {
    StringBuilder out = new StringBuilder(body.length() + body.length() / 8);
    int column = 0;
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c == '\r' && i + 1 < body.length() && body.charAt(i + 1) == '\n') {
        out.append("\r\n");
        column = 0;
        i++;
        continue;
      }
      boolean isLast = i + 1 == body.length() || body.startsWith("\r\n", i + 1);
      boolean literal = c > ' ' && c < 127 && c != '=' || (c == ' ' || c == '\t') && !isLast;
      int width = literal ? 1 : 3;
      if (column + width > ENCODED_LINE - 1) {
        out.append("=\r\n");
        column = 0;
      }
      out.append(literal ? String.valueOf(c) : String.format(Locale.ROOT, "=%02X", (int) c));
      column += width;
    }
    return out.toString();
  }
}
