package org.wachtpost.imap;

import java.util.HashMap;
import java.util.Map;
import org.wachtpost.mail.Mail;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.MailboxId;
import org.wachtpost.store.AccountId;

/**
 * Which session is the first to be told of a message, and so the one that sees it as {@code
 * \Recent} (RFC 3501 §2.3.2). While sessions have a mailbox open its first UID that nobody was told
 * of is kept here, so that new mail costs no commit; the last of them to leave has it stored. After
 * a crash messages may be recent once more, which the RFC prefers to the opposite. Thread-safe.
 */
final class RecentClaims {
  private record Key(AccountId account, MailboxId mailbox) {}

  /** Guarded by the map's monitor. */
  private static final class Claim {
    private long from;
    private int sessions;

    Claim(long from) {
      this.from = from;
    }
  }

  private final Mail mail;
  private final Map<Key, Claim> claims = new HashMap<>();

  RecentClaims(Mail mail) {
    this.mail = mail;
  }

  /**
   * A session has opened the mailbox.
   *
   * @return the first UID that is recent for it
   */
  long open(AccountId account, Mailbox mailbox) {
    synchronized (claims) {
      Claim claim = claims.computeIfAbsent(new Key(account, mailbox.id()), any -> new Claim(0));
      long from = Math.max(claim.from, mailbox.recentFrom());
      claim.from = Math.max(from, mailbox.uidNext());
      claim.sessions++;
      return from;
    }
  }

  /** A session that has the mailbox open is told of this message; whether it is the first. */
  boolean claim(AccountId account, MailboxId mailbox, long uid) {
    synchronized (claims) {
      Claim claim = claims.get(new Key(account, mailbox));
      if (claim == null) {
        throw new IllegalStateException("mailbox " + mailbox + " is not open");
      }
      boolean first = uid >= claim.from;
      claim.from = Math.max(claim.from, uid + 1);
      return first;
    }
  }

  /** The first UID that no session was told of. */
  long from(AccountId account, Mailbox mailbox) {
    synchronized (claims) {
      Claim claim = claims.get(new Key(account, mailbox.id()));
      return claim == null ? mailbox.recentFrom() : Math.max(claim.from, mailbox.recentFrom());
    }
  }

  /**
   * A session that had the mailbox open leaves it.
   *
   * @throws org.wachtpost.store.StoreException if it cannot be stored what the sessions were told;
   *     the messages may be recent again
   */
  void close(AccountId account, Mailbox opened) {
    Key key = new Key(account, opened.id());
    long from;
    synchronized (claims) {
      Claim claim = claims.get(key);
      if (claim == null || --claim.sessions > 0) {
        return;
      }
      from = claim.from;
    }
    // The claim stays until it is stored: who opens the mailbox meanwhile goes on from it.
    try {
      if (from > opened.recentFrom()) {
        mail.notRecent(account, opened.id(), from);
      }
    } finally {
      synchronized (claims) {
        claims.computeIfPresent(key, (any, claim) -> claim.sessions == 0 ? null : claim);
      }
    }
  }
}
