package org.wachtpost.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;
import org.wachtpost.store.key.KeyWriter;
import org.wachtpost.store.rocks.RocksSettings;
import org.wachtpost.store.rocks.RocksStore;
import org.wachtpost.watch.event.EventLog;
import org.wachtpost.watch.event.HeadSigner;

/** What a durable commit costs, and what an access event costs until it is in the store. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CommitPath {
  private static final int EVENTS = 1_000;
  private static final int WRITERS = 64;
  private static final int BODY_BYTES = 20 * 1024;

  private final InstantSource clock = InstantSource.system();
  private final Random random = new Random(7);
  private final Path directory = temporary();
  private final RocksStore store =
      RocksStore.open(directory.resolve("store"), RocksSettings.defaults());
  private final HeadSigner signer = HeadSigner.open(store, directory.resolve("heads"));
  private long version;
  private final long[] versions = new long[WRITERS];

  private static Path temporary() {
    try {
      return Files.createTempDirectory("wachtpost-jmh");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes it. */
  @TearDown
  public void close() throws IOException {
    store.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Batch batch(Random source, long number) {
    byte[] body = new byte[BODY_BYTES];
    source.nextBytes(body);
    Batch batch = new Batch();
    batch.addBlob(body);
    for (int i = 0; i < 8; i++) {
      batch.put(KeyWriter.prefix((char) ('a' + i)).u64(number).key(), new byte[150]);
    }
    return batch;
  }

  private long commit(Random source, int account, long expected) {
    CommitResult result =
        store.commit(
            AccountId.person(account), expected, CommitId.random(source), batch(source, expected));
    return ((CommitResult.Committed) result).version();
  }

  /** One body of 20 KiB and eight keys, one writer that waits for each. */
  @Benchmark
  public long commitAlone() {
    version = commit(random, WRITERS, version);
    return version;
  }

  /** The same by 64 writers at once; time of each commit's share. */
  @Benchmark
  @OperationsPerInvocation(WRITERS)
  public void commitTogether() throws InterruptedException {
    List<Thread> writers =
        Stream.iterate(0, i -> i + 1)
            .limit(WRITERS)
            .map(i ->
                Thread.startVirtualThread(
                    () -> versions[i] = commit(new Random(i ^ versions[i] << 8), i, versions[i])))
            .toList();
    for (Thread writer : writers) {
      writer.join();
    }
  }

  /** An event from the call until it is durable in the chain; time of each of a thousand. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long accessEvents() {
    AccessEvent.Origin origin =
        new AccessEvent.Origin("imap", InetAddress.getLoopbackAddress(), 40_000, 143, "s1");
    try (EventLog events = new EventLog(store, clock, random, signer).start()) {
      for (int i = 0; i < EVENTS; i++) {
        events.record(new AccessEvent.Connected(clock.instant(), origin, false));
      }
      return events.recorded();
    }
  }
}
