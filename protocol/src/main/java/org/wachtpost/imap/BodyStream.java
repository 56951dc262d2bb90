package org.wachtpost.imap;

import java.io.IOException;
import java.io.InputStream;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Message;

/**
 * A stretch of a message, read in pieces. Each piece is read from a view that is closed again, so
 * the reader may take as long as it likes: a body never changes.
 */
final class BodyStream extends InputStream {
  private static final int PIECE_BYTES = 256 * 1024;

  private final Session session;
  private final Message message;
  private final long end;
  private long position;
  private byte[] piece = new byte[0];
  private int at;

  BodyStream(Session session, Message message, long from, long end) {
    this.session = session;
    this.message = message;
    this.position = from;
    this.end = end;
  }

  /** As many bytes as there are, at most {@code length}. */
  static byte[] read(Session session, Message message, long from, int length) throws IOException {
    try (MailView view = session.mail().view(session.account());
        InputStream body = view.body(message, from)) {
      return body.readNBytes(length);
    }
  }

  @Override
  public int read() throws IOException {
    return at < piece.length || next() ? piece[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at >= piece.length && !next()) {
      return -1;
    }
    int count = Math.min(length, piece.length - at);
    System.arraycopy(piece, at, target, offset, count);
    at += count;
    return count;
  }

  private boolean next() throws IOException {
    if (position >= end) {
      return false;
    }
    Pause.make();
    piece = read(session, message, position, (int) Math.min(PIECE_BYTES, end - position));
    at = 0;
    position += piece.length;
    return piece.length > 0;
  }
}
