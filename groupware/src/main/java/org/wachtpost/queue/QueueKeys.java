package org.wachtpost.queue;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;

/** Builds and reads the keys of the outbox; {@link KeySpace} describes them. */
final class QueueKeys {
  static final Key COUNTER = KeyWriter.prefix(KeySpace.QUEUE_COUNTER).key();
  static final Key MESSAGES = KeyWriter.prefix(KeySpace.QUEUE_MESSAGE).key();
  static final Key RECIPIENTS = KeyWriter.prefix(KeySpace.QUEUE_RECIPIENT).key();
  static final Key TIMES = KeyWriter.prefix(KeySpace.QUEUE_TIME).key();
  static final Key FINISHED = KeyWriter.prefix(KeySpace.QUEUE_FINISHED).key();
  static final Key BLOBS = KeyWriter.prefix(KeySpace.QUEUE_BLOB).key();

  private QueueKeys() {}

  static Key message(long number) {
    return KeyWriter.prefix(KeySpace.QUEUE_MESSAGE).u64(number).key();
  }

  static Key finished(long number) {
    return KeyWriter.prefix(KeySpace.QUEUE_FINISHED).u64(number).key();
  }

  static Key recipients(long number) {
    return KeyWriter.prefix(KeySpace.QUEUE_RECIPIENT).u64(number).key();
  }

  static Key recipient(long number, int index) {
    return KeyWriter.prefix(KeySpace.QUEUE_RECIPIENT).u64(number).u32(index).key();
  }

  static Key time(Instant next, long number, int index) {
    return KeyWriter.prefix(KeySpace.QUEUE_TIME)
        .u64(next.toEpochMilli())
        .u64(number)
        .u32(index)
        .key();
  }

  /** The first key of entries not earlier than this. */
  static Key timesFrom(Instant instant) {
    return KeyWriter.prefix(KeySpace.QUEUE_TIME).u64(instant.toEpochMilli()).key();
  }

  /** The first key of entries later than this. */
  static Key timesAfter(Instant instant) {
    return KeyWriter.prefix(KeySpace.QUEUE_TIME).u64(instant.toEpochMilli() + 1).key();
  }

  static Key blob(BlobId blob, long number) {
    return KeyWriter.prefix(KeySpace.QUEUE_BLOB).blob(blob).u64(number).key();
  }

  static Key blob(BlobId blob) {
    return KeyWriter.prefix(KeySpace.QUEUE_BLOB).blob(blob).key();
  }

  static Key traces(long number) {
    return KeyWriter.prefix(KeySpace.QUEUE_TRACE).u64(number).key();
  }

  static Key trace(long number, long version) {
    return KeyWriter.prefix(KeySpace.QUEUE_TRACE).u64(number).u64(version).key();
  }

  static long messageNumber(Key key) {
    return bytes(key, 9).getLong(1);
  }

  static long recipientMessage(Key key) {
    return bytes(key, 13).getLong(1);
  }

  static int recipientIndex(Key key) {
    return bytes(key, 13).getInt(9);
  }

  static Instant timeOf(Key key) {
    return Instant.ofEpochMilli(bytes(key, 21).getLong(1));
  }

  static long timeMessage(Key key) {
    return bytes(key, 21).getLong(9);
  }

  static int timeIndex(Key key) {
    return bytes(key, 21).getInt(17);
  }

  private static ByteBuffer bytes(Key key, int length) {
    if (key.length() != length) {
      throw new StoreException.Corrupt("queue key " + key, null);
    }
    return ByteBuffer.wrap(key.toBytes());
  }
}
