package org.wachtpost.imap;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.access.AccessEvent.Offence;
import org.wachtpost.directory.Principal;
import org.wachtpost.directory.Scope;
import org.wachtpost.imap.wire.ByteSource;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.mail.Mail;
import org.wachtpost.net.Connection;
import org.wachtpost.net.Tally;
import org.wachtpost.sasl.SaslContext;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;

/** What is known of a client between its commands. */
final class Session {
  /** Extensions that a client switches on. */
  enum Extension {
    CONDSTORE,
    QRESYNC,
    UTF8_ACCEPT,
    IMAP4REV2
  }

  /** What a command holds is counted in steps of so many bytes. */
  static final int COMMAND_STEP_BYTES = 64 * 1024;

  /** What a selected mailbox holds is. */
  static final int MAILBOX_STEP_BYTES = 4 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final ImapServer server;
  private final Connection connection;
  private final CommandReader in;
  private final ResponseWriter out;
  private final Set<Extension> enabled = EnumSet.noneOf(Extension.class);
  private State state = State.NOT_AUTHENTICATED;
  private String tag = "*";
  private boolean byUid;
  private boolean numbersAtStake;
  private @Nullable Principal principal;
  private @Nullable Selected selected;
  private int failedLogIns;
  private boolean compressed;
  private AccountMemory.@Nullable Share held;
  private AccountMemory.@Nullable Share heldOfMailbox;

  Session(ImapServer server, Connection connection) {
    this.server = server;
    this.connection = connection;
    this.out = new ResponseWriter(connection.output());
    this.in =
        new CommandReader(
            new Source(), server.limits().wire().unauthenticated(), this::requestLiteral);
  }

  private void requestLiteral() throws IOException {
    out.line("+ go ahead");
    out.flush();
  }

  ImapServer server() {
    return server;
  }

  ImapLimits limits() {
    return server.limits();
  }

  Mail mail() {
    return server.mail();
  }

  Connection connection() {
    return connection;
  }

  Tally tally() {
    return connection.tally();
  }

  CommandReader in() {
    return in;
  }

  ResponseWriter out() {
    return out;
  }

  State state() {
    return state;
  }

  /** Tag of the command that is carried out. */
  String tag() {
    return tag;
  }

  void tag(String current) {
    tag = current;
  }

  /** Whether the command that is carried out is one of the UID commands. */
  void byUid(boolean current) {
    byUid = current;
    numbersAtStake = false;
  }

  /** The UID command that is carried out has message sequence numbers in it. */
  void keepNumbers() {
    numbersAtStake = true;
  }

  /** Whether no EXPUNGE and no VANISHED may be told with this UID command (RFC 7162 §3.2.10.2). */
  boolean keepsNumbers() {
    return numbersAtStake;
  }

  void logOut() {
    state = State.LOGOUT;
  }

  SaslContext saslContext() {
    return SaslContext.of(connection, Scope.IMAP, tally().client(), server.plaintextOnLoopback());
  }

  /** Whether a password may be sent as it is. */
  boolean mayShowPassword() {
    return connection.isTls() || (server.plaintextOnLoopback() && connection.isLoopback());
  }

  boolean isCompressed() {
    return compressed;
  }

  /** Whether there is room for another compressed connection; if so, this is one from here on. */
  boolean mayCompress() {
    compressed = server.compressed().tryAcquire();
    return compressed;
  }

  /**
   * The command that is carried out holds so many bytes more that grow with the mailbox.
   *
   * @throws AccountMemory.ExhaustedException if they are not there
   */
  void hold(long bytes) {
    AccountMemory.Share share = held;
    if (share == null) {
      share = server.memory().share(account(), COMMAND_STEP_BYTES);
      held = share;
    }
    share.add(bytes);
  }

  /** What is held of the selected mailbox, or of the one that is to be; let go with it. */
  AccountMemory.Share mailboxMemory() {
    AccountMemory.Share share = heldOfMailbox;
    if (share == null) {
      share = server.memory().share(account(), MAILBOX_STEP_BYTES);
      heldOfMailbox = share;
    }
    return share;
  }

  /** The command is over. */
  void holdNothing() {
    if (held != null) {
      held.close();
    }
  }

  /** At the end of the connection. */
  void end() {
    holdNothing();
    leaveMailbox();
    if (compressed) {
      server.compressed().release();
    }
  }

  void loggedIn(Principal who) {
    principal = who;
    state = State.AUTHENTICATED;
    in.limits(server.limits().wire());
    tally().loggedIn(who.address(), who.credential());
  }

  int countFailedLogIn() {
    return ++failedLogIns;
  }

  /** The account that is logged in. */
  AccountId account() {
    if (principal == null) {
      throw new IllegalStateException("nobody is logged in");
    }
    return principal.account();
  }

  /** The selected mailbox. */
  Selected selected() {
    if (selected == null) {
      throw new IllegalStateException("no mailbox is selected");
    }
    return selected;
  }

  @Nullable Selected selectedOrNull() {
    return selected;
  }

  /** As {@link #selected}, for commands that change something. */
  Selected selectedForChange() throws ImapRefusal {
    Selected open = selected();
    if (open.readOnly()) {
      throw ImapRefusal.no("CANNOT", "mailbox is open for reading only");
    }
    return open;
  }

  void select(Selected opened) {
    selected = opened;
    state = State.SELECTED;
  }

  /** No mailbox is selected from here on. */
  void deselect() {
    state = State.AUTHENTICATED;
    leaveMailbox();
  }

  /** Lets go of the selected mailbox, if there is one. */
  void leaveMailbox() {
    Selected left = selected;
    selected = null;
    if (heldOfMailbox != null) {
      heldOfMailbox.close();
    }
    if (left != null) {
      try {
        left.leave(this);
      } catch (StoreException e) {
        LOG.warn("{}: recent messages may be recent again", connection.origin(), e);
      }
    }
  }

  /**
   * Whether a FETCH response that tells flags unasked, or answers STORE, names the UID ({@link
   * FetchWriter} decides that for those that answer FETCH): during UID commands, since no client
   * can tell which FETCH such a command has caused (RFC 9051 §6.4.9), and for clients that know
   * IMAP4rev2 or count on modification sequences (RFC 7162 §3.2.4).
   */
  boolean tellsUid() {
    return byUid || has(Extension.CONDSTORE) || has(Extension.IMAP4REV2);
  }

  boolean has(Extension extension) {
    return enabled.contains(extension);
  }

  /** Switches an extension on, and what it brings with it. */
  void enable(Extension extension) throws IOException {
    boolean added = enabled.add(extension);
    switch (extension) {
      // RFC 7162 §3.2.3
      case QRESYNC -> enableCondstore();
      case UTF8_ACCEPT, IMAP4REV2 -> out.enableUtf8();
      case CONDSTORE -> {
        if (added && selected != null) {
          // RFC 7162 §3.1: from now on the client can count on modification sequences.
          out.text("* OK [HIGHESTMODSEQ ").number(selected.highestModSeqTold());
          out.line("] modification sequences are told from now on");
        }
      }
    }
  }

  /** What a command that uses modification sequences does (RFC 7162 §3.1). */
  void enableCondstore() throws IOException {
    if (!has(Extension.CONDSTORE)) {
      enable(Extension.CONDSTORE);
    }
  }

  void offence(String what, String detail) {
    server
        .accessLog()
        .record(
            new Offence(
                server.clock().instant(), connection.origin(), tally().account(), what, detail));
  }

  /** The connection's input; whatever was answered goes out before a wait for more. */
  private final class Source implements ByteSource {
    private void beforeWait() throws IOException {
      if (connection.input().buffered() == 0) {
        out.flush();
      }
    }

    @Override
    public int peek() throws IOException {
      beforeWait();
      return connection.input().peek();
    }

    @Override
    public int read() throws IOException {
      beforeWait();
      return connection.input().read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      beforeWait();
      return connection.input().read(target, offset, length);
    }
  }
}
