package org.wachtpost.inspect.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordFinderTest {
  private static final int ROUNDS = 20_000;
  private static final String LETTERS = "abA1#:";

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  /**
   * Beside looking for each word alone, in texts of few letters, where they come near each other.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 20260101, 987654321})
  void findsWhatLookingForEachWordFinds(long seed) {
    Random random = new Random(seed);
    int found = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<String> words =
          List.of(
              text(random, 2 + random.nextInt(6)).toLowerCase(Locale.ROOT),
              text(random, 3 + random.nextInt(9)).toLowerCase(Locale.ROOT),
              text(random, 4 + random.nextInt(4)).toLowerCase(Locale.ROOT));
      String text = text(random, random.nextInt(40));
      boolean there = words.stream().anyMatch(text.toLowerCase(Locale.ROOT)::contains);
      found += there ? 1 : 0;
      assertThat(new WordFinder(words).anyIn(text.getBytes(StandardCharsets.US_ASCII)))
          .as("seed %d: %s in %s", seed, words, text)
          .isEqualTo(there);
    }
    assertThat(found).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
  }
}
