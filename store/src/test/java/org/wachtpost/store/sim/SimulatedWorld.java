package org.wachtpost.store.sim;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.wachtpost.store.Store;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;
import org.wachtpost.store.memory.MemoryStore;

/** A memory store on a disk that fails, fills up and loses power, all from one seed. */
public final class SimulatedWorld implements World {
  private static final long ROOM = 1L << 30;

  private final Faults faults;
  private final MemoryDisk disk;
  private Store store;

  public SimulatedWorld(long seed) {
    faults = new Faults(new Random(seed ^ 0x5eed));
    disk = new MemoryDisk(faults, ROOM);
    store = new MemoryStore(disk);
  }

  public Faults faults() {
    return faults;
  }

  public MemoryDisk disk() {
    return disk;
  }

  @Override
  public Store store() {
    return store;
  }

  /** Cuts the power, restores it, and opens the store on what is left. */
  @Override
  public Store powerCycle() {
    disk.losePower();
    behave();
    disk.restorePower();
    store.close();
    store = new MemoryStore(disk);
    return store;
  }

  @Override
  public void misbehave(RandomGenerator random) {
    switch (random.nextInt(6)) {
      case 0, 1 -> faults.losePowerAfter(random.nextInt(12));
      case 2 -> faults.failAppends(1 + random.nextInt(2));
      case 3 -> faults.failSyncs(1 + random.nextInt(2));
      case 4 -> disk.setCapacity(disk.length() + random.nextInt(5_000));
      default -> behave();
    }
  }

  @Override
  public void behave() {
    faults.losePowerAfter(-1);
    faults.failAppends(0);
    faults.failSyncs(0);
    disk.setCapacity(ROOM);
  }
}
