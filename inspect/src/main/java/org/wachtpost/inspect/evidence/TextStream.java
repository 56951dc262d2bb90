package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Text as UTF-8, whichever of UTF-8 and UTF-16 the file is in. UTF-16 is known by its byte order
 * mark; a piece of a log that has none, by ASCII characters with nothing but zeros between them.
 */
public final class TextStream {
  /** Bytes at the beginning that are looked at for a missing mark. */
  private static final int HEAD_BYTES = 16;

  private TextStream() {}

  /** True if the bytes begin as a text in UTF-16 does. */
  public static boolean utf16(byte[] head) {
    return charset(head) != null;
  }

  /** In which form of UTF-16 a text is that begins so; null if it is in another form. */
  public static @Nullable Charset charset(byte[] head) {
    if (head.length >= 2) {
      int first = (head[0] & 0xff) << 8 | head[1] & 0xff;
      if (first == 0xfffe || first == 0xfeff) {
        return StandardCharsets.UTF_16; // which takes the mark off
      }
    }
    if (head.length < HEAD_BYTES) {
      return null;
    }
    return ascii(head, 0)
        ? StandardCharsets.UTF_16LE
        : ascii(head, 1) ? StandardCharsets.UTF_16BE : null;
  }

  /** Whether every second byte from there on is one of a text, and all others are zero. */
  private static boolean ascii(byte[] head, int from) {
    boolean text = true;
    for (int i = 0; text && i < HEAD_BYTES; i++) {
      byte octet = head[i];
      text =
          i % 2 == from
              ? octet >= ' ' && octet < 0x7f || octet >= '\t' && octet <= '\r'
              : octet == 0;
    }
    return text;
  }

  /** The stream itself, or one that turns UTF-16 into UTF-8; closing it closes the stream. */
  public static InputStream utf8(InputStream stream) throws IOException {
    PushbackInputStream pushback = new PushbackInputStream(stream, HEAD_BYTES);
    byte[] head = pushback.readNBytes(HEAD_BYTES);
    pushback.unread(head);
    Charset charset = charset(head);
    return charset == null ? pushback : new Transcoded(new InputStreamReader(pushback, charset));
  }

  private static final class Transcoded extends BlockStream {
    private final Reader reader;
    private final CharBuffer characters = CharBuffer.allocate(1 << 15);
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 17);
    private final CharsetEncoder encoder =
        StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private boolean ended;

    Transcoded(Reader reader) {
      this.reader = reader;
      bytes.flip();
      characters.flip();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      while (!bytes.hasRemaining()) {
        if (ended) {
          return -1;
        }
        characters.compact();
        ended = reader.read(characters) < 0;
        characters.flip();
        bytes.clear();
        encoder.encode(characters, bytes, ended);
        bytes.flip();
      }
      int count = Math.min(length, bytes.remaining());
      bytes.get(target, offset, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
