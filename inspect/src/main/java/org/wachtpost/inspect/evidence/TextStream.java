package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text as UTF-8, whichever of UTF-8 and UTF-16 (with a byte order mark) the file is in. */
public final class TextStream {
  private TextStream() {}

  /** True if the bytes begin with a UTF-16 byte order mark. */
  public static boolean utf16(byte[] head) {
    return head.length >= 2
        && ((head[0] == (byte) 0xff && head[1] == (byte) 0xfe)
            || (head[0] == (byte) 0xfe && head[1] == (byte) 0xff));
  }

  /** The stream itself, or one that turns UTF-16 into UTF-8; closing it closes the stream. */
  public static InputStream utf8(InputStream stream) throws IOException {
    PushbackInputStream pushback = new PushbackInputStream(stream, 2);
    byte[] head = pushback.readNBytes(2);
    pushback.unread(head);
    if (!utf16(head)) {
      return pushback;
    }
    return new Transcoded(new InputStreamReader(pushback, StandardCharsets.UTF_16));
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
