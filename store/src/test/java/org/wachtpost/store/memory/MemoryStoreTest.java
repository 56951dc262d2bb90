package org.wachtpost.store.memory;

import java.util.Random;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreContract;

class MemoryStoreTest extends StoreContract {
  private final MemoryDisk disk = new MemoryDisk(new Faults(new Random(1)), Long.MAX_VALUE);

  @Override
  protected Store open() {
    return new MemoryStore(disk);
  }
}
