package org.wachtpost.store.memory;

import java.io.IOException;
import java.util.Arrays;

/**
 * One append-only file on a disk that exists only in memory and outlives the {@link MemoryStore}s
 * opened on it. Bytes appended are durable after a sync; losing power keeps, loses or garbles those
 * that are not, sector by sector. Thread-safe.
 */
public final class MemoryDisk {
  /** What a disk writes at once: a sector survives power loss wholly or not, bytes. */
  static final int SECTOR_BYTES = 512;

  private final Faults faults;
  private byte[] content = new byte[64 * 1024];
  private int length;
  private int durable;
  private long capacity;
  private boolean powered = true;

  /** An empty disk with room for {@code capacity} bytes. */
  public MemoryDisk(Faults faults, long capacity) {
    this.faults = faults;
    this.capacity = capacity;
  }

  /** Changes the room on the disk, bytes; less than is used means full. */
  public synchronized void setCapacity(long bytes) {
    capacity = bytes;
  }

  /** Bytes written, durable or not. */
  public synchronized long length() {
    return length;
  }

  /** Cuts the power: what is not durable may survive, vanish or be torn. Everything fails then. */
  public synchronized void losePower() {
    powered = false;
    if (faults.flip()) {
      length = durable + faults.upTo(length - durable);
    } else {
      garbleSectors();
    }
    durable = length;
  }

  /** Power comes back; a new {@link MemoryStore} can be opened on what is left. */
  public synchronized void restorePower() {
    powered = true;
  }

  /** Flips one bit, as ageing media do. */
  public synchronized void flipBit(long bit) {
    content[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
  }

  synchronized void append(byte[] bytes) throws IOException {
    requirePower();
    if (length + (long) bytes.length > capacity) {
      int fits = (int) Math.max(0, capacity - length);
      write(bytes, Math.min(fits, bytes.length));
      throw new IOException("no space left on device");
    }
    switch (faults.nextAppend()) {
      case WORKS -> write(bytes, bytes.length);
      case FAILS -> {
        write(bytes, faults.upTo(bytes.length));
        throw new IOException("input/output error while writing");
      }
      case POWER_LOSS -> {
        write(bytes, faults.upTo(bytes.length));
        losePower();
        throw new IOException("power lost while writing");
      }
    }
  }

  synchronized void sync() throws IOException {
    requirePower();
    switch (faults.nextSync()) {
      case WORKS -> durable = length;
      case FAILS -> throw new IOException("input/output error while syncing");
      case POWER_LOSS -> {
        if (faults.flip()) {
          durable = length;
        }
        losePower();
        throw new IOException("power lost while syncing");
      }
    }
  }

  synchronized void truncate(int newLength) throws IOException {
    requirePower();
    length = Math.min(length, newLength);
    durable = Math.min(durable, length);
  }

  synchronized byte[] read() throws IOException {
    requirePower();
    return Arrays.copyOf(content, length);
  }

  private void requirePower() throws IOException {
    if (!powered) {
      throw new IOException("power is off");
    }
  }

  private void write(byte[] bytes, int count) {
    if (length + count > content.length) {
      content = Arrays.copyOf(content, Math.max(length + count, content.length * 2));
    }
    System.arraycopy(bytes, 0, content, length, count);
    length += count;
  }

  /** The file kept its length, but of the sectors behind the durable bytes only some arrived. */
  private void garbleSectors() {
    int from = durable;
    while (from < length) {
      int to = Math.min(length, (from / SECTOR_BYTES + 1) * SECTOR_BYTES);
      if (faults.flip()) {
        byte[] garbage = new byte[to - from];
        if (faults.flip()) {
          faults.fill(garbage);
        }
        System.arraycopy(garbage, 0, content, from, garbage.length);
      }
      from = to;
    }
  }
}
