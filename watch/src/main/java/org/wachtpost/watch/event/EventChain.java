package org.wachtpost.watch.event;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * How events hang together: the hash of an event covers the hash of the one before (of the day
 * before for a day's first), its day, its sequence number and its bytes.
 */
final class EventChain {
  static final int HASH_BYTES = 32;

  /** What the very first event hangs on. */
  static final byte[] START = new byte[HASH_BYTES];

  private static final int LAYOUT = 1;

  private EventChain() {}

  /** An event as it is stored: its bytes, the hash it hangs on and its own. */
  record Link(long day, long sequence, byte[] before, byte[] hash, byte[] event) {
    /** Whether the hash is the one that the rest gives. */
    boolean isWhole() {
      return MessageDigest.isEqual(hash, EventChain.hash(day, sequence, before, event));
    }

    byte[] toBytes() {
      return new RecordWriter(LAYOUT).raw(before).raw(hash).bytes(event).toBytes();
    }
  }

  static Link next(long day, long sequence, byte[] before, byte[] event) {
    return new Link(day, sequence, before, hash(day, sequence, before, event), event);
  }

  static Link read(long day, Key key, byte[] value) {
    if (key.length() != 9) {
      throw new StoreException.Corrupt("key of an access event: " + key, null);
    }
    RecordReader in = new RecordReader(value, LAYOUT);
    return new Link(day, sequence(key), in.raw(HASH_BYTES), in.raw(HASH_BYTES), in.bytes());
  }

  static Key key(long sequence) {
    return KeyWriter.prefix(KeySpace.EVENT).u64(sequence).key();
  }

  static Key all() {
    return KeyWriter.prefix(KeySpace.EVENT).key();
  }

  static AccountId account(long day) {
    return new AccountId(AccountId.Kind.EVENTS, day);
  }

  private static long sequence(Key key) {
    long sequence = 0;
    for (int i = 1; i < 9; i++) {
      sequence = sequence << 8 | key.at(i);
    }
    return sequence;
  }

  private static byte[] hash(long day, long sequence, byte[] before, byte[] event) {
    MessageDigest digest = BlobId.newDigest();
    digest.update(before);
    digest.update(ByteBuffer.allocate(16).putLong(day).putLong(sequence).flip());
    return digest.digest(event);
  }
}
