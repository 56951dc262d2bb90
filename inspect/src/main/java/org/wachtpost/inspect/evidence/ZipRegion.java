package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file as a stream; several may be read from one channel at a time. */
final class ZipRegion extends BlockStream {
  private final FileChannel channel;
  private final long end;
  private long at;

  ZipRegion(FileChannel channel, long from, long to) {
    this.channel = channel;
    this.at = from;
    this.end = to;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at >= end) {
      return -1;
    }
    int most = (int) Math.min(length, end - at);
    int read = channel.read(ByteBuffer.wrap(bytes, offset, most), at);
    if (read > 0) {
      at += read;
    }
    return read;
  }

  /** Closes nothing: the channel belongs to the archive. */
  @Override
  public void close() {}
}
