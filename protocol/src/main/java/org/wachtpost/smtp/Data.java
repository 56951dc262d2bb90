package org.wachtpost.smtp;

import java.io.IOException;
import org.wachtpost.mail.Spool;
import org.wachtpost.queue.BodyType;

/** DATA (RFC 5321 §4.1.1.4). */
final class Data implements Command {
  @Override
  public void run(SmtpSession session, String argument) throws IOException, SmtpRefusal {
    if (!argument.isBlank()) {
      throw SmtpRefusal.syntax("No parameters allowed");
    }
    Transaction transaction =
        session.transaction().orElseThrow(() -> SmtpRefusal.sequence("MAIL first"));
    if (transaction.recipients().isEmpty()) {
      throw new SmtpRefusal(503, "5.5.1", "No valid recipients");
    }
    if (transaction.options().body() == BodyType.BINARY_MIME) {
      throw SmtpRefusal.sequence("BINARYMIME needs BDAT"); // RFC 3030 §3
    }
    session.reply(Reply.of(354, "", "Go ahead, end with a dot on a line"));
    session.connection().output().flush();
    session.dataDeadline();
    try (Spool.Sink sink = session.server().services().spool().start()) {
      DataReader reader =
          new DataReader(
              session.connection(), sink, session.server().settings().limits().messageBytes());
      DataReader.End end = reader.read();
      switch (end) {
        case COMPLETE -> {
          if (reader.failure().isPresent()) {
            Acceptance.cannotKeep(session, transaction, reader.failure().get());
          } else {
            Acceptance.finish(session, transaction, sink);
          }
        }
        case TOO_LARGE ->
            throw Acceptance.refused(
                session, transaction, new SmtpRefusal(552, "5.3.4", "Message too large"));
        case LONG_LINE -> throw Acceptance.refused(session, transaction, Acceptance.lineTooLong());
        case ENDLESS -> throw SmtpRefusal.fatal(552, "5.3.4", "Message too large");
        case BARE_LINE_END -> throw session.bareLineEnd("in the data");
        case CLOSED -> session.lost();
      }
    }
  }
}
