package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;

/** STARTTLS (RFC 9051 §6.2.1). */
final class StartTlsCommand {
  private StartTlsCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().end();
    if (!session.connection().canStartTls()) {
      throw ImapRefusal.bad("TLS cannot start here");
    }
    session.out().human(session.tag()).line(" OK begin the TLS handshake");
    session.out().release();
    int discarded = session.connection().startTls();
    if (discarded > 0) {
      session.offence("starttls-injection", discarded + " bytes pipelined before the handshake");
    }
    // RFC 9051 §6.2.1: what was learned before TLS does not count, the client's ID included.
    session.tally().client(null);
    return Reply.ANSWERED;
  }
}
