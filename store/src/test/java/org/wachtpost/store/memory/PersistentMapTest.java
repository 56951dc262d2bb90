package org.wachtpost.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.wachtpost.store.sim.Seed;

class PersistentMapTest {
  @Test
  void agreesWithATreeMapAndKeepsOldVersions() {
    Random random = new Random(Seed.next("persistent map"));
    TreeMap<Integer, Integer> model = new TreeMap<>();
    PersistentMap<Integer, Integer> map = new PersistentMap<>();
    TreeMap<Integer, Integer> oldModel = new TreeMap<>();
    PersistentMap<Integer, Integer> oldMap = map;
    for (int step = 0; step < 20_000; step++) {
      int key = random.nextInt(300);
      if (random.nextInt(3) == 0) {
        model.remove(key);
        map = map.without(key);
      } else {
        model.put(key, step);
        map = map.with(key, step);
      }
      if (step % 1_000 == 0) {
        assertSame(oldMap, oldModel);
        oldModel = new TreeMap<>(model);
        oldMap = map;
      }
    }
    assertSame(map, model);
  }

  private static void assertSame(
      PersistentMap<Integer, Integer> map, TreeMap<Integer, Integer> model) {
    assertThat(key(map.first())).isEqualTo(key(model.firstEntry()));
    for (int key = -1; key <= 301; key++) {
      assertThat(map.get(key)).isEqualTo(model.get(key));
      assertThat(key(map.after(key, true))).isEqualTo(key(model.ceilingEntry(key)));
      assertThat(key(map.after(key, false))).isEqualTo(key(model.higherEntry(key)));
      assertThat(key(map.before(key))).isEqualTo(key(model.lowerEntry(key)));
    }
  }

  private static Integer key(PersistentMap.Entry<Integer, Integer> entry) {
    return entry == null ? null : entry.key();
  }

  private static Integer key(Map.Entry<Integer, Integer> entry) {
    return entry == null ? null : entry.getKey();
  }
}
