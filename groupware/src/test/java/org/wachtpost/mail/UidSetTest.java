package org.wachtpost.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class UidSetTest {
  private static UidSet set(TreeSet<Long> uids) {
    return UidSet.of(uids.stream().mapToLong(Long::longValue).toArray());
  }

  @Test
  void neighboursAndThoseNamedTwiceAreOneRange() {
    assertThat(UidSet.of(5, 3, 4, 4, 9)).hasToString("3:5,9");
    assertThat(UidSet.of(5, 3, 4, 4, 9).size()).isEqualTo(4);
    assertThat(UidSet.of()).hasToString("");
    assertThat(UidSet.ALL.minus(UidSet.range(2, UidSet.MAX))).hasToString("1");
  }

  @Test
  void minusLeavesWhatTheOtherHasNot() {
    long seed = Long.getLong("wachtpost.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      TreeSet<Long> model = new TreeSet<>();
      TreeSet<Long> other = new TreeSet<>();
      LongStream.range(0, random.nextInt(30)).forEach(i -> model.add(1L + random.nextInt(40)));
      LongStream.range(0, random.nextInt(30)).forEach(i -> other.add(1L + random.nextInt(40)));
      UidSet minus = set(model).minus(set(other));
      model.removeAll(other);
      assertThat(minus).as("seed %d", seed).hasToString(set(model).toString());
      assertThat(minus.size()).as("seed %d", seed).isEqualTo(model.size());
    }
  }
}
