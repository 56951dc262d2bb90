package org.wachtpost.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a message that is not stored yet, line ends as CRLF. May be opened many times. */
public interface MessageContent extends AutoCloseable {
  /** Length in bytes. */
  long size();

  InputStream open() throws IOException;

  /** Releases what holds the bytes; must not be opened any more. */
  @Override
  void close();

  /** Content held in memory. The array is taken over. */
  static MessageContent of(byte[] bytes) {
    return of(bytes, bytes.length);
  }

  /** As {@link #of(byte[])}, only the first bytes of the array. */
  static MessageContent of(byte[] bytes, int length) {
    return new MessageContent() {
      @Override
      public long size() {
        return length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes, 0, length);
      }

      @Override
      public void close() {
        // memory needs no release
      }
    };
  }
}
