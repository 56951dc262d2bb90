package org.wachtpost.store.rocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.store.StoreException;

/**
 * The one thread that writes. It takes everything that waits, stages it into one batch, writes the
 * batch with one sync, and answers: while it syncs, the next group gathers.
 *
 * <p>Why conflicts are right without locks: versions are compared and raised by this thread only,
 * and a request sees what earlier requests of its group staged. No answer, not even a conflict, is
 * given before the group is on disk, since it may rest on what the group writes. When a write fails
 * the whole group is refused, cached versions are forgotten and the database is reopened before the
 * next group, because after a failed write or sync RocksDB's memory and the disk may disagree.
 */
final class CommitThread {
  /** Requests that may wait before their makers wait to hand them over. */
  private static final int QUEUED_REQUESTS = 1_024;

  private static final int GROUP_REQUESTS = 512;
  private static final long GROUP_BYTES = 16L * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(CommitThread.class);

  private final Opening opening;
  private final DiskSpace space;
  private final GroupJournal journal;
  private final HeadCache heads = new HeadCache();
  private final Recent recent;
  private final AbsentBlobs absent;
  private final BlockingQueue<Request> queue = new ArrayBlockingQueue<>(QUEUED_REQUESTS);
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean stopped;
  private boolean failed;

  /** RocksDB met a damaged file while it worked: it must not be made to work on it again. */
  private boolean corrupt;

  /** Gives the database, anew after a failure. */
  interface Opening {
    /** The open database, or null if the last reopening failed. */
    @Nullable Database current();

    /** Closes the database if it is open, and opens it again; the journal starts anew. */
    Database reopen(Database.Mode mode);
  }

  CommitThread(
      String name,
      Opening opening,
      DiskSpace space,
      GroupJournal journal,
      Recent recent,
      AbsentBlobs absent) {
    this.journal = journal;
    this.recent = recent;
    this.absent = absent;
    this.opening = opening;
    this.space = space;
    this.thread = Thread.ofPlatform().name(name).start(this::run);
  }

  /** Hands the request over; the caller then awaits it. */
  void submit(Request request) {
    if (stopping) {
      throw new StoreException.Unavailable("the store is closed", null);
    }
    putUninterruptibly(request);
    if (stopped) {
      refuseQueued();
    }
  }

  private void putUninterruptibly(Request request) {
    boolean interrupted = false;
    while (true) {
      try {
        queue.put(request);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what waits, then ends. */
  void stop() {
    stopping = true;
    putUninterruptibly(new Wakeup());
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    refuseQueued();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void refuseQueued() {
    Request request;
    while ((request = queue.poll()) != null) {
      request.fail(new StoreException.Unavailable("the store is closed", null));
    }
  }

  private void run() {
    try (WriteBatch batch = new WriteBatch()) {
      List<Request> group = new ArrayList<>();
      while (!stopping || !queue.isEmpty()) {
        gather(group);
        commit(group, batch);
        group.clear();
        batch.clear();
      }
    } finally {
      stopped = true;
      refuseQueued();
    }
  }

  private void gather(List<Request> group) {
    long bytes = 0;
    Request next = takeUninterruptibly();
    letOthersIn();
    while (next != null) {
      group.add(next);
      bytes += next.bytes();
      next = group.size() < GROUP_REQUESTS && bytes < GROUP_BYTES ? queue.poll() : null;
    }
  }

  /**
   * When the processors have other work, some of it is more to write: one sync then does for all.
   * Nothing rests on it but speed.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void letOthersIn() {
    Thread.yield();
  }

  private Request takeUninterruptibly() {
    @Nullable Request next = null;
    while (next == null) {
      try {
        next = queue.take();
      } catch (InterruptedException e) {
        // An interrupt does not stop this thread: stop() sends a request.
        next = null;
      }
    }
    return next;
  }

  private void commit(List<Request> group, WriteBatch batch) {
    try {
      long room = space.usableBytes();
      Group writes = new Group(usableDatabase(room), heads, recent, absent, batch);
      boolean sync = group.stream().anyMatch(Request::durable);
      batch.putLogData(journal.next(sync));
      for (Request request : group) {
        stage(request, writes, room);
      }
      if (!writes.empty()) {
        failed = true;
        writes.write(sync);
        acknowledge(writes, sync);
        failed = false;
      }
      group.stream().filter(Request::waiting).forEach(Request::finish);
    } catch (RocksDBException e) {
      corrupt |= RocksFault.isCorruption(e);
      LOG.error("cannot write: {}", e.getMessage());
      refuse(group, "cannot write: " + e.getMessage(), e);
    } catch (IOException e) {
      LOG.error("cannot note the acknowledgement: {}", e.getMessage());
      refuse(group, "cannot note the acknowledgement: " + e.getMessage(), e);
    } catch (StoreException e) {
      refuse(group, String.valueOf(e.getMessage()), e);
    } catch (RuntimeException | Error e) {
      LOG.error("cannot commit", e);
      refuse(group, "cannot commit: " + e, e);
    }
  }

  private Database usableDatabase(long room) {
    Database database = opening.current();
    if (!failed && database != null) {
      return database;
    }
    failed = true;
    space.probe(room);
    database = opening.reopen(corrupt ? Database.Mode.DEGRADED : Database.Mode.STRICT);
    forget();
    failed = false;
    return database;
  }

  /** What was kept of the database may not be what is on the disk. */
  private void forget() {
    heads.clear();
    recent.clear();
    absent.clear();
  }

  private void acknowledge(Group written, boolean sync) throws IOException {
    if (sync) {
      journal.acknowledge(written.accounts());
    }
  }

  private void stage(Request request, Group writes, long room) {
    if (!space.roomFor(request, room)) {
      request.fail(new StoreException.Unavailable(space.fullMessage(room), null));
      return;
    }
    try {
      request.stage(writes);
    } catch (RocksDBException e) {
      request.fail(RocksFault.translate("cannot read what the commit builds on", e));
    } catch (StoreException e) {
      request.fail(e);
    }
  }

  private void refuse(List<Request> group, String message, Throwable cause) {
    forget();
    for (Request request : group) {
      if (request.waiting()) {
        request.fail(new StoreException.Unavailable(message, cause));
      }
    }
  }

  /** Ends the wait for the next request, and makes sure that the database is open. */
  static final class Wakeup extends Request {
    @Override
    boolean durable() {
      return false;
    }

    @Override
    long bytes() {
      return 0;
    }

    @Override
    boolean addsBlobs() {
      return false;
    }

    @Override
    void stage(Group group) {
      // Nothing to write.
    }
  }
}
