package org.wachtpost.inspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every marker promises. */
class MarkerTest {
  static Stream<Marker> markers() {
    return Stream.of(new WordMarker(), new VectorMarker());
  }

  @ParameterizedTest
  @MethodSource("markers")
  void everyByteHasItsBitAndNoOther(Marker marker) {
    long seed = Long.getLong("wachtpost.seed", new Random().nextLong());
    System.out.println("MarkerTest seed " + seed + " (-Dwachtpost.seed=...)");
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int words = random.nextInt(9);
      byte[] bytes = new byte[words * Marks.WORD];
      // Few values, and those a bit away from them: what goes wrong with carries goes wrong here.
      int[] values = {0, 1, 10, 11, 34, 35, 44, 45, 127, 128, 129, 138, 162, 172, 173, 255};
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) values[random.nextInt(values.length)];
      }
      byte separator = (byte) values[random.nextInt(values.length)];
      long[] bits = new long[words * Marks.KINDS + 1];
      java.util.Arrays.fill(bits, -1);
      boolean any = marker.mark(bytes, words, separator, bits);
      boolean expected = false;
      for (int i = 0; i < bytes.length; i++) {
        String where = "byte " + i + " of round " + round;
        assertThat(marked(bits, i, Marks.NEWLINES)).as(where).isEqualTo(bytes[i] == '\n');
        assertThat(marked(bits, i, Marks.SEPARATORS)).as(where).isEqualTo(bytes[i] == separator);
        assertThat(marked(bits, i, Marks.QUOTES)).as(where).isEqualTo(bytes[i] == '"');
        expected |= bytes[i] == '"';
      }
      assertThat(any).isEqualTo(expected);
      assertThat(bits[words * Marks.KINDS]).as("nothing is written beyond").isEqualTo(-1);
    }
  }

  private static boolean marked(long[] bits, int at, int kind) {
    return (bits[at / Marks.WORD * Marks.KINDS + kind] >>> (at % Marks.WORD) & 1) != 0;
  }
}
