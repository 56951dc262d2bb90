package org.wachtpost.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.MessageContent;

/** The bytes of a queued message; those of a small one are read once. Used by one thread. */
final class StoredContent {
  /** Largest message that is kept in memory while it is sent; each connection may have one. */
  private static final int READ_ONCE_BYTES = 128 * 1024;

  private final Outbox outbox;
  private final QueuedMessage message;
  private byte @Nullable [] bytes;

  StoredContent(Outbox outbox, QueuedMessage message) {
    this.outbox = outbox;
    this.message = message;
  }

  private InputStream open() throws IOException {
    if (message.size() > READ_ONCE_BYTES) {
      return outbox.content(message, 0);
    }
    byte[] held = bytes;
    if (held == null) {
      try (InputStream in = outbox.content(message, 0)) {
        held = in.readAllBytes();
      }
      bytes = held;
    }
    return new ByteArrayInputStream(held);
  }

  /** The stored bytes, with fields before them. */
  MessageContent after(String fields) {
    return new After(this, fields);
  }

  private record After(StoredContent stored, String fields) implements MessageContent {
    @Override
    public long size() {
      return fields.length() + stored.message.size();
    }

    @Override
    public InputStream open() throws IOException {
      byte[] prefix = fields.getBytes(StandardCharsets.ISO_8859_1);
      return prefix.length == 0
          ? stored.open()
          : new SequenceInputStream(new ByteArrayInputStream(prefix), stored.open());
    }

    @Override
    public void close() {
      // the store keeps it
    }
  }
}
