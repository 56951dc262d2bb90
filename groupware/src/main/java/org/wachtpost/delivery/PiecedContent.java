package org.wachtpost.delivery;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.wachtpost.delivery.MessageGate.Span;
import org.wachtpost.mail.MessageContent;

/** New header fields and then another content, without some pieces. Nothing is copied. */
final class PiecedContent implements MessageContent {
  private final byte[] prefix;
  private final MessageContent rest;
  private final List<Span> without;
  private final long size;

  /**
   * @param rest not closed by this
   */
  PiecedContent(byte[] prefix, MessageContent rest, List<Span> without) {
    this.prefix = prefix;
    this.rest = rest;
    this.without = without;
    long length = rest.size();
    long behind = 0;
    for (Span span : without) {
      if (span.from() < behind || span.to() > rest.size()) {
        throw new IllegalArgumentException("pieces out of order: " + without);
      }
      behind = span.to();
      length -= span.to() - span.from();
    }
    this.size = prefix.length + length;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public InputStream open() throws IOException {
    return new PiecedStream(rest.open());
  }

  @Override
  public void close() {
    // the content below is its owner's to close
  }

  private final class PiecedStream extends InputStream {
    private final InputStream body;
    private int prefixRead;
    private int spansPassed;
    private long position;
    private long given;

    PiecedStream(InputStream body) {
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int count;
      if (prefixRead < prefix.length) {
        count = Math.min(length, prefix.length - prefixRead);
        System.arraycopy(prefix, prefixRead, bytes, offset, count);
        prefixRead += count;
      } else {
        count = body.read(bytes, offset, (int) Math.min(length, untilCut()));
        position += Math.max(0, count);
      }
      given += Math.max(0, count);
      return count;
    }

    /** Passes over what is left out here; bytes until the next piece that is. */
    private long untilCut() throws IOException {
      while (spansPassed < without.size() && without.get(spansPassed).from() == position) {
        Span span = without.get(spansPassed++);
        body.skipNBytes(span.to() - span.from());
        position = span.to();
      }
      return spansPassed < without.size()
          ? without.get(spansPassed).from() - position
          : Long.MAX_VALUE;
    }

    /** One copy, into an array of the right length. */
    @Override
    public byte[] readAllBytes() throws IOException {
      byte[] all = new byte[Math.toIntExact(size - given)];
      int count = readNBytes(all, 0, all.length);
      if (count != all.length) {
        throw new EOFException("content is shorter than it said");
      }
      return all;
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }
}
