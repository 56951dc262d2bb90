package org.wachtpost.courier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.security.KeyStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.queue.Answer;
import org.wachtpost.queue.Attempt;
import org.wachtpost.queue.Courier;
import org.wachtpost.queue.Hop;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.TlsRule;

/** Brings messages over SMTP, and keeps connections for more of them. Thread-safe. */
public final class SmtpCourier implements Courier, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SmtpCourier.class);

  private record Idle(SmtpClient client, Instant until) {}

  private final CourierSettings settings;
  private final InstantSource time;
  private final ClientTls tls;
  private final Deadlines deadlines = new Deadlines();
  private final ReentrantLock lock = new ReentrantLock();
  private final RandomGenerator random;
  private final Map<Hop, Deque<Idle>> idle = new HashMap<>();
  private int keptConnections;
  private boolean sweeping;
  private boolean closed;

  /**
   * @param random cannot be foretold
   * @param authorities whose certificates are trusted where a route wants it; null for the
   *     platform's
   */
  public SmtpCourier(
      CourierSettings settings,
      InstantSource time,
      RandomGenerator random,
      @Nullable KeyStore authorities) {
    this.settings = settings;
    this.time = time;
    this.random = random;
    this.tls = new ClientTls(authorities);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Who is too many for one transaction is brought the message in another at once (RFC 5321
   * §4.5.3.1.10, RFC 9422), for as long as each of these reaches somebody.
   */
  @Override
  public Attempt bring(Hop hop, OutboundMessage message) {
    Attempt begun = once(hop, message);
    if (!(begun instanceof Attempt.Answered answered)) {
      return begun;
    }
    List<Answer> answers = new ArrayList<>(answered.answers());
    List<Answer> latest = answers;
    List<Integer> rest = tooMany(answers);
    while (!rest.isEmpty() && latest.stream().anyMatch(Answer::isPositive)) {
      List<OutboundRecipient> others = rest.stream().map(message.recipients()::get).toList();
      if (!(once(hop, message.to(others)) instanceof Attempt.Answered next)) {
        break; // they wait for the next attempt
      }
      latest = next.answers();
      for (int i = 0; i < latest.size(); i++) {
        answers.set(rest.get(i), latest.get(i));
      }
      rest = tooMany(answers);
    }
    return new Attempt.Answered(answers, answered.reports(), answered.words(), answered.session());
  }

  private static List<Integer> tooMany(List<Answer> answers) {
    return IntStream.range(0, answers.size())
        .filter(index -> answers.get(index).isTooMany())
        .boxed()
        .toList();
  }

  private Attempt once(Hop hop, OutboundMessage message) {
    SmtpClient kept = take(hop);
    while (kept != null) {
      try {
        return over(hop, kept, message);
      } catch (BrokenEarly e) {
        LOG.debug("{} had closed a connection that was kept", hop, e);
        drop(kept);
        kept = take(hop);
      } catch (IOException e) {
        drop(kept);
        return unreadable(e);
      }
    }
    return overNew(hop, hop.tls(), message);
  }

  private Attempt overNew(Hop hop, TlsRule rule, OutboundMessage message) {
    SmtpClient client;
    try {
      client = SmtpClient.open(hop, rule, settings, tls, deadlines, random);
    } catch (SmtpClient.Refusal e) {
      return e.tlsFailed()
          ? overNew(hop, new TlsRule.Plain(), message) // RFC 7435 §3: better than nothing
          : new Attempt.Unreachable(e.enhanced(), e.words(), e.failure());
    } catch (ConnectException e) {
      return new Attempt.Unreachable("4.4.1", "no connection: " + e.getMessage(), null);
    } catch (IOException e) {
      return new Attempt.Unreachable("4.4.2", String.valueOf(e.getMessage()), null);
    }
    try {
      return over(hop, client, message);
    } catch (BrokenEarly e) {
      drop(client);
      return new Attempt.Unreachable("4.4.2", "broken off: " + e.getMessage(), null);
    } catch (IOException e) {
      drop(client);
      return unreadable(e);
    }
  }

  private static Attempt unreadable(IOException e) {
    throw new UncheckedIOException("the content cannot be read", e);
  }

  private Attempt over(Hop hop, SmtpClient client, OutboundMessage message) throws IOException {
    boolean kept = client.isUsed();
    Optional<List<Answer>> answers;
    try {
      answers = client.bring(message);
    } catch (RuntimeException e) {
      drop(client); // the store failed, say, with half a message sent
      throw e;
    }
    Attempt attempt =
        answers.isEmpty()
            ? new Attempt.SevenBitOnly()
            : new Attempt.Answered(
                answers.get(),
                client.reportsSuccess(),
                client.tlsWords(),
                kept
                    ? Attempt.Session.KEPT
                    : client.isSecured() ? Attempt.Session.NEW_TLS : Attempt.Session.NEW_PLAIN);
    if (client.isReusable()) {
      keep(hop, client);
    } else {
      drop(client);
    }
    return attempt;
  }

  private void keep(Hop hop, SmtpClient client) {
    if (!isKept(hop, client)) {
      drop(client);
    }
  }

  private boolean isKept(Hop hop, SmtpClient client) {
    lock.lock();
    try {
      if (closed || keptConnections == settings.kept()) {
        return false;
      }
      Instant until = time.instant().plus(settings.idle());
      idle.computeIfAbsent(hop, key -> new ArrayDeque<>()).push(new Idle(client, until));
      keptConnections++;
      sweepLater();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable SmtpClient take(Hop hop) {
    lock.lock();
    try {
      Deque<Idle> kept = idle.get(hop);
      Idle first = kept == null ? null : kept.poll();
      if (kept != null && kept.isEmpty()) {
        idle.remove(hop);
      }
      keptConnections -= first == null ? 0 : 1;
      return first == null ? null : first.client();
    } finally {
      lock.unlock();
    }
  }

  /** Also when no more mail comes, nothing is kept for longer than it should. With the lock. */
  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      deadlines.after(settings.idle().plusMillis(1), this::dropStale);
    }
  }

  private void dropStale() {
    List<SmtpClient> stale = new ArrayList<>();
    Instant now = time.instant();
    lock.lock();
    try {
      sweeping = false;
      idle.values()
          .forEach(kept ->
              kept.removeIf(each -> {
                boolean old = !each.until().isAfter(now);
                if (old) {
                  stale.add(each.client());
                }
                return old;
              }));
      idle.values().removeIf(Deque::isEmpty);
      keptConnections -= stale.size();
      if (keptConnections > 0) {
        sweepLater();
      }
    } finally {
      lock.unlock();
    }
    stale.forEach(SmtpCourier::drop);
  }

  private static void drop(SmtpClient client) {
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("a connection did not close cleanly", e);
    }
  }

  /** Says good-bye on the connections that are kept. */
  @Override
  public void close() {
    List<SmtpClient> all = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      keptConnections = 0;
      idle.values().forEach(kept -> kept.forEach(each -> all.add(each.client())));
      idle.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(SmtpCourier::drop);
    deadlines.close();
  }
}
