package org.wachtpost.imap;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.CommandReader.LiteralHeader;
import org.wachtpost.imap.wire.ImapDates;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.MailResult.Appended;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.MailboxId;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mail.NewMessage;
import org.wachtpost.mail.Quota;
import org.wachtpost.mail.Spool;
import org.wachtpost.mail.UidSet;

/**
 * APPEND (RFC 9051 §6.3.12), of several messages too (RFC 3502). Messages are held in the spool
 * until all have come; what would be refused is refused before it is sent, where the client waits.
 */
final class AppendCommand {
  /** A literal may take this long beyond the command's time: one second for so many bytes. */
  private static final long BYTES_PER_SECOND = 8 * 1024;

  private AppendCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    MailboxNames.Given name = MailboxNames.readGiven(session);
    MailboxId mailbox = target(session, name.name());
    List<NewMessage> messages = new ArrayList<>();
    try {
      long bytes = 0;
      do {
        if (messages.size() == session.limits().appendMessages()) {
          throw ImapRefusal.no("LIMIT", "too many messages in one APPEND");
        }
        session.in().space();
        NewMessage message = read(session, bytes);
        messages.add(message);
        bytes += message.content().size();
      } while (session.in().nextIs(' '));
      session.in().end();
      Reply stored = append(session, mailbox, messages);
      if (name.differs()) {
        // RFC 9051 §6.3.12
        name.tell(session, "", name.name());
      }
      return stored;
    } finally {
      messages.forEach(message -> message.content().close());
    }
  }

  private static MailboxId target(Session session, String name) throws ImapRefusal {
    try (MailView view = session.mail().view(session.account())) {
      return view.mailbox(name)
          .filter(Mailbox::selectable)
          .map(Mailbox::id)
          .orElseThrow(() -> Outcomes.tryCreate(view.mayCreate(name)));
    }
  }

  private static NewMessage read(Session session, long bytesBefore)
      throws IOException, ImapSyntaxException, ImapRefusal {
    CommandReader in = session.in();
    Flags flags = Flags.NONE;
    if (in.nextIs('(')) {
      flags = FlagNames.readOfMessage(in);
      in.space();
    }
    Optional<OffsetDateTime> date = Optional.empty();
    if (in.nextIs('"')) {
      date = Optional.of(ImapDates.dateTime(in));
      in.space();
    }
    boolean utf8 = in.nextIs('U') || in.nextIs('u');
    if (utf8) {
      // RFC 6855 §4
      if (!in.word().equals("UTF8")) {
        throw new ImapSyntaxException("expected a message");
      }
      in.space();
      in.expect('(');
    }
    LiteralHeader header = in.literalHeader();
    refuseEarly(session, header, bytesBefore);
    MessageContent content = hold(session, header);
    if (utf8) {
      in.expect(')');
    }
    return new NewMessage(content, flags, date);
  }

  private static void refuseEarly(Session session, LiteralHeader header, long bytesBefore)
      throws ImapRefusal {
    if (header.size() == 0) {
      // RFC 3502 §6.3.11: this is how a client calls an APPEND off.
      throw ImapRefusal.no("", "message of no bytes");
    }
    if (header.size() > session.limits().appendBytes()) {
      throw ImapRefusal.no(
          "TOOBIG", "messages of at most " + session.limits().appendBytes() + " bytes");
    }
    try (MailView view = session.mail().view(session.account())) {
      Quota quota = view.quota();
      if (quota.bytesUsed() > quota.bytesLimit() - bytesBefore - header.size()) {
        throw ImapRefusal.no("OVERQUOTA", "quota exceeded");
      }
    }
  }

  private static MessageContent hold(Session session, LiteralHeader header)
      throws IOException, ImapRefusal {
    session
        .connection()
        .deadline(
            session
                .limits()
                .waits()
                .command()
                .plus(Duration.ofSeconds(header.size() / BYTES_PER_SECOND)));
    try (Spool.Sink sink = session.server().spool().start()) {
      LineEnds lines = new LineEnds(new Held(sink), header.binary());
      try {
        session.in().acceptLiteral(header, lines);
      } catch (SpoolFull e) {
        session.offence("spool-full", String.valueOf(e.getMessage()));
        throw ImapRefusal.no("UNAVAILABLE", "no room to hold the message, try later");
      }
      if (lines.hadNul) {
        // RFC 9051 §6.3.12: a literal8 with binary content needs storage for it. §9: CHAR8, of
        // which a literal consists, is any octet but NUL.
        throw ImapRefusal.no(
            header.binary() ? "UNKNOWN-CTE" : "CANNOT", "messages with NUL are not taken");
      }
      return sink.finish();
    }
  }

  private static Reply append(Session session, MailboxId mailbox, List<NewMessage> messages)
      throws ImapRefusal {
    // RFC 3502 §6.3.11: all or none
    List<Appended> appended =
        Outcomes.intoMailbox(session.mail().appendAll(session.account(), mailbox, messages));
    UidSet uids = UidSet.of(appended.stream().mapToLong(Appended::uid).toArray());
    session.tally().appended(appended.size());
    return Reply.ok("APPENDUID " + appended.getFirst().uidValidity() + " " + uids, "stored");
  }

  /** The spool cannot take more: no fault of the connection. */
  private static final class SpoolFull extends IOException {
    private static final long serialVersionUID = 1L;

    SpoolFull(IOException cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** Tells faults of the spool from those of the connection. */
  private static final class Held extends FilterOutputStream {
    Held(OutputStream sink) {
      super(sink);
    }

    @Override
    public void write(int value) throws IOException {
      try {
        out.write(value);
      } catch (IOException e) {
        throw new SpoolFull(e);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw new SpoolFull(e);
      }
    }
  }

  /** Makes every line end CRLF, as messages are stored; binary content stays as it is. */
  private static final class LineEnds extends OutputStream {
    private final OutputStream sink;
    private final boolean binary;
    private boolean afterCr;
    private boolean hadNul;

    LineEnds(OutputStream sink, boolean binary) {
      this.sink = sink;
      this.binary = binary;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int from = offset;
      for (int index = offset; index < offset + length; index++) {
        byte b = bytes[index];
        if (b == '\n' && !afterCr && !binary) {
          sink.write(bytes, from, index - from);
          sink.write('\r');
          from = index;
        }
        hadNul |= b == 0;
        afterCr = b == '\r';
      }
      sink.write(bytes, from, offset + length - from);
    }
  }
}
