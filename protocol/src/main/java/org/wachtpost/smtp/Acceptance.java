package org.wachtpost.smtp;

import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.delivery.Delivery;
import org.wachtpost.delivery.InboundMessage;
import org.wachtpost.delivery.Outcome;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mail.Spool;

/** Hands a received message over and says what came of it: the end of DATA and of BDAT. */
final class Acceptance {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptance.class);
  private static final Reply NOT_KEPT =
      Reply.of(452, "4.3.1", "Insufficient system storage, try again later");

  private Acceptance() {}

  /** Closes the spooled message and hands it over, or says that it cannot be kept. */
  static void finish(SmtpSession session, Transaction transaction, Spool.Sink sink)
      throws IOException {
    MessageContent content;
    try {
      content = sink.finish();
    } catch (IOException e) {
      cannotKeep(session, transaction, e); // its last bytes did not fit
      return;
    }
    try (content) {
      accept(session, transaction, content);
    }
  }

  /** RFC 5321 §4.5.3.1.6 allows 1,000 octets; much longer ones are common, endless ones are not. */
  static SmtpRefusal lineTooLong() {
    return new SmtpRefusal(554, "5.6.0", "Line too long");
  }

  /**
   * Forgets the transaction whose data has come and is refused. LMTP has a reply for each of its
   * recipients (RFC 2033 §4.2); what is returned is the last one, to be thrown.
   */
  static SmtpRefusal refused(SmtpSession session, Transaction transaction, SmtpRefusal refusal)
      throws IOException {
    int replies = replies(session, transaction);
    session.reset();
    for (int i = 1; i < replies; i++) {
      session.reply(refusal.reply());
    }
    return refusal;
  }

  private static int replies(SmtpSession session, Transaction transaction) {
    return session.server().role() == SmtpRole.LMTP ? transaction.recipients().size() : 1;
  }

  private static void accept(SmtpSession session, Transaction transaction, MessageContent content)
      throws IOException {
    SmtpServer.Services services = session.server().services();
    String id = session.nextMessageId();
    InboundMessage message =
        new InboundMessage(
            session.inbound(transaction.options().smtpUtf8()),
            transaction.sender(),
            transaction.recipients(),
            transaction.options(),
            services.clock().instant(),
            id,
            content);
    Delivery delivery = services.delivery();
    List<Outcome> outcomes =
        session.server().role() == SmtpRole.LMTP
            ? delivery.deliver(message)
            : List.of(delivery.deliverWhole(message));
    long reached = outcomes.stream().filter(Outcome.Delivered.class::isInstance).count();
    boolean whole = session.server().role() != SmtpRole.LMTP;
    session
        .connection()
        .tally()
        .submitted(whole && reached > 0 ? transaction.recipients().size() : reached);
    session.reset();
    for (Outcome outcome : outcomes) {
      session.reply(reply(outcome, id));
    }
  }

  private static Reply reply(Outcome outcome, String id) {
    return switch (outcome) {
      case Outcome.Delivered ignored -> Reply.of(250, "2.0.0", "Ok, " + id);
      case Outcome.Failed(int code, String enhanced, String text) -> Reply.of(code, enhanced, text);
    };
  }

  /** The message could not be written down while it came: says so where its end is answered. */
  static void cannotKeep(SmtpSession session, Transaction transaction, IOException cause)
      throws IOException {
    int replies = replies(session, transaction);
    chunkNotKept(session, cause);
    for (int i = 1; i < replies; i++) {
      session.reply(NOT_KEPT);
    }
  }

  /** As above behind a chunk that others should have followed: that has one reply also in LMTP. */
  static void chunkNotKept(SmtpSession session, IOException cause) throws IOException {
    LOG.error("cannot spool a message", cause);
    session.reset();
    session.reply(NOT_KEPT);
  }
}
