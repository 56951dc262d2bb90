package org.wachtpost.watch.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessEvent.Authentication;
import org.wachtpost.access.AccessEvent.Change;
import org.wachtpost.access.AccessEvent.Connected;
import org.wachtpost.access.AccessEvent.Counts;
import org.wachtpost.access.AccessEvent.Offence;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.access.AccessEvent.Refused;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.Store;
import org.wachtpost.store.key.RecordWriter;
import org.wachtpost.store.memory.MemoryStore;

class EventLogTest {
  private static final Instant T = Instant.parse("2026-03-02T23:59:30Z");
  private static final long DAY = T.getEpochSecond() / 86_400;

  @TempDir Path directory;

  private static Origin origin() throws UnknownHostException {
    return new Origin(
        "imap", InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 7}), 50_000, 993, "s1");
  }

  private static List<AccessEvent> oneOfEach(Instant time) throws UnknownHostException {
    Counts counts = new Counts(1, 2, 3, 4, 5, 6, 7, 8, 9);
    return List.of(
        new Connected(time, origin(), true),
        new Refused(time, origin(), "limit"),
        new Authentication(
            time,
            origin(),
            "alice",
            null,
            "alice@example.test",
            "PLAIN",
            "imap",
            true,
            null,
            "password",
            "TLSv1.3 TLS_AES_128_GCM_SHA256",
            "Thunderbird"),
        new Authentication(
            time,
            origin(),
            "x\r\n\u001b[31m",
            "bob",
            null,
            "LOGIN",
            "smtp",
            false,
            "unknown",
            null,
            null,
            null),
        new SessionEnd(time, origin(), "alice@example.test", null, counts, "logout"),
        new Change(time, origin(), "cli", "alice@example.test", "password", ""),
        new Offence(time, origin(), null, "smuggling", "bare LF"));
  }

  private void write(Store store, Instant now, List<AccessEvent> events) {
    HeadSigner signer = HeadSigner.open(store, directory.resolve("heads"));
    try (EventLog log = new EventLog(store, InstantSource.fixed(now), new Random(1), signer)) {
      log.start();
      events.forEach(log::record);
    }
  }

  private static List<AccessEvent> read(Store store, Instant since) {
    List<AccessEvent> events = new ArrayList<>();
    new EventReader(store).read(since, events::add);
    return events;
  }

  @Test
  void keepsEveryKindOfEventInOrder() throws Exception {
    try (Store store = new MemoryStore()) {
      write(store, T, oneOfEach(T));
      assertThat(read(store, T)).isEqualTo(oneOfEach(T));
      assertThat(read(store, T.plusSeconds(1))).isEmpty();
    }
  }

  @Test
  void goesOnAfterARestartAndOverMidnight() throws Exception {
    try (Store store = new MemoryStore()) {
      write(store, T, oneOfEach(T));
      write(store, T.plusSeconds(10), oneOfEach(T.plusSeconds(10)));
      write(store, T.plusSeconds(60), oneOfEach(T.plusSeconds(60)));
      assertThat(read(store, Instant.EPOCH)).hasSize(21);
      assertThat(store.version(new AccountId(AccountId.Kind.EVENTS, DAY + 1))).isPositive();
      assertThat(new EventReader(store).verify()).isEmpty();
      HeadSigner signer = HeadSigner.open(store, directory.resolve("heads"));
      assertThat(new EventReader(store).verifyHeads(directory.resolve("heads"), signer)).isEmpty();
    }
  }

  @Test
  void aChangedEventShows() throws Exception {
    try (Store store = new MemoryStore()) {
      write(store, T, oneOfEach(T));
      AccountId day = new AccountId(AccountId.Kind.EVENTS, DAY);
      byte[] other =
          new EventChain.Link(
                  DAY,
                  2,
                  new byte[32],
                  new byte[32],
                  EventCodec.write(new Connected(T, origin(), false)))
              .toBytes();
      overwrite(store, day, new Batch().put(EventChain.key(2), other));
      assertThat(new EventReader(store).verify()).anyMatch(p -> p.contains("has been changed"));
    }
  }

  @Test
  void aRemovedEventShows() throws Exception {
    try (Store store = new MemoryStore()) {
      write(store, T, oneOfEach(T));
      AccountId day = new AccountId(AccountId.Kind.EVENTS, DAY);
      overwrite(store, day, new Batch().delete(EventChain.key(2)));
      assertThat(new EventReader(store).verify()).anyMatch(p -> p.contains("missing"));
    }
  }

  @Test
  void aLogThatWasCutShortDoesNotAgreeWithTheSignedHead() throws Exception {
    try (Store store = new MemoryStore()) {
      write(store, T, oneOfEach(T));
      AccountId day = new AccountId(AccountId.Kind.EVENTS, DAY);
      overwrite(store, day, new Batch().delete(EventChain.key(6)));
      EventReader reader = new EventReader(store);
      assertThat(reader.verify()).isEmpty();
      HeadSigner signer = HeadSigner.open(store, directory.resolve("heads"));
      assertThat(reader.verifyHeads(directory.resolve("heads"), signer)).isNotEmpty();
    }
  }

  /** The beginning of an authentication, up to the name, which is the same in every layout. */
  private static RecordWriter authentication(int layout) {
    return new RecordWriter(layout)
        .number(3)
        .number(T.getEpochSecond())
        .number(0)
        .text("imap")
        .bytes(new byte[] {(byte) 192, 0, 2, 7})
        .number(50_000)
        .number(993)
        .text("s1")
        .text("alice");
  }

  /** What an event looked like in a store that an older server wrote. */
  @Test
  void eventsOfTheFirstLayoutAreRead() throws Exception {
    byte[] stored =
        authentication(1)
            .optionalText(null)
            .text("PLAIN")
            .flag(false)
            .optionalText("unknown")
            .optionalText(null)
            .optionalText(null)
            .optionalText(null)
            .toBytes();
    assertThat(EventCodec.read(stored))
        .isEqualTo(
            new Authentication(
                T, origin(), "alice", null, null, "PLAIN", null, false, "unknown", null, null,
                null));
  }

  /** The same for the second. */
  @Test
  void eventsOfTheSecondLayoutAreRead() throws Exception {
    byte[] stored =
        authentication(2)
            .optionalText("alice@example.test")
            .text("PLAIN")
            .optionalText("imap")
            .flag(false)
            .optionalText("authorization")
            .optionalText("password")
            .optionalText(null)
            .optionalText("curl")
            .toBytes();
    assertThat(EventCodec.read(stored))
        .isEqualTo(
            new Authentication(
                T,
                origin(),
                "alice",
                null,
                "alice@example.test",
                "PLAIN",
                "imap",
                false,
                "authorization",
                "password",
                null,
                "curl"));
  }

  /** The last events before a quiet night were signed only when the next one came. */
  @Test
  void theHeadIsSignedAlthoughNothingHappensAnyMore() throws Exception {
    try (Store store = new MemoryStore()) {
      Path heads = directory.resolve("heads");
      HeadSigner signer = HeadSigner.open(store, heads);
      byte[] first = {1};
      byte[] second = {2};
      signer.maybeSign(DAY, 1, first, T);
      signer.maybeSign(DAY, 2, second, T.plusSeconds(10));
      assertThat(Files.readAllLines(heads)).hasSize(1);
      signer.maybeSign(DAY, 2, second, T.plusSeconds(70));
      signer.maybeSign(DAY, 2, second, T.plusSeconds(140));
      assertThat(Files.readAllLines(heads)).hasSize(2);
    }
  }

  @Test
  void aForgedHeadIsNotOurs() throws Exception {
    try (Store store = new MemoryStore()) {
      write(store, T, oneOfEach(T));
      Path heads = directory.resolve("heads");
      Files.writeString(heads, Files.readString(heads).replace(DAY + " 7", DAY + " 6"));
      HeadSigner signer = HeadSigner.open(store, heads);
      assertThat(new EventReader(store).verifyHeads(heads, signer))
          .anyMatch(p -> p.contains("not signed by this installation"));
    }
  }

  @Test
  void whatDoesNotFitTheQueueIsCounted() throws Exception {
    try (Store store = new MemoryStore()) {
      HeadSigner signer = HeadSigner.open(store, directory.resolve("heads"));
      try (EventLog log = new EventLog(store, InstantSource.fixed(T), new Random(1), signer)) {
        AccessEvent event = new Connected(T, origin(), true);
        for (int i = 0; i < EventLog.QUEUE_EVENTS + 3; i++) {
          log.record(event);
        }
        assertThat(log.lost()).isEqualTo(3);
        log.start();
      }
      assertThat(read(store, T))
          .hasSize(EventLog.QUEUE_EVENTS + 1)
          .anyMatch(e -> e instanceof Offence o && o.detail().startsWith("3 access events"));
    }
  }

  @Test
  void whatDoesNotFitOneCommitGoesIntoTheNext() throws Exception {
    try (Store store = new MemoryStore()) {
      // Names of a thousand characters of three bytes each: 250 of them are more than one batch.
      String text = "\u4e2d".repeat(EventCodec.TEXT_CHARACTERS);
      List<AccessEvent> many = new ArrayList<>();
      for (int i = 0; i < 2 * EventLog.COMMIT_EVENTS; i++) {
        many.add(new Change(T, origin(), text, text, "x" + i, text));
      }
      write(store, T, many);
      assertThat(read(store, T)).isEqualTo(many);
      assertThat(new EventReader(store).verify()).isEmpty();
    }
  }

  @Test
  void aLogWithoutItsFirstDayShows() throws Exception {
    try (Store store = new MemoryStore()) {
      write(store, T, oneOfEach(T));
      write(store, T.plusSeconds(60), oneOfEach(T.plusSeconds(60)));
      store.drop(new AccountId(AccountId.Kind.EVENTS, DAY));
      EventReader reader = new EventReader(store);
      assertThat(reader.verify()).anyMatch(p -> p.contains("does not follow"));
      Path heads = directory.resolve("heads");
      assertThat(reader.verifyHeads(heads, HeadSigner.open(store, heads))).isNotEmpty();
    }
  }

  @Test
  void aLogWithoutItsLastDayOrWithoutSignedHeadsShows() throws Exception {
    try (Store store = new MemoryStore()) {
      write(store, T, oneOfEach(T));
      write(store, T.plusSeconds(60), oneOfEach(T.plusSeconds(60)));
      store.drop(new AccountId(AccountId.Kind.EVENTS, DAY + 1));
      Path heads = directory.resolve("heads");
      HeadSigner signer = HeadSigner.open(store, heads);
      assertThat(new EventReader(store).verifyHeads(heads, signer)).isNotEmpty();
      Files.delete(heads);
      assertThat(new EventReader(store).verifyHeads(heads, signer))
          .anyMatch(p -> p.contains("no signed heads"));
    }
  }

  @Test
  void aClockThatWasSetBackDoesNotBreakTheChain() throws Exception {
    try (Store store = new MemoryStore()) {
      write(store, T, oneOfEach(T));
      write(store, T.plusSeconds(3 * 86_400), oneOfEach(T));
      write(store, T.plusSeconds(86_400), oneOfEach(T));
      assertThat(read(store, T)).hasSize(21);
      assertThat(new EventReader(store).verify()).isEmpty();
    }
  }

  @Test
  void aLongTextIsCut() throws Exception {
    Offence long1 = new Offence(T, origin(), null, "x", "y".repeat(5_000));
    AccessEvent read = EventCodec.read(EventCodec.write(long1));
    assertThat(((Offence) read).detail()).hasSize(EventCodec.TEXT_CHARACTERS);
  }

  private static void overwrite(Store store, AccountId account, Batch batch) {
    store.commit(account, store.version(account), CommitId.random(new Random(2)), batch);
  }
}
