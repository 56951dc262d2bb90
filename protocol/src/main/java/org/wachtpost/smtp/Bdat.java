package org.wachtpost.smtp;

import java.io.IOException;
import java.time.Duration;
import org.wachtpost.mail.Spool;
import org.wachtpost.net.Input;
import org.wachtpost.queue.BodyType;

/** BDAT (RFC 3030 §2): a chunk of counted bytes. */
final class Bdat implements Command {
  private static final int BYTES_PER_SECOND = 1024;

  @Override
  public void run(SmtpSession session, String argument) throws IOException, SmtpRefusal {
    String[] words = argument.strip().split(" +");
    boolean last = words.length == 2 && words[1].equalsIgnoreCase("LAST");
    if (!words[0].matches("[0-9]{1,18}")) {
      // Without the size nobody knows where the next command begins.
      throw SmtpRefusal.fatal(501, "5.5.4", "BDAT size [LAST]");
    }
    long size = Long.parseLong(words[0]);
    Transaction transaction = session.transaction().orElse(null);
    session.dataDeadline();
    session.connection().output().flush(); // RFC 2920 §3.2: the chunk is no command to answer with
    if (words.length > 2 || words.length == 2 && !last) {
      skip(session, size);
      throw SmtpRefusal.syntax("BDAT size [LAST]");
    }
    if (transaction == null || transaction.recipients().isEmpty()) {
      skip(session, size);
      session.requireLogIn();
      throw new SmtpRefusal(503, "5.5.1", transaction == null ? "MAIL first" : "No recipients");
    }
    Spool.Sink sink = transaction.chunks(session.server().services().spool());
    if (sink.size() + size > session.server().settings().limits().messageBytes()) {
      skip(session, size);
      SmtpRefusal refusal = new SmtpRefusal(552, "5.3.4", "Message too large");
      if (last) {
        throw Acceptance.refused(session, transaction, refusal);
      }
      session.reset();
      throw refusal;
    }
    if (!take(session, transaction, sink, size, last)) {
      return;
    }
    if (last && !transaction.lineEnds().isComplete()) {
      throw session.bareLineEnd("at the end of a chunk");
    }
    if (last) {
      if (transaction.lineEnds().hasLongLine()) {
        throw Acceptance.refused(session, transaction, Acceptance.lineTooLong());
      }
      Acceptance.finish(session, transaction, sink);
    } else {
      session.reply(Reply.of(250, "2.0.0", size + " octets received"));
    }
  }

  /** RFC 3030 §2: a refused chunk's bytes come all the same. */
  private static void skip(SmtpSession session, long size) throws IOException, SmtpRefusal {
    if (size > 2 * session.server().settings().limits().messageBytes()) {
      throw SmtpRefusal.fatal(552, "5.3.4", "Chunk too large");
    }
    Input input = session.connection().input();
    long left = size;
    while (left > 0 && input.awaitBulk()) {
      int count = (int) Math.min(left, input.buffered());
      input.skip(count);
      left -= count;
      more(session, count);
    }
  }

  private static void more(SmtpSession session, int count) {
    session.connection().extendDeadline(Duration.ofMillis(count * 1000L / BYTES_PER_SECOND));
  }

  /** Takes the chunk; false if the far end closed or the message cannot be kept. */
  private static boolean take(
      SmtpSession session, Transaction transaction, Spool.Sink sink, long size, boolean last)
      throws IOException, SmtpRefusal {
    boolean text = transaction.options().body() != BodyType.BINARY_MIME;
    Input input = session.connection().input();
    IOException failure = null;
    long left = size;
    while (left > 0) {
      if (!input.awaitBulk()) {
        session.lost();
        return false;
      }
      int count = (int) Math.min(left, input.buffered());
      if (text && !transaction.lineEnds().check(input.buffer(), input.position(), count)) {
        throw session.bareLineEnd("in a chunk");
      }
      if (failure == null) {
        try {
          sink.write(input.buffer(), input.position(), count);
        } catch (IOException e) {
          failure = e; // the chunk must be read to its end all the same
        }
      }
      input.skip(count);
      left -= count;
      more(session, count);
    }
    if (failure != null && last) {
      Acceptance.cannotKeep(session, transaction, failure);
    } else if (failure != null) {
      Acceptance.chunkNotKept(session, failure);
    }
    return failure == null;
  }
}
