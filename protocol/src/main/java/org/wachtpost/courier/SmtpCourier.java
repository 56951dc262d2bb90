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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.queue.Answer;
import org.wachtpost.queue.Attempt;
import org.wachtpost.queue.Courier;
import org.wachtpost.queue.Hop;
import org.wachtpost.queue.OutboundMessage;
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
  private final Map<Hop, Deque<Idle>> idle = new HashMap<>();
  private boolean closed;

  /**
   * @param authorities whose certificates are trusted where a route wants it; null for the
   *     platform's
   */
  public SmtpCourier(CourierSettings settings, InstantSource time, @Nullable KeyStore authorities) {
    this.settings = settings;
    this.time = time;
    this.tls = new ClientTls(authorities);
  }

  @Override
  public Attempt bring(Hop hop, OutboundMessage message) {
    dropStale();
    SmtpClient kept = take(hop);
    while (kept != null) {
      try {
        return over(hop, kept, message);
      } catch (SmtpClient.BrokenEarly e) {
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
      client = SmtpClient.open(hop, rule, settings, tls, deadlines);
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
    } catch (SmtpClient.BrokenEarly e) {
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
    lock.lock();
    try {
      if (!closed) {
        Instant until = time.instant().plus(settings.idle());
        idle.computeIfAbsent(hop, key -> new ArrayDeque<>()).push(new Idle(client, until));
        return;
      }
    } finally {
      lock.unlock();
    }
    drop(client);
  }

  private @Nullable SmtpClient take(Hop hop) {
    lock.lock();
    try {
      Deque<Idle> kept = idle.get(hop);
      Idle first = kept == null ? null : kept.poll();
      return first == null ? null : first.client();
    } finally {
      lock.unlock();
    }
  }

  private void dropStale() {
    List<SmtpClient> stale = new ArrayList<>();
    Instant now = time.instant();
    lock.lock();
    try {
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
      idle.values().forEach(kept -> kept.forEach(each -> all.add(each.client())));
      idle.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(SmtpCourier::drop);
    deadlines.close();
  }
}
