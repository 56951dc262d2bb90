package org.wachtpost.store.rocks;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;

/**
 * Reads RocksDB's write-ahead log before RocksDB does, to decide what a bad spot in it means.
 *
 * <p>RocksDB has two answers for a bad spot: stop there (point in time), which silently forgets
 * every acknowledged commit behind a flipped bit, or refuse to open unless the file merely ends
 * early (tolerate corrupted tail), which refuses after an ordinary power cut when the disk filled
 * the last sectors with something else. Neither knows what was acknowledged. Here it is known:
 * groups are numbered, a group is written only after the one before it was synced, and the number
 * of the last one answered is kept aside ({@link GroupJournal}). So a bad spot is <em>torn</em>,
 * and is cut off, when nothing behind it, and no acknowledgement, proves that it was once durable.
 * Else the log is <em>damaged</em>: the rest of it is used (skip corrupted records), and the
 * accounts that lost commits are stopped.
 */
final class WalScan {
  private final List<GroupNote> before = new ArrayList<>();
  private final List<GroupNote> behind = new ArrayList<>();
  private @Nullable Path badFile;
  private long badOffset;
  private final List<Path> files;
  private boolean endsEarly;
  private Finding finding = new Finding.Clean();
  private long newestEpoch;

  /** What was found. */
  sealed interface Finding {
    /** Every record is whole. */
    record Clean() implements Finding {}

    /** The log ends in bytes that were never acknowledged. */
    record Torn(Path file, long offset) implements Finding {}

    /**
     * Acknowledged groups are lost.
     *
     * @param accounts accounts that certainly lost commits
     * @param allKnown true if no other account can have lost any
     */
    record Damaged(Path file, long offset, TreeSet<AccountId> accounts, boolean allKnown)
        implements Finding {}
  }

  private WalScan(List<Path> files) {
    this.files = files;
  }

  /** Looks at the log in RocksDB's directory; {@code storeDirectory} has the acknowledgement. */
  static WalScan of(Path database, Path storeDirectory) throws IOException {
    WalScan scan = new WalScan(Files.isDirectory(database) ? logFiles(database) : List.of());
    for (Path file : scan.files) {
      scan.read(file);
    }
    Optional<GroupNote> acknowledged = GroupJournal.lastAcknowledged(storeDirectory);
    scan.finding = scan.files.isEmpty() ? new Finding.Clean() : scan.judge(acknowledged);
    Stream.of(scan.before.stream(), scan.behind.stream(), acknowledged.stream())
        .flatMap(notes -> notes)
        .forEach(note -> scan.newestEpoch = Math.max(scan.newestEpoch, note.epoch()));
    return scan;
  }

  Finding finding() {
    return finding;
  }

  /** True if there is nothing in the log, as after the store was closed. */
  boolean isEmpty() {
    return before.isEmpty() && behind.isEmpty() && badFile == null;
  }

  /** Number of the newest opening that the log or the acknowledgement knows of, or 0. */
  long newestEpoch() {
    return newestEpoch;
  }

  private static List<Path> logFiles(Path database) throws IOException {
    try (Stream<Path> files = Files.list(database)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d+\\.log"))
          .sorted(Comparator.comparing(file -> file.getFileName().toString()))
          .toList();
    }
  }

  /** Cuts a torn end off, so that RocksDB finds a log without bad spots. */
  static void cut(Path database, Finding.Torn torn) throws IOException {
    boolean behind = false;
    for (Path file : logFiles(database)) {
      if (behind || file.equals(torn.file)) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(behind ? 0 : torn.offset);
          channel.force(true);
        }
        behind = true;
      }
    }
  }

  private void read(Path file) throws IOException {
    LogReader.read(
        file,
        new LogReader.Visitor() {
          @Override
          public void record(long offset, byte[] bytes) {
            group(file, offset, bytes);
          }

          @Override
          public void bad(long offset, boolean early) {
            endsEarly |= early && badFile == null;
            WalScan.this.bad(file, offset);
          }
        });
  }

  private void group(Path file, long position, byte[] batch) {
    byte[] note;
    try {
      note = GroupNote.find(ByteBuffer.wrap(batch));
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      bad(file, position);
      return;
    }
    if (note.length == 0) {
      return;
    }
    try {
      (badFile == null ? before : behind).add(GroupNote.ofBytes(note));
    } catch (StoreException.Corrupt e) {
      bad(file, position);
    }
  }

  private void bad(Path file, long offset) {
    if (badFile == null) {
      badFile = file;
      badOffset = offset;
    }
  }

  private Finding judge(Optional<GroupNote> acknowledged) {
    Losses losses = new Losses();
    GroupNote newest = before.isEmpty() ? null : before.getLast();
    for (GroupNote note : behind) {
      if (newest == null) {
        // How far back the log went is unknown; the group just before this one was in it.
        losses.allKnown = false;
        losses.add(note, note.group() - 1, note.group() - 1);
      } else if (newest.sameOpening(note)) {
        losses.add(note, newest.group() + 1, note.group() - 1);
      }
      newest = note;
    }
    boolean damaged = behind.size() > 1 || !losses.accounts.isEmpty();
    if (acknowledged.isPresent()) {
      damaged |= judgeAcknowledged(acknowledged.get(), newest, losses);
    }
    if (damaged) {
      Path file = badFile != null ? badFile : files.getLast();
      return new Finding.Damaged(file, badOffset, losses.accounts, losses.allKnown);
    }
    return badFile == null ? new Finding.Clean() : new Finding.Torn(badFile, badOffset);
  }

  /** True if something up to the acknowledged group is missing. */
  private boolean judgeAcknowledged(
      GroupNote acknowledged, @Nullable GroupNote newest, Losses losses) {
    if (newest == null) {
      // Nothing readable in the log. It may be empty because all of it is in tables; but whole
      // sectors that are neither zero nor valid are no torn write.
      losses.allKnown &= badFile == null || endsEarly;
      return badFile != null && !endsEarly;
    }
    if (!newest.sameOpening(acknowledged)) {
      return false;
    }
    if (acknowledged.group() > newest.group()) {
      losses.add(acknowledged, newest.group() + 1, acknowledged.group());
      return true;
    }
    return !behind.isEmpty() && acknowledged.group() >= behind.getFirst().group();
  }

  /** Accounts that lost commits. */
  private static final class Losses {
    private final TreeSet<AccountId> accounts = new TreeSet<>();
    private boolean allKnown = true;

    void add(GroupNote witness, long from, long to) {
      if (from > to) {
        return;
      }
      allKnown &= witness.knownFrom() <= from;
      witness
          .recent()
          .forEach((account, group) -> {
            if (group >= from && group <= to) {
              accounts.add(account);
            }
          });
    }
  }
}
