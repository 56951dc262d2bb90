package org.wachtpost.server;

import java.security.SecureRandom;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;

/** Random secrets of this installation, made when first asked for. */
final class InstallationKey {
  private static final int BYTES = 32;

  private InstallationKey() {}

  static byte[] read(Store store, String name, SecureRandom random) {
    Key key = KeyWriter.prefix(KeySpace.INSTALLATION_KEY).text(name).key();
    try (Snapshot snapshot = store.snapshot(AccountId.SYSTEM)) {
      byte[] stored = snapshot.read(key);
      if (stored != null) {
        return stored;
      }
      byte[] made = new byte[BYTES];
      random.nextBytes(made);
      CommitResult result =
          store.commit(
              AccountId.SYSTEM,
              snapshot.version(),
              CommitId.random(random),
              new Batch().put(key, made.clone()));
      if (!(result instanceof CommitResult.Committed)) {
        throw new IllegalStateException("key " + name + " could not be kept: " + result);
      }
      return made;
    }
  }
}
