package org.wachtpost.inspect.generator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes event logs as Windows does: chunks of 64 KiB, names and templates once per chunk, string
 * and template tables, checksums.
 */
public final class EvtxWriter implements AutoCloseable {
  static final int CHUNK_SIZE = 65_536;
  static final int FILE_HEADER_SIZE = 4_096;
  static final int CHUNK_HEADER_SIZE = 512;
  private static final int RECORD_HEADER_SIZE = 24;

  private final SeekableByteChannel channel;
  private long nextRecordId;
  private int chunks;
  private ChunkBuilder chunk;
  private long firstInChunk;
  private int lastRecordOffset;

  /** Starts a log; the first record gets that identifier. */
  public EvtxWriter(SeekableByteChannel channel, long firstRecordId) {
    this.channel = channel;
    this.nextRecordId = firstRecordId;
    this.firstInChunk = firstRecordId;
    this.chunk = new ChunkBuilder();
  }

  /** Identifier that the next record gets. */
  public long nextRecordId() {
    return nextRecordId;
  }

  /** Writes one event. */
  public void write(Instant written, EvtxValue.Fragment event) throws IOException {
    if (!tryWrite(written, event)) {
      finishChunk();
      if (!tryWrite(written, event)) {
        throw new IOException("an event does not fit into a chunk");
      }
    }
  }

  private boolean tryWrite(Instant written, EvtxValue.Fragment event) {
    int start = chunk.position();
    chunk.begin();
    chunk.putInt(0x2A2A);
    chunk.putInt(0);
    chunk.putLong(nextRecordId);
    chunk.putLong(EvtxValue.fileTime(written));
    chunk.fragment(event);
    chunk.putByte(0);
    while ((chunk.position() + 4 - start) % 8 != 0) {
      chunk.putByte(0);
    }
    int size = chunk.position() + 4 - start;
    chunk.putInt(size);
    chunk.patchInt(start + 4, size);
    if (!chunk.commit()) {
      return false;
    }
    lastRecordOffset = start;
    nextRecordId++;
    return true;
  }

  /** Ends the chunk here, also if there is room. */
  public void finishChunk() throws IOException {
    if (chunk.position() == CHUNK_HEADER_SIZE) {
      return;
    }
    byte[] bytes = chunk.finish(firstInChunk, nextRecordId - 1, lastRecordOffset);
    write(bytes, FILE_HEADER_SIZE + (long) chunks * CHUNK_SIZE);
    chunks++;
    chunk = new ChunkBuilder();
    firstInChunk = nextRecordId;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      finishChunk();
      write(header(), 0);
    }
  }

  private byte[] header() {
    ByteBuffer header = ByteBuffer.allocate(FILE_HEADER_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(0, 0x00656C6946666C45L); // "ElfFile\0"
    header.putLong(16, Math.max(0, chunks - 1));
    header.putLong(24, nextRecordId);
    header.putInt(32, 128);
    header.putShort(36, (short) 1);
    header.putShort(38, (short) 3);
    header.putShort(40, (short) FILE_HEADER_SIZE);
    header.putShort(42, (short) chunks);
    CRC32 crc = new CRC32();
    crc.update(header.array(), 0, 120);
    header.putInt(124, (int) crc.getValue());
    return header.array();
  }

  private void write(byte[] bytes, long offset) throws IOException {
    channel.position(offset);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** An event that stands on a template, as Windows writes them. */
  public static EvtxValue.Fragment event(BinXmlPart.Element template, List<EvtxValue> values) {
    return new EvtxValue.Fragment(template, values, true);
  }
}
