package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.UidSet;

/**
 * Several clients work on one mailbox, each with a model of what it was told. Whatever the order,
 * no response may contradict what a client knows, and after a NOOP each must know the truth.
 */
class ManyClientsTest {
  private static final int CLIENTS = 5;
  private static final int STEPS = 250;
  private static final String[] FLAGS = {
    "\\Seen", "\\Flagged", "\\Deleted", "\\Answered", "$Junk", "blue"
  };

  /** What one client has been told. */
  private static final class Model {
    private static final Pattern FETCH = Pattern.compile("\\* (\\d+) FETCH \\((.*)\\)");
    private static final Pattern UID = Pattern.compile("UID (\\d+)");
    private static final Pattern FLAG_LIST = Pattern.compile("FLAGS \\(([^)]*)\\)");
    private static final Pattern COUNT = Pattern.compile("\\* (\\d+) (EXISTS|EXPUNGE)");
    private static final Pattern VANISHED = Pattern.compile("\\* VANISHED ([0-9:,]+)");

    final ImapClient client;
    final boolean qresync;

    /** By sequence number; a UID of 0 is not known yet, flags are null where they are not. */
    final List<Long> uids = new ArrayList<>();

    final SortedMap<Long, TreeSet<String>> flags = new TreeMap<>();
    final TreeSet<String> mailboxFlags = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    /** By UID, the client that was told that the message is recent; the same map for all. */
    final Map<Long, ImapClient> recent;

    Model(ImapClient client, boolean qresync, Map<Long, ImapClient> recent) {
      this.client = client;
      this.recent = recent;
      this.qresync = qresync;
    }

    List<String> run(String command) {
      List<String> responses = client.command(command);
      String verb = command.split(" ")[0];
      boolean keepsNumbers = List.of("FETCH", "STORE", "SEARCH").contains(verb);
      for (String response : responses.subList(0, responses.size() - 1)) {
        learn(response, keepsNumbers, command);
      }
      assertThat(responses.getLast()).as(command).startsWith("OK");
      return responses;
    }

    private void learn(String response, boolean keepsNumbers, String command) {
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

    private static List<Long> members(String set) {
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
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyClientEndsUpWithTheTruth(long seed) {
    Random random = new Random(seed);
    try (ImapFixture server = new ImapFixture()) {
      List<Model> models = new ArrayList<>();
      Map<Long, ImapClient> recent = new HashMap<>();
      for (int index = 0; index < CLIENTS; index++) {
        Model model = new Model(server.logIn(), index % 2 == 1, recent);
        if (model.qresync) {
          model.client.ok("ENABLE QRESYNC");
        } else if (index == 2) {
          model.client.ok("ENABLE CONDSTORE");
        }
        model.run("SELECT INBOX");
        models.add(model);
      }
      for (int step = 0; step < STEPS; step++) {
        act(models.get(random.nextInt(CLIENTS)), random, step);
      }
      assertThat(recent).isNotEmpty();
      for (Model model : models) {
        model.run("NOOP");
        compare(server, model);
        model.client.ok("LOGOUT");
        model.client.close();
      }
    }
  }

  private static void act(Model model, Random random, int step) {
    int count = model.uids.size();
    String number = count == 0 ? "" : String.valueOf(1 + random.nextInt(count));
    String range = count == 0 ? "1:*" : number + ":*";
    String flag = FLAGS[random.nextInt(FLAGS.length)];
    switch (random.nextInt(count == 0 ? 3 : 14)) {
      case 0, 1 -> append(model, flag, step);
      case 2 -> model.run("NOOP");
      case 3, 4 -> model.run("STORE " + number + " +FLAGS (" + flag + ")");
      case 5 -> model.run("UID STORE " + uid(model, random) + " -FLAGS (" + flag + ")");
      case 6 -> {
        model.run("STORE " + range + " FLAGS.SILENT (" + flag + " \\Seen)");
        // What a silent change made of the flags is the client's to work out; it asks instead.
        model.run("FETCH 1:* (UID FLAGS)");
      }
      case 7 -> model.run("EXPUNGE");
      case 8 -> model.run("UID EXPUNGE 1:*");
      case 9 -> model.run("FETCH " + range + " (UID FLAGS)");
      case 10 -> model.run("UID FETCH 1:* (FLAGS)");
      case 11 -> model.run("COPY " + number + " INBOX");
      case 12 -> model.run("UID MOVE " + uid(model, random) + " INBOX");
      case 13 -> model.run("SEARCH DELETED");
      default -> throw new AssertionError();
    }
  }

  private static String uid(Model model, Random random) {
    return String.valueOf(Math.max(1, model.uids.get(random.nextInt(model.uids.size()))));
  }

  private static void append(Model model, String flag, int step) {
    String body = "Subject: message " + step + "\r\n\r\nbody\r\n";
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    for (String response : model.client.append("INBOX", "(" + flag + ")", bytes)) {
      model.learn(response, false, "APPEND");
    }
  }

  private static void compare(ImapFixture server, Model model) {
    List<Long> uids = new ArrayList<>();
    SortedMap<Long, TreeSet<String>> flags = new TreeMap<>();
    try (MailView view = server.mail.view(ImapFixture.ALICE)) {
      var inbox = view.mailbox("INBOX").orElseThrow().id();
      view.messages(
          inbox,
          UidSet.ALL,
          message -> {
            uids.add(message.uid());
            Flags there = message.flags();
            TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            names.addAll(there.names());
            flags.put(message.uid(), names);
          });
    }
    assertThat(model.uids).hasSameSizeAs(uids);
    for (int index = 0; index < uids.size(); index++) {
      assertThat(model.uids.get(index)).as("message " + (index + 1)).isIn(0L, uids.get(index));
    }
    // Flags that the client was told are the newest: nothing else may have changed them since.
    model.flags.forEach(
        (uid, known) -> assertThat(known).as("UID " + uid).isEqualTo(flags.get(uid)));
    model.run("FETCH 1:* (UID FLAGS)");
    assertThat(model.uids).isEqualTo(uids);
    assertThat(model.flags).isEqualTo(flags);
  }
}
