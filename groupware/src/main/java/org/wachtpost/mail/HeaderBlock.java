package org.wachtpost.mail;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The header of a message or a part while it is read, and its fields afterwards. */
final class HeaderBlock {
  /** Bytes of a header that are looked at; what is beyond is stored but not understood. */
  static final int BYTES = 256 * 1024;

  /** Fields of a header that are looked at. */
  static final int FIELDS = 2_000;

  private final ByteArrayOutputStream raw = new ByteArrayOutputStream(1024);
  private boolean complete = true;

  /**
   * A field.
   *
   * @param name as it stands
   * @param raw name, colon and body with its folding, without the last line end, as Latin-1
   * @param bodyStart where in {@code raw} the body starts
   */
  record Field(String name, String raw, int bodyStart) {

    /** The body unfolded, without control characters, as UTF-8 or else as Latin-1. */
    String body() {
      return text(unfolded());
    }

    private byte[] unfolded() {
      byte[] bytes = new byte[raw.length() - bodyStart];
      int length = 0;
      for (int i = bodyStart; i < raw.length(); i++) {
        char c = raw.charAt(i);
        if (c == '\r' || c == '\n') {
          continue; // RFC 5322 §2.2.3: the white space behind the line end stays
        }
        bytes[length++] = (byte) (c == 0 ? ' ' : c);
      }
      return Arrays.copyOf(bytes, length);
    }
  }

  /** Bytes as UTF-8 if they are, else as Latin-1, without white space around. */
  static String text(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      text = new String(bytes, StandardCharsets.ISO_8859_1);
    }
    return text.strip();
  }

  void add(byte[] bytes, int start, int end) {
    int room = BYTES - raw.size();
    if (end - start > room) {
      complete = false;
    }
    raw.write(bytes, start, Math.max(0, Math.min(room, end - start)));
  }

  /** False if the header was larger than is looked at. */
  boolean isComplete() {
    return complete;
  }

  List<Field> fields() {
    String all = raw.toString(StandardCharsets.ISO_8859_1);
    List<Field> fields = new ArrayList<>();
    int at = 0;
    while (at < all.length()) {
      int end = endOfField(all, at);
      Field field = field(all.substring(at, withoutLineEnd(all, at, end)));
      if (field != null) {
        if (fields.size() == FIELDS) {
          complete = false;
          break;
        }
        fields.add(field);
      }
      at = end;
    }
    return fields;
  }

  /** Behind the line end that no white space follows. */
  private static int endOfField(String all, int from) {
    int at = from;
    while (true) {
      int lineEnd = all.indexOf('\n', at);
      if (lineEnd < 0) {
        return all.length();
      }
      at = lineEnd + 1;
      if (at >= all.length() || all.charAt(at) != ' ' && all.charAt(at) != '\t') {
        return at;
      }
    }
  }

  private static int withoutLineEnd(String all, int from, int end) {
    int at = end;
    if (at > from && all.charAt(at - 1) == '\n') {
      at--;
    }
    if (at > from && all.charAt(at - 1) == '\r') {
      at--;
    }
    return at;
  }

  private static @Nullable Field field(String raw) {
    int colon = raw.indexOf(':');
    if (colon <= 0) {
      return null;
    }
    String name = raw.substring(0, colon).stripTrailing();
    // a line that continues nothing, or the mark of an mbox file, is no field
    return isFieldName(name) ? new Field(name, raw, colon + 1) : null;
  }

  /** RFC 5322 §3.6.8. */
  private static boolean isFieldName(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) <= ' ' || name.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** The first field of that name, or null. */
  static @Nullable Field first(List<Field> fields, String name) {
    for (Field field : fields) {
      if (field.name.equalsIgnoreCase(name)) {
        return field;
      }
    }
    return null;
  }

  /**
   * Whether a line can be part of a header: a field, a continuation, or the mark of an mbox file.
   * Anything else starts the body, though the empty line is missing.
   */
  static boolean isHeaderLine(byte[] bytes, int start, int end) {
    if (bytes[start] == ' ' || bytes[start] == '\t' || startsWithFrom(bytes, start, end)) {
      return true;
    }
    boolean space = false;
    for (int i = start; i < end; i++) {
      int c = bytes[i];
      if (c == ':') {
        return i > start;
      } else if (c == ' ' || c == '\t') {
        space = true; // RFC 5322 §4.5: white space before the colon
      } else if (space || c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return false;
  }

  private static boolean startsWithFrom(byte[] bytes, int start, int end) {
    int at = end - start > 5 && bytes[start] == '>' ? start + 1 : start;
    return end - at >= 5
        && bytes[at] == 'F'
        && bytes[at + 1] == 'r'
        && bytes[at + 2] == 'o'
        && bytes[at + 3] == 'm'
        && bytes[at + 4] == ' ';
  }
}
