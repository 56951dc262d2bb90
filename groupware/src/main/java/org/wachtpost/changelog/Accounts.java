package org.wachtpost.changelog;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;

/**
 * Runs every change of every account: read, decide, commit, and again if the account has moved on
 * meanwhile.
 *
 * <p>Changes of one account that arrive together share a commit, so that many sessions that write
 * into one mailbox wait for one sync and not for each other's: the first thread leads, applies what
 * waits one after another, each on its own overlay, and commits once. A change that throws leaves
 * no trace, and what it throws reaches its caller. Results are given out only when the commit that
 * they were decided on is durable, because a decision may rest on a change before it.
 *
 * <p>Listeners are called after each commit in the order of versions, without a lock held.
 */
public final class Accounts {
  /** How long log entries are kept unless the configuration says otherwise. */
  public static final Duration LOG_RETENTION = Duration.ofDays(14);

  /** How often a commit is repeated because another process or a collector was faster. */
  static final int ATTEMPTS = 100;

  /** Log parts that one commit of the truncation deletes. */
  static final int TRUNCATE_PARTS = 500;

  private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

  private final Store store;
  private final InstantSource time;
  private final RandomGenerator random;
  private final ReentrantLock randomLock = new ReentrantLock();
  private final ConcurrentHashMap<AccountId, Line> lines = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<AccountId, CopyOnWriteArrayList<ChangeListener>> listeners =
      new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<ChangeListener> everyListener = new CopyOnWriteArrayList<>();

  /**
   * @param random names commits; need not be thread-safe
   */
  public Accounts(Store store, InstantSource time, RandomGenerator random) {
    this.store = store;
    this.time = time;
    this.random = random;
  }

  /** A consistent view of the account as of now; close it soon. */
  public Snapshot snapshot(AccountId account) {
    return store.snapshot(account);
  }

  /**
   * Changes the account; durable on return. A change that writes and logs nothing commits nothing.
   *
   * @return what the change returned, or what it threw is thrown
   * @throws BlobMissingException if the change required a blob that is not there
   * @throws StoreException if the store cannot serve; nothing was acknowledged
   */
  public <T extends @Nullable Object> T change(AccountId account, Change<T> change) {
    Line line = enter(account);
    try {
      Pending<T> pending = line.pending(change);
      if (line.mustLead(pending)) {
        try {
          lead(account, line);
        } finally {
          line.handOver();
        }
      }
      return pending.take();
    } finally {
      leave(account);
    }
  }

  private Line enter(AccountId account) {
    return lines.compute(
        account,
        (id, line) -> {
          Line entered = line == null ? new Line() : line;
          entered.users++;
          return entered;
        });
  }

  private void leave(AccountId account) {
    lines.computeIfPresent(account, (id, line) -> --line.users == 0 ? null : line);
  }

  private void lead(AccountId account, Line line) {
    List<Pending<?>> todo = line.take();
    int attempts = 0;
    try {
      while (!todo.isEmpty()) {
        Attempt attempt = attempt(account, todo);
        line.settle(attempt.settled);
        todo = attempt.rest;
        attempts = attempt.settled.isEmpty() ? attempts + 1 : 0;
        attempt.version.ifPresent(version -> tell(account, version));
        if (attempts == ATTEMPTS) {
          throw new StoreException.Unavailable("account " + account + " is too busy", null);
        }
      }
    } catch (RuntimeException | Error e) {
      for (Pending<?> pending : todo) {
        pending.fail(e);
      }
      line.settle(todo);
    }
  }

  /** What one try came to: who is done, who must try again, the version if one was made. */
  private record Attempt(List<Pending<?>> settled, List<Pending<?>> rest, Optional<Long> version) {}

  private Attempt attempt(AccountId account, List<Pending<?>> todo) {
    try (Snapshot snapshot = store.snapshot(account)) {
      Round round = new Round(snapshot, blob -> store.blobSize(account, blob).isPresent());
      int taken = 0;
      while (taken < todo.size() && round.offer(todo.get(taken))) {
        taken++;
      }
      List<Pending<?>> rest = todo.subList(taken, todo.size());
      if (round.isEmpty()) {
        return new Attempt(round.changes(), rest, Optional.empty());
      }
      return switch (commit(account, snapshot.version(), round)) {
        case CommitResult.Committed(long version) ->
            new Attempt(round.changes(), rest, Optional.of(version));
        case CommitResult.Conflict(long ignored) -> new Attempt(List.of(), todo, Optional.empty());
        case CommitResult.MissingBlob(var blob) -> {
          List<Pending<?>> requiring = round.requiring(blob);
          requiring.forEach(pending -> pending.fail(new BlobMissingException(blob)));
          List<Pending<?>> others = new ArrayList<>(todo);
          others.removeAll(requiring);
          yield new Attempt(requiring, others, Optional.empty());
        }
      };
    }
  }

  private CommitResult commit(AccountId account, long version, Round round) {
    CommitId id = newCommitId();
    Batch batch = round.batch(time.instant());
    try {
      return store.commit(account, version, id, batch);
    } catch (StoreException.Unavailable e) {
      // The answer may be lost and the commit not: ask before saying that it failed.
      Optional<Long> made = outcome(account, id, e);
      if (made.isPresent()) {
        return new CommitResult.Committed(made.get());
      }
      throw e;
    }
  }

  private Optional<Long> outcome(
      AccountId account, CommitId id, StoreException.Unavailable failure) {
    try {
      return store.outcome(account, id);
    } catch (StoreException e) {
      failure.addSuppressed(e);
      return Optional.empty();
    }
  }

  private CommitId newCommitId() {
    randomLock.lock();
    try {
      return CommitId.random(random);
    } finally {
      randomLock.unlock();
    }
  }

  /** Calls the listener after every commit to the account until the subscription is closed. */
  public Subscription listen(AccountId account, ChangeListener listener) {
    listeners.compute(
        account,
        (id, list) -> {
          var listening = list == null ? new CopyOnWriteArrayList<ChangeListener>() : list;
          listening.add(listener);
          return listening;
        });
    return () ->
        listeners.computeIfPresent(
            account,
            (id, list) -> {
              list.remove(listener);
              return list.isEmpty() ? null : list;
            });
  }

  /** Calls the listener after every commit to any account until the subscription is closed. */
  public Subscription listenToAll(ChangeListener listener) {
    everyListener.add(listener);
    return () -> everyListener.remove(listener);
  }

  private void tell(AccountId account, long version) {
    for (ChangeListener listener : listeners.getOrDefault(account, new CopyOnWriteArrayList<>())) {
      tell(listener, account, version);
    }
    for (ChangeListener listener : everyListener) {
      tell(listener, account, version);
    }
  }

  private static void tell(ChangeListener listener, AccountId account, long version) {
    try {
      listener.changed(account, version);
    } catch (RuntimeException e) {
      // The commit is made and its callers must hear so, whatever is wrong with a listener.
      LOG.error("listener failed at version {} of account {}", version, account, e);
    }
  }

  /**
   * Deletes log entries older than {@code retention}. A job: call it daily for every account.
   *
   * @return how many stored parts were deleted
   */
  public int truncate(AccountId account, Duration retention) {
    Instant before = time.instant().minus(retention);
    int total = 0;
    int deleted;
    do {
      deleted = change(account, tx -> ChangeLog.truncate(tx, before, TRUNCATE_PARTS));
      total += deleted;
    } while (deleted == TRUNCATE_PARTS);
    return total;
  }
}
