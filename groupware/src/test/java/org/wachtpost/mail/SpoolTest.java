package org.wachtpost.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir private Path directory;

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  /** Many senders at once, or one with many messages in one APPEND, cannot take all memory. */
  @Test
  void allContentsTogetherTakeALimitedAmountOfMemory() throws Exception {
    Spool spool = new Spool(directory, 1_000, 2_500);
    List<MessageContent> contents = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Spool.Sink sink = spool.start();
      for (int part = 0; part < 9; part++) {
        sink.write(new byte[100]);
        assertThat(spool.heldBytes()).isLessThanOrEqualTo(2_500);
      }
      contents.add(sink.finish());
    }
    assertThat(files()).isEqualTo(8);
    for (MessageContent content : contents) {
      assertThat(content.open().readAllBytes()).hasSize(900);
      content.close();
      content.close();
    }
    assertThat(spool.heldBytes()).isZero();
    assertThat(files()).isZero();
  }

  /** Thousands of senders at once, each with a file: their buffers too take memory. */
  @Test
  void buffersOfFilesCountAndAreSmallWhereMemoryIsShort() throws Exception {
    Spool spool = new Spool(directory, 1_000, 150_000);
    List<Spool.Sink> sinks = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Spool.Sink sink = spool.start();
      sink.write(new byte[1_500]);
      sinks.add(sink);
    }
    assertThat(spool.heldBytes()).isEqualTo(2 * 64 * 1024);
    sinks.get(0).close();
    try (MessageContent content = sinks.get(1).finish()) {
      assertThat(spool.heldBytes()).isZero();
      assertThat(content.open().readAllBytes()).hasSize(1_500);
    }
    for (int i = 2; i < 5; i++) {
      sinks.get(i).write(new byte[5_000]);
      try (MessageContent content = sinks.get(i).finish()) {
        assertThat(content.open().readAllBytes()).hasSize(6_500);
      }
    }
    assertThat(spool.heldBytes()).isZero();
    assertThat(files()).isZero();
  }

  @Test
  void whatIsThrownAwayOrSpilledIsHeldNoMore() throws Exception {
    Spool spool = new Spool(directory, 1_000, 2_500);
    try (Spool.Sink dropped = spool.start();
        Spool.Sink spilled = spool.start()) {
      dropped.write(new byte[700]);
      spilled.write(new byte[700]);
      spilled.write(new byte[700]);
      assertThat(spool.heldBytes()).isEqualTo(700);
    }
    assertThat(spool.heldBytes()).isZero();
    assertThat(files()).isZero();
  }
}
