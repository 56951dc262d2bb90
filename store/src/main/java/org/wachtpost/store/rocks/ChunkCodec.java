package org.wachtpost.store.rocks;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.wachtpost.store.StoreException;

/**
 * How a chunk of a blob is kept: one byte that names the form, then the bytes themselves ({@link
 * #PLAIN}) or a Zstandard frame of them ({@link #ZSTD}, RFC 8878). Whoever brings a blob packs it,
 * before the one thread that commits, so that the log, the memory and the disk hold the shorter
 * form only. Thread-safe.
 */
final class ChunkCodec implements AutoCloseable {
  static final byte PLAIN = 0;
  static final byte ZSTD = 1;

  /** Mail is 41 % of its length at it, 40 % at 3, Zstandard's own. */
  private static final int LEVEL = 1;

  /** Shorter chunks, bytes, are kept as they are. */
  private static final int SHORTEST = 128;

  /** A frame has to save one byte of so many, otherwise reading would pay for nothing. */
  private static final int LEAST_SAVING = 16;

  /** Contexts that are kept for the next chunks; more are made and closed again. */
  private static final int KEPT = 8;

  private final BlockingQueue<ZstdCompressCtx> packers = new ArrayBlockingQueue<>(KEPT);
  private final BlockingQueue<ZstdDecompressCtx> unpackers = new ArrayBlockingQueue<>(KEPT);
  private volatile boolean closed;

  /**
   * Loads the library.
   *
   * @throws StoreException.Unavailable if that cannot be
   */
  ChunkCodec() {
    try {
      Native.load();
    } catch (LinkageError e) {
      throw new StoreException.Unavailable("cannot load Zstandard: " + e.getMessage(), e);
    }
  }

  /**
   * The stored form of {@code length} bytes of the content.
   *
   * @throws StoreException.Unavailable if there is no memory for it
   */
  byte[] pack(byte[] content, int from, int length) {
    if (length >= SHORTEST) {
      byte[] packed = new byte[1 + Math.toIntExact(Zstd.compressBound(length))];
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

  private int compress(byte[] content, int from, int length, byte[] packed) {
    ZstdCompressCtx kept = packers.poll();
    try {
      ZstdCompressCtx packer = kept == null ? new ZstdCompressCtx().setLevel(LEVEL) : kept;
      try {
        return packer.compressByteArray(packed, 1, packed.length - 1, content, from, length);
      } finally {
        giveBack(packers, packer, ZstdCompressCtx::close);
      }
    } catch (ZstdException | IllegalStateException e) {
      throw new StoreException.Unavailable("cannot pack a chunk: " + e.getMessage(), e);
    }
  }

  /**
   * The bytes that were packed.
   *
   * @param length how many they must be
   * @throws StoreException.Corrupt if {@code packed} is no stored form of so many bytes
   */
  byte[] unpack(byte[] packed, int length) {
    if (packed.length > 1 && packed[0] == ZSTD) {
      return decompress(packed, length);
    }
    if (packed.length != 1 + length || packed[0] != PLAIN) {
      throw new StoreException.Corrupt("no chunk of " + length + " bytes", null);
    }
    return Arrays.copyOfRange(packed, 1, packed.length);
  }

  private byte[] decompress(byte[] packed, int length) {
    if (Zstd.getFrameContentSize(packed, 1, packed.length - 1) != length) {
      throw new StoreException.Corrupt("no packed chunk of " + length + " bytes", null);
    }
    ZstdDecompressCtx kept = unpackers.poll();
    try {
      ZstdDecompressCtx unpacker = kept == null ? new ZstdDecompressCtx() : kept;
      byte[] content = new byte[length];
      try {
        int bytes = unpacker.decompressByteArray(content, 0, length, packed, 1, packed.length - 1);
        if (bytes != length) {
          throw new StoreException.Corrupt("a chunk of " + bytes + " bytes, not " + length, null);
        }
        return content;
      } finally {
        giveBack(unpackers, unpacker, ZstdDecompressCtx::close);
      }
    } catch (ZstdException e) {
      throw new StoreException.Corrupt("no packed chunk of " + length + " bytes", e);
    } catch (IllegalStateException e) {
      throw new StoreException.Unavailable("cannot unpack a chunk: " + e.getMessage(), e);
    }
  }

  private <T> void giveBack(BlockingQueue<T> kept, T context, Consumer<T> close) {
    if (closed || !kept.offer(context)) {
      close.accept(context);
    }
  }

  /** Frees what is kept. Chunks that are still packed or unpacked come to their end. */
  @Override
  public void close() {
    closed = true;
    closeAll(packers, ZstdCompressCtx::close);
    closeAll(unpackers, ZstdDecompressCtx::close);
  }

  private static <T> void closeAll(BlockingQueue<T> kept, Consumer<T> close) {
    for (T context = kept.poll(); context != null; context = kept.poll()) {
      close.accept(context);
    }
  }
}
