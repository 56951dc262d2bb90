package org.wachtpost.store.rocks;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.wachtpost.store.StoreException;

/**
 * How a chunk of a blob is kept: one byte that names the form, then the bytes themselves ({@link
 * #PLAIN}) or a Zstandard frame of them ({@link #ZSTD}, RFC 8878). Whoever brings a blob packs it,
 * before the one thread that commits, so that the log, the memory and the disk hold the shorter
 * form only. Thread-safe.
 */
final class ChunkCodec {
  static final byte PLAIN = 0;
  static final byte ZSTD = 1;

  /** The fastest one: mail comes out some hundredths larger than at RocksDB's 3. */
  private static final int LEVEL = 1;

  /** Shorter chunks, bytes, are kept as they are. */
  private static final int SHORTEST = 128;

  /** A frame has to save one byte of so many, otherwise reading would pay for nothing. */
  private static final int LEAST_SAVING = 16;

  /** As many as threads were here at once: native code does not let go of its processor. */
  private static final Deque<ZstdCompressCtx> PACKERS = new ConcurrentLinkedDeque<>();

  private static final Deque<ZstdDecompressCtx> UNPACKERS = new ConcurrentLinkedDeque<>();

  private ChunkCodec() {}

  /** The stored form of {@code length} bytes of the content. */
  static byte[] pack(byte[] content, int from, int length) {
    if (length >= SHORTEST) {
      int bound = Math.toIntExact(Zstd.compressBound(length));
      byte[] packed = new byte[1 + bound];
      int frame = compress(content, from, length, packed);
      if (frame <= length - length / LEAST_SAVING) {
        packed[0] = ZSTD;
        return Arrays.copyOf(packed, 1 + frame);
      }
    }
    byte[] plain = new byte[1 + length];
    plain[0] = PLAIN;
    System.arraycopy(content, from, plain, 1, length);
    return plain;
  }

  private static int compress(byte[] content, int from, int length, byte[] packed) {
    ZstdCompressCtx pooled = PACKERS.poll();
    ZstdCompressCtx packer = pooled == null ? new ZstdCompressCtx().setLevel(LEVEL) : pooled;
    try {
      return packer.compressByteArray(packed, 1, packed.length - 1, content, from, length);
    } finally {
      PACKERS.push(packer);
    }
  }

  /**
   * The bytes that were packed.
   *
   * @param length how many they must be
   * @throws StoreException.Corrupt if {@code packed} is no stored form of so many bytes
   */
  static byte[] unpack(byte[] packed, int length) {
    if (packed.length > 0 && packed[0] == ZSTD) {
      return decompress(packed, length);
    }
    if (packed.length != 1 + length || packed[0] != PLAIN) {
      throw new StoreException.Corrupt("no chunk of " + length + " bytes", null);
    }
    return Arrays.copyOfRange(packed, 1, packed.length);
  }

  private static byte[] decompress(byte[] packed, int length) {
    ZstdDecompressCtx pooled = UNPACKERS.poll();
    ZstdDecompressCtx unpacker = pooled == null ? new ZstdDecompressCtx() : pooled;
    byte[] content = new byte[length];
    try {
      int bytes = unpacker.decompressByteArray(content, 0, length, packed, 1, packed.length - 1);
      if (bytes != length) {
        throw new StoreException.Corrupt("a chunk of " + bytes + " bytes, not " + length, null);
      }
      return content;
    } catch (ZstdException e) {
      throw new StoreException.Corrupt("no chunk of " + length + " bytes", e);
    } finally {
      UNPACKERS.push(unpacker);
    }
  }
}
