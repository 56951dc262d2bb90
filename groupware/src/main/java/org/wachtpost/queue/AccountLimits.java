package org.wachtpost.queue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessLog;
import org.wachtpost.store.AccountId;

/**
 * Stands before the outbox and watches how much each account sends: who goes beyond a limit within
 * an hour may be somebody else by now. Its mail is then held, what still waits too; nothing is
 * lost, nobody is refused, and the access log is told once.
 *
 * <p>Mail to people here never comes this way. Counts are in memory, so a restart begins at
 * nothing; who is a new recipient is remembered in the store. Thread-safe.
 */
public final class AccountLimits implements Outgoing {
  private static final Logger LOG = LoggerFactory.getLogger(AccountLimits.class);
  private static final Duration WINDOW = Duration.ofHours(1);

  /**
   * How much an account may do within an hour; {@link Integer#MAX_VALUE} for no limit.
   *
   * @param recipients recipients written to, each message's for themselves
   * @param newRecipients recipients that the account has not written to before
   * @param bounces recipients that could not be reached
   */
  public record Limits(int recipients, int newRecipients, int bounces) {
    public static final Limits STANDARD = new Limits(1_000, 300, 50);
  }

  private record Entry(Instant time, int recipients, int newRecipients, int bounces) {}

  /** What one account did lately. Guarded by the lock. */
  private static final class Usage {
    private final Deque<Entry> entries = new ArrayDeque<>();
    private int recipients;
    private int newRecipients;
    private int bounces;
    private boolean told;

    private void add(Entry entry) {
      entries.add(entry);
      recipients += entry.recipients;
      newRecipients += entry.newRecipients;
      bounces += entry.bounces;
    }

    private void forgetUntil(Instant until) {
      Entry first = entries.peek();
      while (first != null && !first.time.isAfter(until)) {
        entries.remove();
        recipients -= first.recipients;
        newRecipients -= first.newRecipients;
        bounces -= first.bounces;
        first = entries.peek();
      }
    }

    private Optional<String> excess(Limits limits) {
      if (recipients > limits.recipients) {
        return Optional.of(words(recipients, "recipients", limits.recipients));
      }
      if (newRecipients > limits.newRecipients) {
        return Optional.of(words(newRecipients, "new recipients", limits.newRecipients));
      }
      return bounces > limits.bounces
          ? Optional.of(words(bounces, "bounces", limits.bounces))
          : Optional.empty();
    }

    /** Whether it is far from every limit, so that the next excess is another matter. */
    private boolean isCalm(Limits limits) {
      return recipients <= limits.recipients / 2
          && newRecipients <= limits.newRecipients / 2
          && bounces <= limits.bounces / 2;
    }

    private static String words(int count, String what, int limit) {
      return count + " " + what + " within an hour, the limit is " + limit;
    }
  }

  private final Outbox outbox;
  private final Correspondents correspondents;
  private final Limits limits;
  private final Function<AccountId, String> names;
  private final AccessLog accessLog;
  private final InstantSource time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<AccountId, Usage> usages = new HashMap<>();

  /**
   * @param names the address of an account, for the access log
   */
  public AccountLimits(
      Outbox outbox,
      Correspondents correspondents,
      Limits limits,
      Function<AccountId, String> names,
      AccessLog accessLog,
      InstantSource time) {
    this.outbox = outbox;
    this.correspondents = correspondents;
    this.limits = limits;
    this.names = names;
    this.accessLog = accessLog;
    this.time = time;
  }

  @Override
  public QueueId accept(OutboundMessage message) throws IOException {
    AccountId origin = message.origin();
    if (origin == null) {
      return outbox.accept(message);
    }
    List<String> addresses =
        message.recipients().stream().map(OutboundRecipient::address).distinct().toList();
    Set<String> unknown = new HashSet<>(correspondents.unknown(origin, addresses));
    // Counted first: of many that come at once, those beyond the limit are held.
    Optional<String> excess = count(origin, addresses.size(), unknown.size(), 0);
    if (excess.isPresent()) {
      String words = "held: " + names.apply(origin) + " has " + excess.get();
      QueueId id = outbox.accept(message, RecipientState.HELD, words);
      tell(origin, message.session(), excess.get());
      return id;
    }
    QueueId id = outbox.accept(message);
    // What is held names nobody known: else a thief's second try would go through.
    correspondents.remember(origin, addresses);
    return id;
  }

  /** Counts recipients of the account that could not be reached. */
  public void bounced(AccountId origin, String session, int recipients) {
    count(origin, 0, 0, recipients).ifPresent(excess -> tell(origin, session, excess));
  }

  private Optional<String> count(AccountId origin, int recipients, int unknown, int bounces) {
    Instant now = time.instant();
    lock.lock();
    try {
      usages.values().forEach(usage -> usage.forgetUntil(now.minus(WINDOW)));
      usages.values().removeIf(usage -> usage.entries.isEmpty());
      Usage usage = usages.computeIfAbsent(origin, id -> new Usage());
      usage.told &= !usage.isCalm(limits);
      usage.add(new Entry(now, recipients, unknown, bounces));
      return usage.excess(limits);
    } finally {
      lock.unlock();
    }
  }

  /** Once, until the account has come down to half of every limit. */
  private void tell(AccountId origin, String session, String excess) {
    lock.lock();
    try {
      Usage usage = usages.get(origin);
      if (usage == null || usage.told) {
        return;
      }
      usage.told = true;
    } finally {
      lock.unlock();
    }
    String name = names.apply(origin);
    int held = outbox.holdOf(origin, "held: " + name + " has " + excess);
    LOG.warn("mail of {} is held: {}", name, excess);
    accessLog.record(
        new AccessEvent.Offence(
            time.instant(),
            new AccessEvent.Origin("internal", null, 0, 0, session),
            name,
            "sending-limit",
            excess + "; held, with " + held + " recipients that waited"));
  }
}
