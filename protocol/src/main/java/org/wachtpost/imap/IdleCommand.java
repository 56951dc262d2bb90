package org.wachtpost.imap;

import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.changelog.ChangeListener;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.mail.Mail;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;

/**
 * IDLE (RFC 2177, RFC 9051 §6.3.13). The connection's thread waits for DONE without buffers; a
 * change of the account starts a short-lived thread that tells the client.
 */
final class IdleCommand {
  private static final Logger LOG = LoggerFactory.getLogger(IdleCommand.class);

  private IdleCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException {
    session.in().end();
    session.out().line("+ idling");
    session.out().release();
    String answer;
    try (Teller teller = new Teller(session)) {
      // What came between the last command and the subscription is told now.
      teller.tell();
      if (!session.connection().awaitCommand(session.limits().waits().idle())) {
        if (session.state() == State.LOGOUT) {
          return Reply.ANSWERED;
        }
        throw new EOFException("connection ended in IDLE");
      }
      session.connection().deadline(session.limits().waits().command());
      session.in().start();
      answer = session.in().line();
    }
    if (session.state() == State.LOGOUT) {
      return Reply.ANSWERED;
    }
    if (!answer.strip().equalsIgnoreCase("DONE")) {
      throw new ImapSyntaxException("expected DONE");
    }
    return Reply.ok("no longer idle");
  }

  /** Tells the client of changes, one thread at a time, until it is closed. */
  private static final class Teller implements ChangeListener, AutoCloseable {
    private final Session session;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean underWay = new AtomicBoolean();
    private final Mail.Subscription subscription;
    private boolean closed;

    Teller(Session session) {
      this.session = session;
      this.subscription = session.mail().listen(session.account(), this);
    }

    @Override
    public void changed(AccountId account, long version) {
      // Changes that come while one is being told are told by the same thread or the next.
      if (session.selectedOrNull() != null && underWay.compareAndSet(false, true)) {
        Thread.ofVirtual().name("imap-idle-" + account).start(this::tell);
      }
    }

    void tell() {
      lock.lock();
      try {
        // Behind the lock: while a slow client is told, one thread waits here and not one a change.
        underWay.set(false);
        Selected selected = session.selectedOrNull();
        if (!closed && selected != null && session.state() != State.LOGOUT) {
          selected.sync(session, true);
          session.out().release();
          if (session.state() == State.LOGOUT) {
            // RFC 9051 §7.1.5: who is told BYE waits for the server to close the connection.
            session.connection().endInput();
          }
        }
      } catch (IOException e) {
        LOG.debug("client is gone while it was told of a change", e);
      } catch (StoreException e) {
        LOG.warn("changes could not be told to an idle client; it hears of them later", e);
      } finally {
        lock.unlock();
      }
    }

    /** Nothing is told after this, and what was being told has been told. */
    @Override
    public void close() {
      subscription.close();
      lock.lock();
      try {
        closed = true;
      } finally {
        lock.unlock();
      }
    }
  }
}
