package org.wachtpost.watch.event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;
import org.wachtpost.watch.event.EventChain.Link;

/** Reads the access log and says whether it is whole. Works on a running or a stopped store. */
public final class EventReader {
  private static final long SECONDS_A_DAY = 86_400;

  private final Store store;

  public EventReader(Store store) {
    this.store = store;
  }

  /** Events at or after {@code since}, in the order in which they were kept. */
  public void read(Instant since, Consumer<AccessEvent> consumer) {
    long firstDay = Math.floorDiv(since.getEpochSecond(), SECONDS_A_DAY);
    for (long day : days()) {
      if (day >= firstDay) {
        eachLink(
            day,
            link -> {
              AccessEvent event = EventCodec.read(link.event());
              if (!event.time().isBefore(since)) {
                consumer.accept(event);
              }
            });
      }
    }
  }

  /** What is wrong with the chain, in words; empty if it is whole, from its very first event on. */
  public List<String> verify() {
    List<String> problems = new ArrayList<>();
    byte[][] before = {EventChain.START};
    for (long day : days()) {
      long[] expected = {0};
      try {
        eachLink(day, link -> check(link, before, expected, problems));
      } catch (StoreException.Corrupt e) {
        problems.add("day " + day + ": " + e.getMessage());
      }
    }
    return problems;
  }

  /** What signed heads in this file do not agree with the log, in words. */
  public List<String> verifyHeads(Path file, HeadSigner signer) throws IOException {
    List<String> problems = new ArrayList<>();
    if (!Files.exists(file)) {
      if (!days().isEmpty()) {
        problems.add("there are events, and no signed heads in " + file);
      }
      return problems;
    }
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split(" ", -1);
      if (fields.length != 5 || !signer.isOurs(line)) {
        problems.add("not signed by this installation: " + line);
        continue;
      }
      long day = Long.parseLong(fields[0]);
      long sequence = Long.parseLong(fields[1]);
      try {
        if (sequence > 0 && !agrees(day, sequence - 1, fields[2])) {
          problems.add("the log does not hold what was signed at " + fields[3]);
        }
      } catch (StoreException.Corrupt e) {
        problems.add("day " + day + ": " + e.getMessage());
      }
    }
    return problems;
  }

  private boolean agrees(long day, long sequence, String hash) {
    Key key = EventChain.key(sequence);
    try (Snapshot snapshot = store.snapshot(EventChain.account(day))) {
      byte[] value = snapshot.read(key);
      return value != null
          && MessageDigest.isEqual(
              EventChain.read(day, key, value).hash(), HexFormat.of().parseHex(hash));
    }
  }

  private static void check(Link link, byte[][] before, long[] expected, List<String> problems) {
    String place = "day " + link.day() + " event " + link.sequence() + ": ";
    if (link.sequence() != expected[0]) {
      problems.add(place + (link.sequence() - expected[0]) + " events before it are missing");
    }
    if (!link.isWhole()) {
      problems.add(place + "has been changed");
    }
    if (!MessageDigest.isEqual(before[0], link.before())) {
      problems.add(place + "does not follow the event before it");
    }
    before[0] = link.hash();
    expected[0] = link.sequence() + 1;
  }

  private void eachLink(long day, Consumer<Link> consumer) {
    Key all = EventChain.all();
    try (Snapshot snapshot = store.snapshot(EventChain.account(day));
        Cursor cursor =
            snapshot.range(all, all.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        consumer.accept(EventChain.read(day, cursor.key(), cursor.value()));
      }
    }
  }

  private List<Long> days() {
    List<Long> days = new ArrayList<>();
    store.forEachAccount(account -> {
      if (account.kind() == AccountId.Kind.EVENTS) {
        days.add(account.number());
      }
    });
    days.sort(null);
    return days;
  }
}
