package org.wachtpost.store.rocks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;

/**
 * Where things are in RocksDB. An account's prefix is the code of its kind (1 byte, a letter) and
 * its number (8 bytes, most significant first).
 *
 * <table>
 *   <caption>Column family {@code default}</caption>
 *   <tr><th>key</th><th>value</th></tr>
 *   <tr><td>prefix, 0x00</td><td>{@link org.wachtpost.store.AccountHead}</td></tr>
 *   <tr><td>prefix, 0x01, blob name (32)</td><td>{@link StoredBlob}</td></tr>
 *   <tr><td>prefix, 0x02, key</td><td>the value</td></tr>
 * </table>
 *
 * <table>
 *   <caption>Column family {@code meta}: few keys, apart from the accounts' damage</caption>
 *   <tr><td>0x00, 'E'</td><td>number of times the store was opened, 8 bytes</td></tr>
 *   <tr><td>0x00, 'P', content number (8)</td><td>prefix: a blob being streamed</td></tr>
 *   <tr><td>0x00, 'D', prefix</td><td>why the account is stopped, UTF-8</td></tr>
 * </table>
 *
 * <table>
 *   <caption>Column family {@code chunks}, with blob files</caption>
 *   <tr><td>prefix, content number (8), index of chunk (4)</td><td>bytes of a blob, packed by {@link ChunkCodec}</td></tr>
 * </table>
 *
 * <p>Chunks are named by a number that only grows, not by the blob's name, so that an account's
 * mail lies in the order of its arrival and compaction has little to do.
 *
 * <p>History: format 1 kept chunks as they are. Format 2 packs those that are written; the others
 * stay, which the version of their {@link StoredBlob} tells.
 */
final class Layout {
  /** Version of this layout. */
  static final int FORMAT = 2;

  static final int PREFIX_BYTES = 9;

  /** Longest chunk, bytes. */
  static final int CHUNK_BYTES = 256 * 1024;

  static final byte HEAD = 0;
  static final byte BLOB = 1;
  static final byte ENTRY = 2;
  static final byte AFTER_ENTRIES = 3;

  static final byte[] EPOCH = {0, 'E'};
  static final byte[] PENDING = {0, 'P'};
  static final byte[] DAMAGED = {0, 'D'};

  private Layout() {}

  static byte[] head(AccountId account) {
    return table(account, HEAD);
  }

  /** First key of one of the account's tables; with the next table's number, the end. */
  static byte[] table(AccountId account, byte table) {
    return start(account, 1).put(table).array();
  }

  static byte[] blob(AccountId account, BlobId blob) {
    return start(account, 1 + BlobId.BYTES).put(BLOB).put(blob.toBytes()).array();
  }

  static byte[] entry(AccountId account, Key key) {
    return start(account, 1 + key.length()).put(ENTRY).put(key.unsafeBytes()).array();
  }

  /** The key within the account that this physical key is for. */
  static Key entryKey(byte[] physical) {
    return Key.of(Arrays.copyOfRange(physical, PREFIX_BYTES + 1, physical.length));
  }

  static BlobId blobId(byte[] physical) {
    return BlobId.of(Arrays.copyOfRange(physical, PREFIX_BYTES + 1, physical.length));
  }

  static byte[] chunk(AccountId account, long content, int index) {
    return start(account, 12).putLong(content).putInt(index).array();
  }

  /** The first key behind all that starts with the account's prefix. */
  static byte[] prefixEnd(AccountId account) {
    byte[] end = prefix(account);
    for (int i = end.length - 1; i >= 0; i--) {
      end[i]++;
      if (end[i] != 0) {
        break;
      }
    }
    return end;
  }

  static byte[] prefix(AccountId account) {
    return start(account, 0).array();
  }

  static byte[] pending(long content) {
    return ByteBuffer.allocate(10).put(PENDING).putLong(content).array();
  }

  static long pendingContent(byte[] physical) {
    return ByteBuffer.wrap(physical).getLong(PENDING.length);
  }

  static byte[] damaged(AccountId account) {
    return ByteBuffer.allocate(2 + PREFIX_BYTES).put(DAMAGED).put(prefix(account)).array();
  }

  /** The account whose prefix stands at {@code offset}. */
  static AccountId account(byte[] bytes, int offset) {
    if (bytes.length < offset + PREFIX_BYTES) {
      throw new StoreException.Corrupt("key of " + bytes.length + " bytes", null);
    }
    try {
      return new AccountId(
          AccountId.Kind.ofCode((char) bytes[offset]), ByteBuffer.wrap(bytes).getLong(offset + 1));
    } catch (IllegalArgumentException e) {
      throw new StoreException.Corrupt("key of no account: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer start(AccountId account, int more) {
    return ByteBuffer.allocate(PREFIX_BYTES + more)
        .put((byte) account.kind().code())
        .putLong(account.number());
  }
}
