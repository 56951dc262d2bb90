package org.wachtpost.inspect.evtx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Event logs: {@code bin/dev fuzz evtx SECONDS}. */
public final class EvtxFuzz {
  private static final int FILE_HEADER_BYTES = 4_096;

  private EvtxFuzz() {}

  /** One input: the beginning of a chunk, which is zero from there on, behind a file header. */
  public static void fuzzerTestOneInput(byte[] data) {
    byte[] file = new byte[FILE_HEADER_BYTES + Chunk.SIZE];
    byte[] signature = "ElfFile".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(signature, 0, file, 0, signature.length);
    System.arraycopy(data, 0, file, FILE_HEADER_BYTES, Math.min(data.length, Chunk.SIZE));
    try {
      EvtxReader.read(new Memory(file), new Reader());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Reader implements EvtxConsumer {
    @Override
    public void record(EvtxRecord record) {
      if (record.toString().isEmpty()) {
        throw new AssertionError("a record of nothing");
      }
    }

    @Override
    public void damage(long offset, String what) {
      if (offset < 0 || what.isEmpty()) {
        throw new AssertionError("damage at " + offset + ": " + what);
      }
    }
  }
}
