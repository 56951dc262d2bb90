package org.wachtpost.imap;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.CommonFields;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Message;
import org.wachtpost.mail.MessageData;
import org.wachtpost.store.StoreException;

/** A message that is tried, and what has been read of it so far. */
final class Candidate {
  private static final int WHOLE_BYTES = 256 * 1024;

  private final MailView view;
  private final int sequence;
  private final Message message;
  private @Nullable MessageData data;
  private byte @Nullable [] whole;
  private @Nullable List<HeaderText.Field> header;
  private @Nullable List<HeaderText.Field> stored;

  Candidate(MailView view, int sequence, Message message, @Nullable MessageData data) {
    this.view = view;
    this.sequence = sequence;
    this.message = message;
    this.data = data;
  }

  int sequence() {
    return sequence;
  }

  Message message() {
    return message;
  }

  MessageData data() {
    MessageData read = data;
    if (read == null) {
      read =
          view.data(message.email())
              .orElseThrow(() -> new StoreException.Corrupt("no data of " + message.email(), null));
      data = read;
    }
    return read;
  }

  /** The header fields of this name, or more, decoded. */
  List<HeaderText.Field> fields(String name) throws IOException {
    if (!CommonFields.NAMES.contains(name) || !data().fieldsComplete()) {
      return header();
    }
    List<HeaderText.Field> read = stored;
    if (read == null) {
      read = data().fields().stream().map(field -> HeaderText.field(field.raw())).toList();
      stored = read;
    }
    return read;
  }

  /** The whole header, decoded. */
  List<HeaderText.Field> header() throws IOException {
    List<HeaderText.Field> read = header;
    if (read == null) {
      read = HeaderText.fields(bytes(0, data().structure().bodyStart()));
      header = read;
    }
    return read;
  }

  /** A stretch of the message; one that is not large is read once, whatever is asked of it. */
  InputStream bytes(long from, long end) throws IOException {
    if (message.size() <= WHOLE_BYTES) {
      byte[] read = whole;
      if (read == null) {
        try (InputStream body = view.body(message, 0)) {
          read = body.readAllBytes();
        }
        whole = read;
      }
      int start = (int) Math.min(from, read.length);
      return new ByteArrayInputStream(read, start, (int) Math.max(0, end - start));
    }
    return new Stretch(view.body(message, from), Math.max(0, end - from));
  }

  private static final class Stretch extends java.io.FilterInputStream {
    private long left;

    Stretch(InputStream in, long length) {
      super(in);
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      if (left <= 0) {
        return -1;
      }
      left--;
      return in.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left <= 0) {
        return -1;
      }
      int count = in.read(target, offset, (int) Math.min(length, left));
      left -= Math.max(0, count);
      return count;
    }
  }
}
