package org.wachtpost.imap;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.OutOfStepException;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.net.Connection;
import org.wachtpost.net.ConnectionEnd;
import org.wachtpost.store.StoreException;

/** The loop of one connection: read a command, carry it out, answer. */
final class ImapConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ImapConnection.class);
  private static final long MINUTE_MILLIS = 60_000;

  private final ImapServer server;
  private final Connection connection;
  private final Session session;
  private final CommandReader in;
  private final ResponseWriter out;
  private final Instant started;
  private int badInARow;
  private long minute;
  private int commandsThisMinute;

  ImapConnection(ImapServer server, Connection connection) {
    this.server = server;
    this.connection = connection;
    this.session = new Session(server, connection);
    this.in = session.in();
    this.out = session.out();
    this.started = server.clock().instant();
  }

  void serve() throws IOException {
    try {
      out.line("* OK [CAPABILITY " + Capabilities.of(session) + "] Wachtpost ready");
      while (session.state() != State.LOGOUT && !connection.shuttingDown() && await()) {
        step();
      }
      if (session.state() != State.LOGOUT && connection.shuttingDown()) {
        bye("UNAVAILABLE", whyItEnds());
      }
      out.release();
    } catch (EOFException e) {
      connection.tally().endsBy("closed");
      if (connection.shuttingDown()) {
        bye("UNAVAILABLE", whyItEnds()); // it was in the middle of a command
      }
    } catch (OutOfStepException e) {
      session.offence("too-long", String.valueOf(e.getMessage()));
      bye("", "command is too long");
    } catch (ZipException e) {
      session.offence("not-compressed", String.valueOf(e.getMessage()));
      bye("", "what came is not compressed data");
    } catch (ConnectionEnd e) {
      if (e.how() == ConnectionEnd.Cause.TIMEOUT) {
        bye("", "nothing heard for too long");
      }
      throw e;
    } finally {
      session.end();
    }
  }

  private String whyItEnds() {
    return connection.isCrowdedOut()
        ? "too many connections, try later"
        : "server is shutting down";
  }

  /** Waits for the next command; false when the client has left. */
  private boolean await() throws IOException {
    if (connection.input().buffered() == 0) {
      out.release();
    }
    boolean anonymous = session.state() == State.NOT_AUTHENTICATED;
    Duration wait = anonymous ? timeToLogIn() : server.limits().waits().inactive();
    if (!connection.awaitCommand(wait)) {
      connection.tally().endsBy("closed");
      return false;
    }
    if (!anonymous) {
      connection.deadline(server.limits().waits().command());
    }
    return true;
  }

  /** What is left of it: commands before log-in do not give more. */
  private Duration timeToLogIn() {
    Duration spent = Duration.between(started, server.clock().instant());
    Duration left = server.limits().waits().unauthenticated().minus(spent);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private void step() throws IOException {
    connection.tally().command();
    in.start();
    session.tag("*");
    Reply reply;
    try {
      reply = carryOut();
    } finally {
      session.holdNothing();
    }
    in.skipRest();
    answer(reply);
    if (session.state() != State.LOGOUT) {
      countBad(reply);
      countCommand();
    }
  }

  private Reply carryOut() throws IOException {
    try {
      session.tag(in.tag());
      in.space();
      String name = in.word();
      boolean byUid = name.equals("UID");
      session.byUid(byUid);
      if (byUid) {
        in.space();
        name = "UID " + in.word();
      }
      Optional<Command> command = server.commands().find(name);
      if (command.isEmpty()) {
        return Reply.bad("unknown command");
      }
      if (!command.get().states().contains(session.state())) {
        return Reply.bad("command not allowed " + where(session.state()));
      }
      Reply reply = command.get().handler().run(session);
      sync(command.get().sync());
      return reply;
    } catch (ImapSyntaxException e) {
      String why = e.getMessage() == null ? "syntax error" : e.getMessage();
      return e.isLimit() ? Reply.no("LIMIT", why) : Reply.bad(why);
    } catch (ImapRefusal refusal) {
      return refusal.reply();
    } catch (AccountMemory.ExhaustedException e) {
      session.offence("memory", "no memory for a command");
      return Reply.no("LIMIT", "too many messages at once for the server's memory, try later");
    } catch (StoreException.Unavailable e) {
      LOG.warn("{}: store cannot serve", connection.origin(), e);
      return Reply.no("UNAVAILABLE", "storage cannot serve now, try later");
    } catch (StoreException.Corrupt e) {
      LOG.error("{}: account is damaged", connection.origin(), e);
      return Reply.no("CORRUPTION", "stored data is damaged; the administrator is told");
    } catch (RuntimeException e) {
      LOG.error("{}: command failed", connection.origin(), e);
      return Reply.no("SERVERBUG", "internal error");
    }
  }

  private static String where(State state) {
    return switch (state) {
      case NOT_AUTHENTICATED -> "before log-in";
      case AUTHENTICATED -> "when logged in without a mailbox";
      case SELECTED, LOGOUT -> "in this state";
    };
  }

  private void sync(Command.Sync sync) throws IOException {
    Selected selected = session.selectedOrNull();
    if (selected != null && sync != Command.Sync.NOTHING) {
      selected.sync(session, sync == Command.Sync.EVERYTHING && !session.keepsNumbers());
    }
  }

  private void answer(Reply reply) throws IOException {
    if (reply.isAnswered()) {
      return;
    }
    if (reply.status() != Reply.Status.OK) {
      connection.tally().failed();
    }
    out.human(session.tag()).text(" ").text(reply.status().name()).text(" ");
    if (!reply.code().isEmpty()) {
      out.text("[").text(reply.code()).text("] ");
    }
    out.human(reply.text()).crlf();
  }

  private void countBad(Reply reply) throws IOException {
    badInARow = reply.status() == Reply.Status.BAD ? badInARow + 1 : 0;
    int most =
        session.state() == State.NOT_AUTHENTICATED
            ? server.limits().badCommandsUnauthenticated()
            : server.limits().badCommands();
    if (badInARow >= most) {
      session.offence("too-many-errors", badInARow + " invalid commands in a row");
      bye("", "too many invalid commands");
    }
  }

  private void countCommand() throws IOException {
    long now = server.clock().millis() / MINUTE_MILLIS;
    commandsThisMinute = now == minute ? commandsThisMinute + 1 : 1;
    minute = now;
    if (commandsThisMinute > server.limits().commandsPerMinute()) {
      session.offence("too-fast", commandsThisMinute + " commands in a minute");
      bye("LIMIT", "too many commands");
    }
  }

  private void bye(String code, String text) throws IOException {
    out.text("* BYE ").text(code.isEmpty() ? "" : "[" + code + "] ").line(text);
    out.release();
    session.logOut();
  }
}
