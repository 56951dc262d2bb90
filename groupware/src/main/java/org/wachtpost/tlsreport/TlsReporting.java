package org.wachtpost.tlsreport;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.dns.Dns;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.queue.Outgoing;
import org.wachtpost.queue.TlsResults;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;
import org.wachtpost.store.key.RecordWriter;

/** Sends the reports of the day before, each domain's once. A job calls {@link #run}. */
public final class TlsReporting {
  /** How often {@link #run} is called for. */
  public static final Duration PERIOD = Duration.ofMinutes(10);

  /** RFC 8460 §4.1: reports are spread over the first hours of the day. */
  static final Duration SPREAD = Duration.ofHours(4);

  /** How long a domain is left alone whose report could not be handed over. */
  static final Duration REST = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(TlsReporting.class);
  private static final int FORGOTTEN_A_ROUND = 500;
  private static final AccountId HOME = new AccountId(AccountId.Kind.QUEUE, 0);

  /**
   * What is needed of others.
   *
   * @param outgoing takes reports that go by mail
   * @param submitter the domain that reports; empty as long as there is none
   */
  public record Services(
      Accounts accounts,
      TlsResults results,
      Dns dns,
      Outgoing outgoing,
      ReportPost post,
      Supplier<Optional<String>> submitter) {}

  private final Services services;
  private final InstantSource time;

  /** Of the thread that runs the job. */
  private final Map<String, Instant> resting = new HashMap<>();

  public TlsReporting(Services services, InstantSource time) {
    this.services = services;
    this.time = time;
  }

  /** Reports on yesterday to each domain whose time has come. */
  public void run() {
    Optional<String> submitter = services.submitter().get();
    if (submitter.isEmpty()) {
      return;
    }
    Instant now = time.instant();
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    LocalDate day = today.minusDays(1);
    resting.values().removeIf(until -> !until.isAfter(now));
    services.results().flush();
    Map<String, List<TlsResults.Result>> byDomain = new LinkedHashMap<>();
    for (TlsResults.Result result : services.results().of(day)) {
      byDomain.computeIfAbsent(result.domain(), key -> new ArrayList<>()).add(result);
    }
    byDomain.forEach((domain, results) -> {
      TlsReport report = new TlsReport(submitter.get(), domain, day, results);
      Instant due = today.atStartOfDay(ZoneOffset.UTC).toInstant().plus(delay(report));
      if (!due.isAfter(now) && !resting.containsKey(domain) && !isDone(day, domain)) {
        send(report, now);
      }
    });
    forgetBefore(today.minusDays(TlsResults.DAYS));
  }

  /** The same each time it is asked for, and another for each domain and day. */
  static Duration delay(TlsReport report) {
    return Duration.ofSeconds(Math.floorMod(report.id().hashCode(), SPREAD.toSeconds()));
  }

  private void send(TlsReport report, Instant now) {
    String domain = report.domain();
    switch (services.dns().txt("_smtp._tls." + domain)) {
      case DnsAnswer.Found<String> found -> {
        Optional<ReportPlaces> places = ReportPlaces.of(found.records());
        if (places.isEmpty() || handOver(report, places.get(), now)) {
          done(report.day(), domain);
        } else {
          resting.put(domain, now.plus(REST));
        }
      }
      case DnsAnswer.NoData<String> _, DnsAnswer.NoSuchDomain<String> _ ->
          done(report.day(), domain);
      case DnsAnswer.TemporaryFailure<String> failure -> {
        LOG.debug("no TLS report to {} yet: {}", domain, failure.detail());
        resting.put(domain, now.plus(REST));
      }
    }
  }

  /** Whether at least one place has it now. */
  private boolean handOver(TlsReport report, ReportPlaces places, Instant now) {
    boolean taken = false;
    for (String address : places.mail()) {
      try {
        services.outgoing().accept(report.message(address, now));
        taken = true;
      } catch (IOException | StoreException e) {
        LOG.error("the TLS report to {} cannot be queued", report.domain(), e);
      }
    }
    for (URI uri : places.web()) {
      try {
        services.post().post(uri, report.json());
        taken = true;
      } catch (IOException e) {
        LOG.info(
            "the TLS report to {} was not taken by {}: {}", report.domain(), uri, e.toString());
      }
    }
    return taken;
  }

  private boolean isDone(LocalDate day, String domain) {
    try (Snapshot snapshot = services.accounts().snapshot(HOME)) {
      return snapshot.read(key(day, domain)) != null;
    }
  }

  private void done(LocalDate day, String domain) {
    byte[] value = new RecordWriter(1).number(time.instant().toEpochMilli()).toBytes();
    services
        .accounts()
        .change(
            HOME,
            tx -> {
              tx.put(key(day, domain), value);
              return null;
            });
  }

  private void forgetBefore(LocalDate day) {
    Key from = KeyWriter.prefix(KeySpace.QUEUE_TLS_REPORT).key();
    Key to = KeyWriter.prefix(KeySpace.QUEUE_TLS_REPORT).u64(day.toEpochDay()).key();
    services
        .accounts()
        .change(
            HOME,
            tx -> {
              List<Key> old = new ArrayList<>();
              try (Cursor cursor = tx.range(from, to, Direction.FORWARD, FORGOTTEN_A_ROUND)) {
                while (cursor.next()) {
                  old.add(cursor.key());
                }
              }
              old.forEach(tx::delete);
              return null;
            });
  }

  private static Key key(LocalDate day, String domain) {
    return KeyWriter.prefix(KeySpace.QUEUE_TLS_REPORT).u64(day.toEpochDay()).text(domain).key();
  }
}
