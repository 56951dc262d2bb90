package org.wachtpost.smtp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.delivery.InboundSession;
import org.wachtpost.directory.Principal;
import org.wachtpost.directory.Scope;
import org.wachtpost.net.Connection;
import org.wachtpost.net.ConnectionEnd;
import org.wachtpost.net.LineException;
import org.wachtpost.net.TlsInfo;
import org.wachtpost.sasl.SaslContext;

/** One connection's session: the command loop and what commands share. One thread. */
final class SmtpSession {
  private final SmtpServer server;
  private final Connection connection;
  private Optional<String> helo = Optional.empty();
  private boolean extended;

  /** Whether the command is one whose reply may wait (RFC 2920 §3.2). */
  private boolean grouped;

  private @Nullable Principal principal;
  private @Nullable Transaction transaction;
  private boolean over;
  private int errors;
  private int unknownRecipients;
  private int messages;

  SmtpSession(SmtpServer server, Connection connection) {
    this.server = server;
    this.connection = connection;
  }

  void run() throws IOException {
    try {
      if (spokeTooEarly()) {
        return;
      }
      String protocol = server.role() == SmtpRole.LMTP ? "LMTP" : "ESMTP";
      reply(Reply.of(220, "", server.settings().host() + " " + protocol + " Wachtpost"));
      while (!over) {
        if (!awaitCommand()) {
          lost();
          return;
        }
        oneCommand();
        if (connection.shuttingDown()) {
          boolean crowded = connection.isCrowdedOut();
          String why = crowded ? "Too many connections, try later" : "Server shuts down";
          reply(Reply.of(421, "4.3.2", why));
          return;
        }
      }
    } catch (ConnectionEnd e) {
      if (e.how() == ConnectionEnd.Cause.TIMEOUT) {
        reply(Reply.of(421, "4.4.2", "Timeout, closing connection"));
        connection.output().flush();
      }
      throw e;
    } finally {
      reset();
    }
  }

  /** RFC 5321 §3.1: the client waits for the greeting; programs that spray spam do not. */
  private boolean spokeTooEarly() throws IOException {
    if (server.role() != SmtpRole.MX) {
      return false;
    }
    boolean spoke =
        connection.hasEarlyInput()
            || (!server.isNear(connection)
                && connection.speaksWithin(server.settings().waits().greeting()));
    if (!spoke) {
      return false;
    }
    offence("early-talker", "spoke before the greeting");
    // RFC 7504 §3: after 521, unlike after 554, a server need not wait for QUIT.
    reply(Reply.of(521, "", server.settings().host() + " You spoke before it was your turn"));
    connection.tally().endsBy("early-talker");
    return true;
  }

  private boolean awaitCommand() throws IOException {
    return connection.awaitCommand(server.settings().waits().command());
  }

  private void oneCommand() throws IOException {
    connection.deadline(server.settings().waits().line());
    grouped = false;
    try {
      String line = readLine(SmtpSettings.LINE_OCTETS, "5.5.2");
      if (line == null) {
        lost();
        return;
      }
      connection.tally().command();
      if (!server.mayCommand(connection)) {
        offence("command-rate", "too many commands");
        throw SmtpRefusal.fatal(421, "4.7.0", "Too many commands, come back later");
      }
      dispatch(line);
    } catch (SmtpRefusal refusal) {
      refuse(refusal);
    }
  }

  private void dispatch(String line) throws IOException, SmtpRefusal {
    String command = withoutTrailingSpace(line);
    int space = command.indexOf(' ');
    String verb = space < 0 ? command : command.substring(0, space);
    String argument = space < 0 ? "" : command.substring(space + 1);
    Commands.Entry entry = Commands.find(server.role(), verb);
    if (entry.when() != Commands.When.ALWAYS && helo.isEmpty()) {
      throw SmtpRefusal.sequence("Say hello first");
    }
    if (entry.when() == Commands.When.SENDER) {
      requireLogIn();
    }
    if (transaction != null
        && transaction.inChunks()
        && verb.toUpperCase(Locale.ROOT).matches("RCPT|DATA")) { // RFC 3030 §2
      throw SmtpRefusal.sequence("Chunks first, BDAT or RSET");
    }
    grouped = entry.grouped();
    entry.command().run(this, argument);
  }

  /** RFC 4954 §6: whatever needs authentication says so, also behind a refused MAIL. */
  void requireLogIn() throws SmtpRefusal {
    if (server.role().isSubmission() && principal == null) {
      throw new SmtpRefusal(530, "5.7.0", "Log in first");
    }
  }

  /** RFC 5321 §4.1.1: white space before the line end is put up with. */
  private static String withoutTrailingSpace(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    return line.substring(0, end);
  }

  /**
   * A line as text; null at the end of input.
   *
   * @param tooLong the enhanced status code for one of more octets than the limit
   */
  @Nullable String readLine(int limit, String tooLong) throws IOException, SmtpRefusal {
    byte[] line = readOctets(limit, tooLong);
    return line == null ? null : textOf(line);
  }

  /** As {@link #readLine}, whatever the octets mean. */
  byte @Nullable [] readOctets(int limit, String tooLong) throws IOException, SmtpRefusal {
    try {
      return connection.input().readLine(limit - 2, false);
    } catch (LineException e) {
      throw switch (e.fault()) {
        case TOO_LONG -> new SmtpRefusal(500, tooLong, "Line too long");
        case ENDLESS -> SmtpRefusal.fatal(500, tooLong, "Line too long");
        case BARE_LINE_END -> bareLineEnd("in a command");
      };
    }
  }

  SmtpRefusal bareLineEnd(String where) {
    offence("bare-line-end", where);
    connection.tally().endsBy("bare-line-end");
    return SmtpRefusal.fatal(521, "5.5.2", "CR or LF without the other");
  }

  private static String textOf(byte[] line) throws SmtpRefusal {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      if (text.indexOf('\0') >= 0) {
        throw new SmtpRefusal(500, "5.5.2", "NUL in a command");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new SmtpRefusal(500, "5.5.2", "Neither ASCII nor UTF-8");
    }
  }

  private void refuse(SmtpRefusal refusal) throws IOException {
    connection.tally().failed();
    reply(refusal.reply());
    if (refusal.isFatal()) {
      over = true;
      return;
    }
    errors += refusal.isCounted() ? 1 : 0;
    if (errors >= server.settings().limits().errors()) {
      offence("too-many-errors", errors + " refused commands");
      reply(Reply.of(421, "4.7.0", "Too many errors"));
      connection.tally().endsBy("errors");
      over = true;
    }
  }

  /** Sends a reply; that to one of a group waits for the next if that command is here already. */
  void reply(Reply reply) throws IOException {
    boolean closes = reply.code() == 221 || reply.code() == 421; // RFC 5321 §4.2.2
    Reply said = closes ? reply.named(server.settings().host()) : reply;
    connection.output().write(said.toString());
    if (closes || !grouped || !connection.input().hasLine()) {
      connection.output().flush();
    }
  }

  void offence(String what, String detail) {
    server
        .services()
        .accessLog()
        .record(
            new AccessEvent.Offence(
                server.services().clock().instant(),
                connection.origin(),
                connection.tally().account(),
                what,
                detail));
  }

  void greeted(String name, boolean byExtensions) throws IOException {
    reset();
    helo = Optional.of(name);
    extended = byExtensions;
    connection.tally().client(name);
  }

  /** RFC 3207 §4.2: back to the beginning. */
  void forget() throws IOException {
    reset();
    helo = Optional.empty();
    extended = false;
    principal = null;
    connection.tally().loggedOut();
  }

  void reset() throws IOException {
    Transaction open = transaction;
    transaction = null;
    if (open != null) {
      open.close();
    }
  }

  void begin(Transaction begun) throws SmtpRefusal {
    messages++;
    if (messages > server.settings().limits().messages()) {
      throw SmtpRefusal.fatal(421, "4.7.0", "Too many messages, come again");
    }
    transaction = begun;
  }

  /**
   * A recipient was not here. Whoever tries many is looking for addresses; not so a server of ours,
   * which asks in LMTP for each address that mail has come for.
   */
  void countUnknownRecipient(String address) throws SmtpRefusal {
    if (server.role() == SmtpRole.LMTP) {
      return;
    }
    unknownRecipients++;
    if (unknownRecipients >= server.settings().limits().unknownRecipients()) {
      offence("unknown-recipients", "the last was " + address);
      connection.tally().endsBy("unknown-recipients");
      throw SmtpRefusal.fatal(421, "4.7.1", "Too many unknown recipients");
    }
  }

  void loggedIn(Principal who) {
    principal = who;
    connection.tally().loggedIn(who.address(), who.credential());
  }

  void end() {
    over = true;
  }

  /** The client has closed the connection, without QUIT. */
  void lost() {
    connection.tally().endsBy("closed");
    over = true;
  }

  Optional<Transaction> transaction() {
    return Optional.ofNullable(transaction);
  }

  Optional<Principal> principal() {
    return Optional.ofNullable(principal);
  }

  SmtpServer server() {
    return server;
  }

  Connection connection() {
    return connection;
  }

  SaslContext saslContext() {
    return SaslContext.of(
        connection, Scope.SMTP, helo.orElse(null), server.settings().plaintextOnLoopback());
  }

  /** The session as the trace field tells it; the protocol's name by RFC 3848 and RFC 6531 §4.3. */
  InboundSession inbound(boolean utf8) {
    String with = server.role() == SmtpRole.LMTP ? "LMTP" : extended ? "ESMTP" : "SMTP";
    if (utf8) {
      with = "UTF8" + (with.equals("ESMTP") ? "SMTP" : with);
    }
    if (!with.equals("SMTP")) {
      with += (connection.isTls() ? "S" : "") + (principal != null ? "A" : "");
    }
    return new InboundSession(
        connection.origin(),
        helo.orElse(""),
        with,
        connection.tls().map(TlsInfo::toString).orElse(null),
        principal);
  }

  /** A name for the next message: the session's and a number. */
  String nextMessageId() {
    return connection.origin().session() + "-" + messages;
  }

  /** Sets the time that the data may take from now. */
  void dataDeadline() {
    Duration allowed = server.settings().waits().data();
    connection.deadline(allowed);
  }
}
