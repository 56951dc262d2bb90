package org.wachtpost.imap;

import static org.wachtpost.imap.Command.Sync.EVERYTHING;
import static org.wachtpost.imap.Command.Sync.NOTHING;
import static org.wachtpost.imap.Command.Sync.WITHOUT_EXPUNGE;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wachtpost.imap.Command.Handler;
import org.wachtpost.imap.Command.Sync;

/** The table of commands. */
final class Commands {
  private static final Set<State> BEFORE = EnumSet.of(State.NOT_AUTHENTICATED);
  private static final Set<State> SELECTED = EnumSet.of(State.SELECTED);

  private final Map<String, Command> byName = new HashMap<>();

  Commands() {
    add("CAPABILITY", State.ANY, EVERYTHING, CapabilityCommand::run);
    add("NOOP", State.ANY, EVERYTHING, NoopCommand::run);
    add("LOGOUT", State.ANY, NOTHING, LogoutCommand::run);
    add("ID", State.ANY, EVERYTHING, IdCommand::run);

    add("STARTTLS", BEFORE, NOTHING, StartTlsCommand::run);
    add("AUTHENTICATE", BEFORE, NOTHING, AuthenticateCommand::run);
    add("LOGIN", BEFORE, NOTHING, LoginCommand::run);

    add("COMPRESS", State.LOGGED_IN, NOTHING, CompressCommand::run);
    add("ENABLE", State.LOGGED_IN, EVERYTHING, EnableCommand::run);
    add("SELECT", State.LOGGED_IN, NOTHING, s -> SelectCommand.run(s, false));
    add("EXAMINE", State.LOGGED_IN, NOTHING, s -> SelectCommand.run(s, true));
    add("CREATE", State.LOGGED_IN, EVERYTHING, CreateCommand::run);
    add("DELETE", State.LOGGED_IN, EVERYTHING, DeleteCommand::run);
    add("RENAME", State.LOGGED_IN, EVERYTHING, RenameCommand::run);
    add("SUBSCRIBE", State.LOGGED_IN, EVERYTHING, s -> SubscribeCommand.run(s, true));
    add("UNSUBSCRIBE", State.LOGGED_IN, EVERYTHING, s -> SubscribeCommand.run(s, false));
    add("LIST", State.LOGGED_IN, EVERYTHING, ListCommand::run);
    add("LSUB", State.LOGGED_IN, EVERYTHING, LsubCommand::run);
    add("NAMESPACE", State.LOGGED_IN, EVERYTHING, NamespaceCommand::run);
    add("STATUS", State.LOGGED_IN, EVERYTHING, StatusCommand::run);
    add("APPEND", State.LOGGED_IN, EVERYTHING, AppendCommand::run);
    add("IDLE", State.LOGGED_IN, EVERYTHING, IdleCommand::run);
    add("GETQUOTA", State.LOGGED_IN, EVERYTHING, QuotaCommands::getQuota);
    add("GETQUOTAROOT", State.LOGGED_IN, EVERYTHING, QuotaCommands::getQuotaRoot);

    add("CHECK", SELECTED, EVERYTHING, NoopCommand::run);
    add("CLOSE", SELECTED, NOTHING, CloseCommand::close);
    add("UNSELECT", SELECTED, NOTHING, CloseCommand::unselect);
    add("EXPUNGE", SELECTED, EVERYTHING, ExpungeCommand::expunge);
    add("UID EXPUNGE", SELECTED, EVERYTHING, ExpungeCommand::uidExpunge);
    addBoth("SEARCH", WITHOUT_EXPUNGE, SearchCommand::run);
    addBoth("SORT", WITHOUT_EXPUNGE, SortCommand::run);
    addBoth("THREAD", WITHOUT_EXPUNGE, ThreadCommand::run);
    addBoth("FETCH", WITHOUT_EXPUNGE, FetchCommand::run);
    addBoth("STORE", WITHOUT_EXPUNGE, StoreCommand::run);
    addBoth("COPY", EVERYTHING, CopyCommand::copy);
    addBoth("MOVE", EVERYTHING, CopyCommand::move);
  }

  /** A command with and without UID. */
  @FunctionalInterface
  private interface NumberedHandler {
    Reply run(Session session, boolean uid)
        throws java.io.IOException, org.wachtpost.imap.wire.ImapSyntaxException, ImapRefusal;
  }

  private void addBoth(String name, Sync sync, NumberedHandler handler) {
    add(name, SELECTED, sync, session -> handler.run(session, false));
    // RFC 9051 §7.5.1: with UIDs no sequence number is at stake, and EXPUNGE may be told.
    add("UID " + name, SELECTED, EVERYTHING, session -> handler.run(session, true));
  }

  private void add(String name, Set<State> states, Sync sync, Handler handler) {
    byName.put(name, new Command(name, states, sync, handler));
  }

  Optional<Command> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
