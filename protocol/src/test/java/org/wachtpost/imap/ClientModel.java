package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What one client of {@link ManyClientsTest} has been told. Every response is held against it: no
 * sequence number that is not there, no EXPUNGE while numbers are in use, no flag that the mailbox
 * has not named, no message recent for two.
 */
final class ClientModel {
  private static final Pattern FETCH = Pattern.compile("\\* (\\d+) FETCH \\((.*)\\)");
  private static final Pattern UID = Pattern.compile("UID (\\d+)");
  private static final Pattern FLAG_LIST = Pattern.compile("FLAGS \\(([^)]*)\\)");
  private static final Pattern COUNT = Pattern.compile("\\* (\\d+) (EXISTS|EXPUNGE)");
  private static final Pattern VANISHED =
      Pattern.compile("\\* VANISHED (?:\\(EARLIER\\) )?([0-9:,]+)");
  private static final Pattern MODSEQ = Pattern.compile("MODSEQ \\((\\d+)\\)");

  final ImapClient client;
  final boolean qresync;
  final boolean condstore;
  private boolean away;

  /** By sequence number; a UID of 0 is not known yet, flags are null where they are not. */
  final List<Long> uids = new ArrayList<>();

  final SortedMap<Long, TreeSet<String>> flags = new TreeMap<>();

  /** By UID, where the client has been told it. */
  final Map<Long, Long> modSeqs = new HashMap<>();

  final TreeSet<String> mailboxFlags = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  /** By UID, the client that was told that the message is recent; the same map for all. */
  final Map<Long, ImapClient> recent;

  ClientModel(ImapClient client, boolean condstore, boolean qresync, Map<Long, ImapClient> recent) {
    this.condstore = condstore;
    this.client = client;
    this.recent = recent;
    this.qresync = qresync;
  }

  List<String> run(String command) {
    List<String> responses = tell(command);
    assertThat(responses.getLast()).as(command).startsWith("OK");
    return responses;
  }

  /** As {@link #run}; the answer may be a refusal. */
  List<String> tell(String command) {
    List<String> responses = client.command(command);
    String verb = command.split(" ")[0];
    boolean keepsNumbers = List.of("FETCH", "STORE", "SEARCH").contains(verb);
    for (String response : responses.subList(0, responses.size() - 1)) {
      learn(response, keepsNumbers, command);
    }
    return responses;
  }

  void learn(String response, boolean keepsNumbers, String command) {
    Matcher count = COUNT.matcher(response);
    Matcher fetch = FETCH.matcher(response);
    Matcher vanished = VANISHED.matcher(response);
    if (count.matches() && count.group(2).equals("EXISTS")) {
      int exists = Integer.parseInt(count.group(1));
      assertThat(exists).as(response).isGreaterThanOrEqualTo(uids.size());
      while (uids.size() < exists) {
        uids.add(0L);
      }
    } else if (count.matches()) {
      assertThat(keepsNumbers).as(response + " after " + command).isFalse();
      assertThat(qresync).as(response).isFalse();
      flags.remove(uids.remove(Integer.parseInt(count.group(1)) - 1));
    } else if (vanished.matches()) {
      assertThat(keepsNumbers).as(response + " after " + command).isFalse();
      for (long uid : members(vanished.group(1))) {
        assertThat(removeUid(uid)).as(response).isTrue();
        flags.remove(uid);
      }
    } else if (fetch.matches()) {
      // RFC 9051 §6.4.9
      assertThat(!command.startsWith("UID ") || UID.matcher(fetch.group(2)).find())
          .as(response + " after " + command)
          .isTrue();
      learnFetch(Integer.parseInt(fetch.group(1)), fetch.group(2));
    } else if (response.startsWith("* FLAGS (")) {
      mailboxFlags.clear();
      mailboxFlags.addAll(List.of(response.substring(9, response.length() - 1).split(" ")));
    }
  }

  /** UIDs grow: one that is not known is one of the unknown ones between its neighbours. */
  private boolean removeUid(long uid) {
    if (uids.remove((Object) uid)) {
      return true;
    }
    int at = 0;
    for (int index = 0; index < uids.size(); index++) {
      at = uids.get(index) != 0 && uids.get(index) < uid ? index + 1 : at;
    }
    boolean unknown = at < uids.size() && uids.get(at) == 0;
    if (unknown) {
      uids.remove(at);
    }
    return unknown;
  }

  private void learnFetch(int sequence, String items) {
    assertThat(sequence).as(items).isBetween(1, uids.size());
    Matcher uid = UID.matcher(items);
    if (uid.find()) {
      long told = Long.parseLong(uid.group(1));
      long known = uids.get(sequence - 1);
      assertThat(known).as("UID of " + sequence).isIn(0L, told);
      uids.set(sequence - 1, told);
    }
    Matcher modSeq = MODSEQ.matcher(items);
    if (modSeq.find() && uids.get(sequence - 1) != 0) {
      assertThat(condstore).as("MODSEQ without CONDSTORE: " + items).isTrue();
      long now = Long.parseLong(modSeq.group(1));
      Long before = modSeqs.put(uids.get(sequence - 1), now);
      assertThat(before == null || before <= now)
          .as("MODSEQ after " + before + ": " + items)
          .isTrue();
    }
    Matcher list = FLAG_LIST.matcher(items);
    long known = uids.get(sequence - 1);
    if (list.find() && known != 0) {
      TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      for (String name : list.group(1).split(" ")) {
        if (name.equals("\\Recent")) {
          // RFC 3501 §2.3.2: one session and no other.
          assertThat(recent.merge(known, client, (first, now) -> first))
              .as("session that UID " + known + " is recent for")
              .isSameAs(client);
        } else if (!name.isEmpty()) {
          names.add(name);
        }
      }
      assertThat(mailboxFlags).as("FLAGS of the mailbox").containsAll(names);
      flags.put(known, names);
    }
  }

  /** Works out what it is not told. What it is told stands: it says what others did as well. */
  void addSilently(int sequence, String flag) {
    long uid = uids.get(sequence - 1);
    TreeSet<String> known = flags.get(uid);
    if (known != null) {
      known.add(flag);
    }
    run("STORE " + sequence + " +FLAGS.SILENT (" + flag + ")");
    run("NOOP");
    TreeSet<String> worked = flags.get(uid);
    if (uid != 0 && worked != null) {
      run("UID FETCH " + uid + " (FLAGS)");
      assertThat(flags.get(uid)).as("flags of UID " + uid).isEqualTo(worked);
    }
  }

  static List<Long> members(String set) {
    List<Long> members = new ArrayList<>();
    for (String range : set.split(",")) {
      String[] bounds = range.split(":");
      long last = Long.parseLong(bounds[bounds.length - 1]);
      for (long uid = Long.parseLong(bounds[0]); uid <= last; uid++) {
        members.add(uid);
      }
    }
    return members;
  }

  /** Leaves the mailbox, knowing all of it, for {@link #comeBack}. */
  void leave() {
    run("NOOP");
    run("FETCH 1:* (UID FLAGS MODSEQ)");
    run("UNSELECT");
    away = true;
  }

  boolean isAway() {
    return away;
  }

  /**
   * Comes back with what it knew when it left (RFC 7162 §3.2.5).
   *
   * @param named whether it names the messages that it knows: then it is told of no others
   */
  void comeBack(long uidValidity, boolean named) {
    long newest = modSeqs.values().stream().mapToLong(Long::longValue).max().orElse(1);
    boolean names = named && !uids.isEmpty();
    String known = uids.stream().map(String::valueOf).collect(Collectors.joining(","));
    List<String> told =
        client.command(
            "SELECT INBOX (QRESYNC ("
                + uidValidity
                + " "
                + newest
                + (names ? " " + known : "")
                + "))");
    assertThat(told.getLast()).startsWith("OK [READ-WRITE]");
    away = false;
    resynchronize(told);
    if (!names) {
      assertThat(uids).as("UIDs after coming back").doesNotContain(0L);
    }
  }

  /** First what is gone, then what is there: the new numbers are those of the second part. */
  private void resynchronize(List<String> told) {
    int exists = 0;
    for (String response : told) {
      Matcher count = COUNT.matcher(response);
      if (count.matches()) {
        exists = Integer.parseInt(count.group(1));
      }
      Matcher vanished = VANISHED.matcher(response);
      if (vanished.matches()) {
        assertThat(response).contains("(EARLIER)");
        for (long uid : members(vanished.group(1))) {
          uids.remove((Object) uid);
          flags.remove(uid);
        }
      }
      if (response.startsWith("* FLAGS (")) {
        learn(response, false, "SELECT");
      }
    }
    while (uids.size() < exists) {
      uids.add(0L);
    }
    assertThat(uids).as("messages after coming back").hasSize(exists);
    for (String response : told) {
      if (FETCH.matcher(response).matches()) {
        learn(response, true, "SELECT");
      }
    }
  }
}
