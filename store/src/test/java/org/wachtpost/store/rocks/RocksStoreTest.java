package org.wachtpost.store.rocks;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreContract;

class RocksStoreTest extends StoreContract {
  @TempDir private Path directory;

  @Override
  protected Store open() {
    return RocksStore.open(directory, RocksSettings.defaults());
  }
}
