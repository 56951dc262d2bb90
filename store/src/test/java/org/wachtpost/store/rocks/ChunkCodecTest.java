package org.wachtpost.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.store.StoreException;

class ChunkCodecTest {
  private static final int[] LENGTHS = {1, 2, 127, 128, 129, 1000, 20_000, Layout.CHUNK_BYTES};

  private final ChunkCodec codec = new ChunkCodec();

  @AfterEach
  void close() {
    codec.close();
  }

  /** Text-like bytes, which pack well, or any. */
  private static byte[] content(Random random, int length, boolean text) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    if (text) {
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) ('a' + (bytes[i] & 7));
      }
    }
    return bytes;
  }

  @Test
  void everyLengthComesBack() {
    Random random = new Random(1);
    for (int length : LENGTHS) {
      for (boolean text : new boolean[] {true, false}) {
        byte[] content = content(random, length, text);
        byte[] packed = codec.pack(content, 0, length);
        assertThat(codec.unpack(packed, length)).isEqualTo(content);
        assertThat(packed.length).isLessThanOrEqualTo(length + 1);
      }
    }
  }

  @Test
  void partOfABlobIsPackedAlone() {
    byte[] content = content(new Random(2), 1000, true);
    byte[] packed = codec.pack(content, 100, 300);
    assertThat(codec.unpack(packed, 300)).isEqualTo(Arrays.copyOfRange(content, 100, 400));
  }

  @Test
  void whatDoesNotGetShorterIsKeptAsItIs() {
    byte[] any = content(new Random(3), 20_000, false);
    assertThat(codec.pack(any, 0, any.length)).hasSize(20_001).startsWith(ChunkCodec.PLAIN);
    byte[] text = content(new Random(3), 20_000, true);
    assertThat(codec.pack(text, 0, text.length))
        .hasSizeLessThan(10_000)
        .startsWith(ChunkCodec.ZSTD);
  }

  @Test
  void lessOrMoreThanWasPackedIsCorrupt() {
    for (boolean text : new boolean[] {true, false}) {
      byte[] packed = codec.pack(content(new Random(4), 500, text), 0, 500);
      for (int length : new int[] {0, 1, 499, 501, 100_000}) {
        assertThatThrownBy(() -> codec.unpack(packed, length))
            .isInstanceOf(StoreException.Corrupt.class);
      }
      for (int cut = 0; cut < packed.length; cut++) {
        byte[] less = Arrays.copyOf(packed, cut);
        assertThatThrownBy(() -> codec.unpack(less, 500))
            .isInstanceOf(StoreException.Corrupt.class);
      }
    }
  }

  @Test
  void foreignBytesAreCorruptOrOfTheRightLength() {
    Random random = new Random(5);
    byte[] content = content(random, 2000, true);
    byte[] packed = codec.pack(content, 0, content.length);
    int refused = 0;
    for (int round = 0; round < 5000; round++) {
      byte[] damaged = packed.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(codec.unpack(damaged, content.length)).hasSize(content.length);
      } catch (StoreException.Corrupt e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
    // What was damaged before does not harm what comes after it.
    assertThat(codec.unpack(packed, content.length)).isEqualTo(content);
    byte[] otherForm = "\u0002abc".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> codec.unpack(otherForm, 3)).isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void manyAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int n = 0; n < 200; n++) {
        Random random = new Random(n);
        results.add(
            threads.submit(() -> {
              byte[] content = content(random, 1 + random.nextInt(50_000), true);
              byte[] packed = codec.pack(content, 0, content.length);
              return Arrays.equals(codec.unpack(packed, content.length), content);
            }));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }
}
