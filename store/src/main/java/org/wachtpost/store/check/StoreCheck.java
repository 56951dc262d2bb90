package org.wachtpost.store.check;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Limits;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;

/** Reads a whole store, running or opened for the purpose, and reports what is wrong with it. */
public final class StoreCheck {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Store store;
  private final List<AccountChecker> checkers;
  private final Set<Problem> problems = new LinkedHashSet<>();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long accounts;
  private long entries;
  private long blobs;
  private long blobBytes;

  /**
   * What was read and what was wrong.
   *
   * @param accounts accounts read
   * @param entries keys read in them
   * @param blobs blobs compared with their names
   * @param blobBytes length of these together, bytes
   */
  public record Report(
      long accounts, long entries, long blobs, long blobBytes, List<Problem> problems) {
    public Report {
      problems = List.copyOf(problems);
    }

    public boolean isHealthy() {
      return problems.isEmpty();
    }
  }

  private StoreCheck(Store store, List<AccountChecker> checkers) {
    this.store = store;
    this.checkers = checkers;
  }

  /**
   * Checks files (if the engine has any), then each account: its version, every entry, every blob
   * against its name, and what the checkers say.
   *
   * @param progress told each account before it is read
   * @throws StoreException.Unavailable if the store cannot be read at all now
   */
  public static Report run(
      Store store, List<AccountChecker> checkers, Consumer<AccountId> progress) {
    return new StoreCheck(store, List.copyOf(checkers)).run(progress);
  }

  private Report run(Consumer<AccountId> progress) {
    if (store instanceof FileCheck files) {
      problems.addAll(files.checkFiles());
    }
    List<AccountId> found = new ArrayList<>();
    try {
      store.forEachAccount(found::add);
    } catch (StoreException.Corrupt e) {
      problems.add(new Problem(null, String.valueOf(e.getMessage())));
    }
    for (AccountId account : found) {
      progress.accept(account);
      accounts++;
      checkAccount(account);
    }
    return new Report(accounts, entries, blobs, blobBytes, List.copyOf(problems));
  }

  private void checkAccount(AccountId account) {
    guard(account, () -> checkEntries(account));
    guard(account, () -> checkBlobs(account));
  }

  private void checkEntries(AccountId account) {
    try (Snapshot snapshot = store.snapshot(account)) {
      if (snapshot.version() < 1) {
        report(account, "listed, but at version " + snapshot.version());
      }
      guard(account, () -> readEntries(snapshot));
      for (AccountChecker checker : checkers) {
        guard(
            account,
            () -> checker.check(account, snapshot, store, problem -> report(account, problem)));
      }
    }
  }

  private void readEntries(Snapshot snapshot) {
    byte[] last = new byte[Limits.KEY_BYTES];
    java.util.Arrays.fill(last, (byte) 0xff);
    Key first = Key.of(new byte[] {0});
    try (Cursor cursor =
        snapshot.range(first, Key.of(last), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        entries++;
      }
    }
  }

  private void checkBlobs(AccountId account) {
    List<Store.BlobEntry> found = new ArrayList<>();
    guard(account, () -> store.forEachBlob(account, found::add));
    for (Store.BlobEntry blob : found) {
      guard(account, () -> checkBlob(account, blob));
    }
  }

  private void checkBlob(AccountId account, Store.BlobEntry entry) {
    Optional<InputStream> content = store.openBlob(account, entry.blob(), 0);
    if (content.isEmpty()) {
      return; // Dropped since it was listed.
    }
    MessageDigest digest = BlobId.newDigest();
    long size = 0;
    try (InputStream in = content.get()) {
      int count;
      while ((count = in.read(buffer)) > 0) {
        digest.update(buffer, 0, count);
        size += count;
      }
    } catch (IOException e) {
      if (store.blobSize(account, entry.blob()).isPresent()) {
        report(account, "blob " + entry.blob() + " cannot be read: " + e.getMessage());
      }
      return;
    }
    blobs++;
    blobBytes += size;
    if (size != entry.size()) {
      report(account, "blob %s has %d bytes, not %d".formatted(entry.blob(), size, entry.size()));
    }
    if (!BlobId.of(digest.digest()).equals(entry.blob())) {
      report(account, "blob " + entry.blob() + " has other content than its name says");
    }
  }

  private void guard(AccountId account, Runnable check) {
    try {
      check.run();
    } catch (StoreException.Corrupt e) {
      report(account, String.valueOf(e.getMessage()));
    }
  }

  private void report(AccountId account, String text) {
    problems.add(new Problem(account, text));
  }
}
