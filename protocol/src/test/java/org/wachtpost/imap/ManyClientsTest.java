package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
  private static final Pattern COPYUID = Pattern.compile("\\[COPYUID \\d+ ([0-9:,]+) ([0-9:,]+)]");
  private static final String[] FLAGS = {
    "\\Seen", "\\Flagged", "\\Deleted", "\\Answered", "$Junk", "blue"
  };

  /** UIDs that COPYUID has named in the other mailbox. */
  private final Set<Long> targets = new HashSet<>();

  private long uidValidity;
  private int comebacks;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyClientEndsUpWithTheTruth(long seed) {
    Random random = new Random(seed);
    try (ImapFixture server = new ImapFixture()) {
      List<ClientModel> models = new ArrayList<>();
      Map<Long, ImapClient> recent = new HashMap<>();
      targets.clear();
      for (int index = 0; index < CLIENTS; index++) {
        boolean qresync = index % 2 == 1;
        ClientModel model = new ClientModel(server.logIn(), qresync || index == 2, qresync, recent);
        if (model.qresync) {
          model.client.ok("ENABLE QRESYNC");
        } else if (index == 2) {
          model.client.ok("ENABLE CONDSTORE");
        }
        if (index >= 2) {
          model.client.compress();
        }
        uidValidity = code(model.run("SELECT INBOX"), "UIDVALIDITY");
        models.add(model);
      }
      for (int step = 0; step < STEPS; step++) {
        act(models.get(random.nextInt(CLIENTS)), random, step);
      }
      assertThat(recent).isNotEmpty();
      assertThat(comebacks).as("times that a client came back").isPositive();
      for (ClientModel model : models) {
        if (model.isAway()) {
          model.comeBack(uidValidity, false);
        }
        model.run("NOOP");
        compare(server, model);
        model.client.ok("LOGOUT");
        model.client.close();
      }
    }
  }

  private void act(ClientModel model, Random random, int step) {
    if (model.isAway()) {
      if (random.nextInt(3) == 0) {
        model.comeBack(uidValidity, random.nextBoolean());
        comebacks++;
      }
      return;
    }
    int count = model.uids.size();
    String number = count == 0 ? "" : String.valueOf(1 + random.nextInt(count));
    String range = count == 0 ? "1:*" : number + ":*";
    String flag = FLAGS[random.nextInt(FLAGS.length)];
    switch (random.nextInt(count == 0 ? 4 : 22)) {
      case 0, 1 -> append(model, flag, step);
      case 2 -> model.run(random.nextBoolean() ? "NOOP" : "CHECK");
      case 3 -> idle(model);
      case 4, 5 -> model.run("STORE " + number + " +FLAGS (" + flag + ")");
      case 6 -> model.run("UID STORE " + uid(model, random) + " -FLAGS (" + flag + ")");
      case 7 -> {
        model.run("STORE " + range + " FLAGS.SILENT (" + flag + " \\Seen)");
        // What a silent change made of the flags is the client's to work out; it asks instead.
        model.run("FETCH 1:* (UID FLAGS)");
      }
      case 8 -> model.run("EXPUNGE");
      case 9 -> model.run("UID EXPUNGE 1:*");
      case 10 -> model.run("FETCH " + range + " (UID FLAGS)");
      case 11 -> model.run("UID FETCH 1:* (FLAGS)");
      case 12 ->
          assertThat(model.tell("COPY " + number + " INBOX").getLast())
              .containsAnyOf("OK [COPYUID ", "NO [EXPUNGEISSUED]");
      case 13 -> model.run("UID MOVE " + uid(model, random) + " INBOX");
      case 14 -> model.run("SEARCH DELETED");
      case 15 -> elsewhere(model, random.nextBoolean() ? "MOVE " : "COPY ", range);
      case 16, 17 -> storeUnchanged(model, random, number, flag);
      case 18 -> model.run("FETCH " + number + " UID");
      case 21 -> model.addSilently(Integer.parseInt(number), flag);
      case 19, 20 -> {
        if (model.qresync) {
          model.leave();
        }
      }
      default -> throw new AssertionError();
    }
  }

  /** Hears in IDLE what it did not know; DONE answers when all of it is told. */
  private static void idle(ClientModel model) {
    model.client.send("i IDLE");
    model.client.send("DONE");
    for (String response : model.client.until("i")) {
      if (!response.startsWith("+ ") && !response.startsWith("OK ")) {
        model.learn(response, false, "IDLE");
      }
    }
  }

  /** MOVE or COPY to another mailbox; COPYUID pairs what the client knows with what is new. */
  private void elsewhere(ClientModel model, String verb, String range) {
    List<Long> known = List.copyOf(model.uids);
    int first = Integer.parseInt(range.split(":")[0]);
    List<String> responses = model.tell(verb + range + " Archive");
    String answer = String.join(" ", responses);
    Matcher copyUid = COPYUID.matcher(answer);
    if (!copyUid.find()) {
      assertThat(responses.getLast()).startsWith("NO [EXPUNGEISSUED]");
      return;
    }
    List<Long> sources = ClientModel.members(copyUid.group(1));
    List<Long> made = ClientModel.members(copyUid.group(2));
    assertThat(made).as(answer).hasSameSizeAs(sources).isSorted();
    assertThat(sources).as(answer).isSorted().doesNotHaveDuplicates();
    for (long uid : made) {
      assertThat(targets.add(uid)).as("UID " + uid + " is given once").isTrue();
    }
    List<Long> asked = known.subList(first - 1, known.size());
    if (!asked.contains(0L)) {
      assertThat(asked).as(verb + range).containsAll(sources);
    }
  }

  /** RFC 7162 §3.1.3: what has changed since is told in MODIFIED and left as it is. */
  private static void storeUnchanged(ClientModel model, Random random, String number, String flag) {
    long uid = model.uids.get(Integer.parseInt(number) - 1);
    Long modSeq = model.modSeqs.get(uid);
    if (modSeq == null) {
      return;
    }
    long bound = random.nextInt(3) == 0 ? modSeq - 1 : modSeq;
    String answer =
        model
            .run("STORE " + number + " (UNCHANGEDSINCE " + bound + ") +FLAGS (" + flag + ")")
            .getLast();
    if (answer.contains("[MODIFIED " + number + "]")) {
      model.run("NOOP");
      Long now = model.modSeqs.get(uid);
      assertThat(now == null || now > bound).as("MODSEQ of " + number + ", not " + bound).isTrue();
    } else if (bound < modSeq) {
      assertThat(answer).as("changed at " + modSeq).contains("EXPUNGEISSUED");
    }
  }

  private static String uid(ClientModel model, Random random) {
    return String.valueOf(Math.max(1, model.uids.get(random.nextInt(model.uids.size()))));
  }

  private static void append(ClientModel model, String flag, int step) {
    String body = "Subject: message " + step + "\r\n\r\nbody\r\n";
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    for (String response : model.client.append("INBOX", "(" + flag + ")", bytes)) {
      model.learn(response, false, "APPEND");
    }
  }

  private static long code(List<String> responses, String name) {
    Matcher matcher = Pattern.compile("\\[" + name + " (\\d+)]").matcher(responses.toString());
    assertThat(matcher.find()).as(name + " in " + responses).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  private static void compare(ImapFixture server, ClientModel model) {
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
