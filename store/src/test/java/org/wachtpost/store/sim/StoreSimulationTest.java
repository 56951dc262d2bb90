package org.wachtpost.store.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.store.Store;
import org.wachtpost.store.rocks.RocksSettings;
import org.wachtpost.store.rocks.RocksStore;

class StoreSimulationTest {
  private static final int RUNS = 40;
  private static final int STEPS = 1_500;

  @TempDir private Path directory;

  @Test
  void memoryEngineKeepsWhatItAcknowledged() throws IOException {
    long seed = Seed.next("store simulation");
    int refused = 0;
    int done = 0;
    for (long run = seed; run < seed + (Seed.isGiven() ? 1 : RUNS); run++) {
      try {
        StoreSimulation.Tally tally = new StoreSimulation(new SimulatedWorld(run), run).run(STEPS);
        assertThat(tally.acknowledged).isPositive();
        refused += tally.refused;
        done += tally.settledAsDone;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("repeat with -D" + Seed.PROPERTY + "=" + run, e);
      }
    }
    if (!Seed.isGiven()) {
      assertThat(refused).as("faults happened").isPositive();
      assertThat(done).as("some unanswered commits had happened").isPositive();
    }
  }

  @Test
  void rocksEngineAgreesWithTheModel() throws IOException {
    long seed = Seed.next("rocks simulation");
    World world = new RocksWorld(directory);
    try {
      StoreSimulation.Tally tally = new StoreSimulation(world, seed).run(800);
      assertThat(tally.acknowledged).isPositive();
    } finally {
      world.store().close();
    }
  }

  /** RocksDB closed and opened again; losing power is proven by killing processes elsewhere. */
  private static final class RocksWorld implements World {
    private final Path directory;
    private Store store;

    RocksWorld(Path directory) {
      this.directory = directory;
      this.store = RocksStore.open(directory, RocksSettings.defaults());
    }

    @Override
    public Store store() {
      return store;
    }

    @Override
    public Store powerCycle() {
      store.close();
      store = RocksStore.open(directory, RocksSettings.defaults());
      return store;
    }

    @Override
    public void misbehave(RandomGenerator random) {
      // This world has no faults.
    }

    @Override
    public void behave() {
      // This world has no faults.
    }
  }
}
