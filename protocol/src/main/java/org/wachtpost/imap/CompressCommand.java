package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.wire.ImapSyntaxException;

/** COMPRESS (RFC 4978). */
final class CompressCommand {
  private CompressCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    String mechanism = session.in().word();
    session.in().end();
    if (!mechanism.equals("DEFLATE")) {
      throw ImapRefusal.bad("DEFLATE is the only way to compress");
    }
    if (session.isCompressed()) {
      throw ImapRefusal.no("COMPRESSIONACTIVE", "compressed already");
    }
    if (!session.mayCompress()) {
      throw ImapRefusal.no("LIMIT", "too many compressed connections, go on without");
    }
    session.out().human(session.tag()).line(" OK compressed from here on");
    session.out().release();
    session.connection().compress();
    return Reply.ANSWERED;
  }
}
