package org.wachtpost.imap.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Writes responses. The buffer is there only between the first byte and {@link #release}, so that a
 * connection that waits holds none.
 */
public final class ResponseWriter {
  private static final int BUFFER_BYTES = 16_384;
  private static final byte[] NUL_STAND_IN = {(byte) 0x80};
  private static final byte[] CRLF = {'\r', '\n'};

  private final OutputStream out;
  private byte @Nullable [] buffer;
  private int used;
  private boolean utf8;

  public ResponseWriter(OutputStream out) {
    this.out = out;
  }

  /** From here on text that is not ASCII may stand in quoted strings, and names in UTF-8. */
  public void enableUtf8() {
    utf8 = true;
  }

  public boolean isUtf8() {
    return utf8;
  }

  /** US-ASCII text as it is. */
  public ResponseWriter text(String ascii) throws IOException {
    int length = ascii.length();
    int from = 0;
    while (from < length) {
      byte[] room = room();
      int count = Math.min(length - from, room.length - used);
      for (int index = 0; index < count; index++) {
        room[used + index] = (byte) ascii.charAt(from + index);
      }
      used += count;
      from += count;
    }
    return this;
  }

  public ResponseWriter number(long value) throws IOException {
    if (value < 0 || value > Integer.MAX_VALUE) {
      return text(Long.toString(value));
    }
    int digits = 1;
    for (int rest = (int) value; rest >= 10; rest /= 10) {
      digits++;
    }
    byte[] room = room();
    if (room.length - used < digits) {
      return text(Long.toString(value));
    }
    int rest = (int) value;
    for (int at = used + digits - 1; at >= used; at--) {
      room[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    used += digits;
    return this;
  }

  public ResponseWriter raw(byte[] bytes, int offset, int length) throws IOException {
    byte[] room = room();
    if (length <= room.length - used) {
      System.arraycopy(bytes, offset, room, used, length);
      used += length;
      return this;
    }
    drain();
    if (length >= room.length) {
      out.write(bytes, offset, length);
    } else {
      System.arraycopy(bytes, offset, room, 0, length);
      used = length;
    }
    return this;
  }

  /**
   * Bytes of a literal that is no literal8: it may not have NUL in it (RFC 3501 §9, CHAR8), which
   * is written as 0x80, as other servers do. The size stays what was announced.
   */
  public void literalBytes(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int from = offset;
    for (int index = offset; index < end; index++) {
      if (bytes[index] == 0) {
        raw(bytes, from, index - from).raw(NUL_STAND_IN, 0, 1);
        from = index + 1;
      }
    }
    raw(bytes, from, end - from);
  }

  public ResponseWriter raw(byte[] bytes) throws IOException {
    return raw(bytes, 0, bytes.length);
  }

  public ResponseWriter crlf() throws IOException {
    return raw(CRLF, 0, 2);
  }

  /** One whole line of US-ASCII. */
  public void line(String ascii) throws IOException {
    text(ascii).crlf();
  }

  /**
   * A string: quoted where that can be, else a literal. NULs, which neither may have, are left out.
   */
  public ResponseWriter string(String value) throws IOException {
    if (isPlain(value)) {
      return text("\"").text(value).text("\"");
    }
    return string(value.getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link #string(String)}. */
  public ResponseWriter string(byte[] value) throws IOException {
    boolean quotable = true;
    boolean nul = false;
    int escapes = 0;
    for (byte b : value) {
      nul |= b == 0;
      quotable &= b != '\r' && b != '\n' && (b > 0 || utf8);
      escapes += b == '"' || b == '\\' ? 1 : 0;
    }
    if (nul) {
      return string(withoutNul(value));
    }
    if (!quotable) {
      return literal(value);
    }
    byte[] quoted = new byte[value.length + escapes + 2];
    int at = 0;
    quoted[at++] = '"';
    for (byte b : value) {
      if (b == '"' || b == '\\') {
        quoted[at++] = '\\';
      }
      quoted[at++] = b;
    }
    quoted[at] = '"';
    return raw(quoted);
  }

  private static byte[] withoutNul(byte[] value) {
    byte[] kept = new byte[value.length];
    int count = 0;
    for (byte b : value) {
      if (b != 0) {
        kept[count++] = b;
      }
    }
    return java.util.Arrays.copyOf(kept, count);
  }

  private static boolean isPlain(String value) {
    for (int index = 0; index < value.length(); index++) {
      char c = value.charAt(index);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /** The string, or NIL for null. */
  public ResponseWriter nstring(@Nullable String value) throws IOException {
    return value == null ? text("NIL") : string(value);
  }

  public ResponseWriter literal(byte[] bytes) throws IOException {
    return text("{").number(bytes.length).text("}").crlf().raw(bytes);
  }

  /** A mailbox name as this session writes it, quoted. */
  public ResponseWriter mailbox(String name) throws IOException {
    return string(utf8 ? name : ModifiedUtf7.encode(name));
  }

  /** An astring: an atom where that can be. */
  public ResponseWriter astring(String value) throws IOException {
    boolean atom = !value.isEmpty() && !value.equalsIgnoreCase("NIL");
    for (int index = 0; index < value.length() && atom; index++) {
      atom = value.charAt(index) < 128 && Characters.ATOM.contains(value.charAt(index));
    }
    return atom ? text(value) : string(value);
  }

  /** Words in parentheses. */
  public ResponseWriter list(Collection<String> words) throws IOException {
    return text("(").text(String.join(" ", words)).text(")");
  }

  /** Text for people, from wherever: controls and 8-bit characters are replaced. */
  public ResponseWriter human(String text) throws IOException {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints().limit(400).forEach(c -> safe.append(c >= 32 && c < 127 ? (char) c : '?'));
    return text(safe.toString());
  }

  /** Writes out what is buffered. */
  public void flush() throws IOException {
    if (used > 0) {
      drain();
    }
    out.flush();
  }

  /** Writes out what is buffered and lets the buffer go. */
  public void release() throws IOException {
    if (buffer != null) {
      flush();
      buffer = null;
    }
  }

  private void drain() throws IOException {
    if (buffer != null && used > 0) {
      out.write(buffer, 0, used);
      used = 0;
    }
  }

  private byte[] room() throws IOException {
    byte[] room = buffer;
    if (room == null) {
      room = new byte[BUFFER_BYTES];
      buffer = room;
    } else if (used == room.length) {
      drain();
    }
    return room;
  }
}
