package org.wachtpost.store.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.wachtpost.store.StoreException;

/**
 * The log on a {@link MemoryDisk}: records framed as length (4 bytes), CRC-32C of the record (4
 * bytes), record. Reading stops at the first frame that is cut short or fails its checksum: since
 * bytes become durable in order, nothing acknowledged lies behind it unless the medium has aged.
 *
 * <p>After an error the end of the log is unknown; {@link #mend} cuts it back to what was
 * acknowledged. Not thread-safe.
 */
final class DiskLog {
  private static final int FRAME_BYTES = 8;

  private final MemoryDisk disk;
  private int written;
  private int acknowledged;
  private boolean torn;

  DiskLog(MemoryDisk disk) {
    this.disk = disk;
  }

  /** Hands every whole record to {@code consumer} and cuts off what is behind the last one. */
  void replay(Consumer<LogRecord> consumer) {
    try {
      ByteBuffer content = ByteBuffer.wrap(disk.read());
      while (content.remaining() >= FRAME_BYTES) {
        content.mark();
        int length = content.getInt();
        int checksum = content.getInt();
        if (length <= 0 || length > content.remaining()) {
          content.reset();
          break;
        }
        byte[] record = new byte[length];
        content.get(record);
        if (crc(record) != checksum) {
          content.reset();
          break;
        }
        consumer.accept(LogRecord.ofBytes(record));
        content.mark();
        written = content.position();
      }
      disk.truncate(written);
      disk.sync();
      acknowledged = written;
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot read the log: " + e.getMessage(), e);
    }
  }

  /** Writes a record that is durable after the next {@link #sync}. */
  void append(LogRecord record) throws IOException {
    byte[] bytes = record.toBytes();
    byte[] frame = new byte[FRAME_BYTES + bytes.length];
    ByteBuffer.wrap(frame).putInt(bytes.length).putInt(crc(bytes)).put(bytes);
    int before = written;
    torn = true;
    try {
      disk.append(frame);
    } catch (IOException e) {
      // The bytes before this record are as good as they were: keep them for the next sync.
      disk.truncate(before);
      torn = false;
      throw e;
    }
    written += frame.length;
    torn = false;
  }

  void sync() throws IOException {
    torn = true;
    disk.sync();
    acknowledged = written;
    torn = false;
  }

  /** True after an error that left the end of the log unknown. */
  boolean torn() {
    return torn;
  }

  /**
   * Cuts the log back to what was acknowledged. After a failed sync nobody knows which bytes the
   * medium holds, and a second sync that succeeds proves nothing about them.
   *
   * @return true if records that had been written were cut off
   */
  boolean mend() throws IOException {
    disk.truncate(acknowledged);
    disk.sync();
    boolean lost = written > acknowledged;
    written = acknowledged;
    torn = false;
    return lost;
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
