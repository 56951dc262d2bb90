package org.wachtpost.inspect.check;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.wachtpost.inspect.evtx.EvtxRecord;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/**
 * Accounts that were made (Security 4720) and then logged on from another machine (4624): the two
 * stand far apart in the log, or in different logs, and are put together when all are read. Used
 * from all threads.
 */
final class NewAccounts {
  /** Accounts made, and pairs of account and address, that are remembered. */
  static final int MAX_REMEMBERED = 20_000;

  /** Longer than any name of an account or address is. */
  private static final int MAX_NAME_CHARACTERS = 256;

  private static final String REMOTE_DESKTOP = "10";
  private static final Set<String> REMOTE = Set.of("3", "8", REMOTE_DESKTOP);

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Made> made = new HashMap<>();
  private final Map<String, Logon> logons = new LinkedHashMap<>();

  private record Made(Instant time, String name, String by) {}

  private record Logon(
      String account,
      String address,
      String type,
      Instant first,
      Source source,
      Instant last,
      Source lastSource) {}

  void made(EvtxRecord event) {
    Instant time = event.time();
    String name = name(event, "TargetUserName");
    if (time == null || name.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      if (made.size() < MAX_REMEMBERED) {
        made.merge(
            key(name),
            new Made(time, name, name(event, "SubjectUserName")),
            (one, other) -> one.time().isBefore(other.time()) ? one : other);
      }
    } finally {
      lock.unlock();
    }
  }

  void logon(EvtxRecord event, Source source) {
    Instant time = event.time();
    String type = event.datum("LogonType");
    String address = Urls.client(name(event, "IpAddress"));
    String name = name(event, "TargetUserName");
    boolean local =
        address.isEmpty()
            || address.equals("-")
            || address.startsWith("127.")
            || address.equals("::1");
    if (time == null || local || !REMOTE.contains(type) || name.endsWith("$")) {
      return;
    }
    Logon one = new Logon(key(name), address, type, time, source, time, source);
    String pair = key(name) + " " + address + " " + type;
    lock.lock();
    try {
      if (logons.size() < MAX_REMEMBERED || logons.containsKey(pair)) {
        logons.merge(pair, one, NewAccounts::joined);
      }
    } finally {
      lock.unlock();
    }
  }

  private static Logon joined(Logon one, Logon other) {
    Logon first = one.first().isAfter(other.first()) ? other : one;
    Logon last = one.last().isBefore(other.last()) ? other : one;
    return new Logon(
        one.account(),
        one.address(),
        one.type(),
        first.first(),
        first.source(),
        last.last(),
        last.lastSource());
  }

  /** All logs are read: says which of the accounts made logged on afterwards. */
  void report(FindingSink sink) {
    for (Logon logon : logons.values()) {
      Made account = made.get(logon.account());
      if (account != null && !logon.last().isBefore(account.time())) {
        report(sink, account, logon);
      }
    }
  }

  /** Whether there were more than could be compared. */
  boolean full() {
    return logons.size() == MAX_REMEMBERED || made.size() == MAX_REMEMBERED;
  }

  private static void report(FindingSink sink, Made account, Logon logon) {
    boolean desktop = logon.type().equals(REMOTE_DESKTOP);
    boolean service = account.by().endsWith("$");
    boolean outside = desktop && Urls.outside(logon.address());
    // An account of this name may have been there before: then only the last is surely the new one.
    boolean since = !logon.first().isBefore(account.time());
    sink.report(
        new Sighting(
                CheckId.I17,
                Stage.AFTER,
                desktop
                    ? "new account logged in by remote desktop"
                    : "new account logged in over the network",
                since ? logon.source() : logon.lastSource())
            .at(since ? logon.first() : logon.last())
            .because(
                service || outside ? Confidence.MEDIUM : Confidence.LOW,
                "the account was made on "
                    + account.time().toString().substring(0, 16).replace('T', ' ')
                    + " UTC by "
                    + (service ? "the server itself" : account.by())
                    + (service || outside ? "" : "; new colleagues log in too"))
            .see(Published.ATTACK + "T1078/")
            .detail("client", logon.address())
            .detail("what", account.name())
            .detail("account", account.name())
            .detail("made", account.time().toString())
            .detail("by", account.by())
            .detail("lastLogon", logon.last().toString())
            .sameAs(logon.account() + " " + logon.address() + " " + logon.type()));
  }

  private static String name(EvtxRecord event, String datum) {
    String name = event.datum(datum);
    return name.length() > MAX_NAME_CHARACTERS ? name.substring(0, MAX_NAME_CHARACTERS) : name;
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
