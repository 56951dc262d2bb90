package org.wachtpost.imap;

import java.io.IOException;
import java.util.Set;
import org.wachtpost.imap.wire.ImapSyntaxException;

/**
 * A command.
 *
 * @param name in capitals; {@code UID FETCH} is a name
 * @param states where it may be used
 * @param sync what others did that is told before it completes
 */
record Command(String name, Set<State> states, Sync sync, Handler handler) {
  /** What a completing command may tell of what others did. */
  enum Sync {
    NOTHING,
    /** RFC 9051 §7.5.1: no EXPUNGE, since the client may have used sequence numbers again. */
    WITHOUT_EXPUNGE,
    EVERYTHING
  }

  /** Carries a command out: reads its arguments to the end of the line, then acts. */
  @FunctionalInterface
  interface Handler {
    Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal;
  }
}
