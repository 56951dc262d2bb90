package org.wachtpost.inspect.evtx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.wachtpost.inspect.generator.EvtxWriter;

/** A file in memory, and what the reader says of it. */
final class Memory implements SeekableByteChannel {
  private byte[] bytes;
  private int size;
  private int position;
  private boolean open = true;

  Memory(byte[] content) {
    bytes = content;
    size = content.length;
  }

  interface Filling {
    void fill(EvtxWriter writer) throws IOException;
  }

  record Damage(long offset, String what) {}

  record Result(EvtxSummary summary, List<EvtxRecord> records, List<Damage> damage) {}

  static Memory log(Filling filling) throws IOException {
    Memory memory = new Memory(new byte[0]);
    try (EvtxWriter writer = new EvtxWriter(memory, 1)) {
      filling.fill(writer);
    }
    memory.open = true;
    return memory;
  }

  byte[] content() {
    return Arrays.copyOf(bytes, size);
  }

  Result read() throws IOException {
    return read(head -> true);
  }

  /** Reads of events that are not wanted the head alone. */
  Result read(Predicate<EvtxRecord> wanted) throws IOException {
    return read(wanted, true);
  }

  /** Reads with or without the elements of events. */
  Result read(Predicate<EvtxRecord> wanted, boolean trees) throws IOException {
    List<EvtxRecord> records = new ArrayList<>();
    List<Damage> damage = new ArrayList<>();
    EvtxSummary summary =
        EvtxReader.read(
            this,
            new EvtxConsumer() {
              @Override
              public boolean chooses() {
                return true;
              }

              @Override
              public boolean trees() {
                return trees;
              }

              @Override
              public boolean wants(EvtxRecord head) {
                return wanted.test(head);
              }

              @Override
              public void record(EvtxRecord record) {
                records.add(record);
              }

              @Override
              public void damage(long offset, String what) {
                damage.add(new Damage(offset, what));
              }
            });
    return new Result(summary, records, damage);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (!open) {
      throw new ClosedChannelException();
    }
    if (position >= size) {
      return -1;
    }
    // In pieces, as channels may: half of what is asked for, at least one byte.
    int count = Math.min(Math.max(1, into.remaining() / 2), size - position);
    into.put(bytes, position, count);
    position += count;
    return count;
  }

  @Override
  public int write(ByteBuffer from) {
    int count = from.remaining();
    if (position + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(position + count, 2 * bytes.length));
    }
    from.get(bytes, position, count);
    position += count;
    size = Math.max(size, position);
    return count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    position = Math.toIntExact(newPosition);
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public SeekableByteChannel truncate(long newSize) {
    size = Math.toIntExact(Math.min(size, newSize));
    return this;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }
}
