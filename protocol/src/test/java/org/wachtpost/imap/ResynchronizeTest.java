package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.store.memory.Faults;
import org.wachtpost.store.memory.MemoryDisk;

/** A client that comes back is told what it missed (RFC 7162 §3.2.5), and faults lose nothing. */
class ResynchronizeTest {
  @Test
  void selectTellsWhatWasMissed() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn();
        ImapClient other = server.logIn()) {
      for (int count = 0; count < 5; count++) {
        client.append("INBOX", "", ImapFixture.message("plain"));
      }
      client.ok("ENABLE QRESYNC");
      List<String> selected = client.ok("SELECT INBOX");
      long validity = code(selected, "UIDVALIDITY");
      long known = code(selected, "HIGHESTMODSEQ");
      client.ok("UNSELECT");

      other.ok("SELECT INBOX");
      other.ok("STORE 2,4 +FLAGS (\\Deleted)");
      other.ok("EXPUNGE");
      other.ok("STORE 1 +FLAGS (\\Flagged)");
      other.append("INBOX", "", ImapFixture.message("plain"));

      List<String> missed = client.ok("SELECT INBOX (QRESYNC (" + validity + " " + known + "))");
      assertThat(missed).contains("* VANISHED (EARLIER) 2,4");
      assertThat(missed).anyMatch(line -> line.startsWith("* 1 FETCH (UID 1 FLAGS (\\Flagged)"));
      assertThat(missed).anyMatch(line -> line.startsWith("* 4 FETCH (UID 6 FLAGS ()"));
      assertThat(missed).noneMatch(line -> line.contains("UID 3 "));

      List<String> narrow =
          client.ok("SELECT INBOX (QRESYNC (" + validity + " " + known + " 3:4 (1:2 1:2)))");
      assertThat(narrow)
          .contains("* VANISHED (EARLIER) 4", "* OK [CLOSED] previous mailbox is closed");
      assertThat(narrow).noneMatch(line -> line.contains("FETCH"));

      List<String> strange = client.ok("SELECT INBOX (QRESYNC (" + (validity + 1) + " 1))");
      assertThat(strange).noneMatch(line -> line.contains("VANISHED") || line.contains("FETCH"));

      List<String> upToDate =
          client.ok(
              "SELECT INBOX (QRESYNC (" + validity + " " + code(missed, "HIGHESTMODSEQ") + "))");
      assertThat(upToDate).noneMatch(line -> line.contains("VANISHED") || line.contains("FETCH"));
    }
  }

  // RFC 7162 §3.2.5.1, §3.2.6: all expunges since that modification sequence. A client may keep a
  // message as it comes, and the modification sequence only when it leaves the mailbox, if it does.
  @Test
  void whatCameAndWentSinceIsToldAsGone() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn();
        ImapClient other = server.logIn()) {
      client.append("INBOX", "", ImapFixture.message("plain"));
      client.ok("ENABLE QRESYNC");
      List<String> selected = client.ok("SELECT INBOX");
      long validity = code(selected, "UIDVALIDITY");
      long known = code(selected, "HIGHESTMODSEQ");
      for (int count = 0; count < 2; count++) {
        other.append("INBOX", "", ImapFixture.message("plain"));
      }
      assertThat(client.ok("NOOP")).contains("* 3 EXISTS");
      client.ok("UNSELECT");

      other.ok("SELECT INBOX");
      other.ok("STORE 2 +FLAGS (\\Deleted)");
      other.ok("EXPUNGE");
      assertThat(client.ok("SELECT INBOX (QRESYNC (" + validity + " " + known + " 1:3))"))
          .contains("* VANISHED (EARLIER) 2")
          .anyMatch(line -> line.startsWith("* 2 FETCH (UID 3 "));
      assertThat(client.ok("UID FETCH 1:3 (FLAGS) (CHANGEDSINCE " + known + " VANISHED)"))
          .contains("* VANISHED (EARLIER) 2");

      // A session that never had it is not told of it.
      other.append("INBOX", "(\\Deleted)", ImapFixture.message("plain"));
      other.ok("EXPUNGE");
      assertThat(client.ok("NOOP"))
          .noneMatch(line -> line.contains("VANISHED") || line.contains("EXISTS"));
    }
  }

  // Cyrus' own tests ask so: in 1:* the star is the last message that is left.
  @Test
  void messagesGoneFromTheEndAreToldToWhoAsksForAll() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      for (int count = 0; count < 3; count++) {
        client.append("INBOX", "", ImapFixture.message("plain"));
      }
      client.ok("ENABLE QRESYNC");
      long validity = code(client.ok("SELECT INBOX"), "UIDVALIDITY");
      client.ok("STORE 3 +FLAGS (\\Deleted)");
      client.ok("EXPUNGE");
      String all = "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)";
      assertThat(client.ok(all)).contains("* VANISHED (EARLIER) 3");
      assertThat(client.ok("UID FETCH 1:2 (FLAGS) (CHANGEDSINCE 1 VANISHED)"))
          .noneMatch(line -> line.contains("VANISHED"));
      assertThat(client.ok("UID FETCH 9:* (FLAGS) (CHANGEDSINCE 1 VANISHED)"))
          .contains("* VANISHED (EARLIER) 3");
      client.ok("STORE 1:2 +FLAGS (\\Deleted)");
      client.ok("EXPUNGE");
      assertThat(client.ok(all)).contains("* VANISHED (EARLIER) 1:3");
      // No change is known yet: some write that as 0.
      assertThat(client.ok("SELECT INBOX (QRESYNC (" + validity + " 0))"))
          .contains("* VANISHED (EARLIER) 1:3");
      assertThat(client.answer("SELECT INBOX (QRESYNC (0 1))")).startsWith("BAD ");
    }
  }

  private static long code(List<String> responses, String name) {
    Pattern pattern = Pattern.compile(".*\\[" + name + " (\\d+)].*");
    for (String response : responses) {
      Matcher matcher = pattern.matcher(response);
      if (matcher.matches()) {
        return Long.parseLong(matcher.group(1));
      }
    }
    throw new AssertionError("no " + name + " in " + responses);
  }

  @Test
  void aBinaryLiteralStaysAsItIsAndNulIsRefused() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      client.send("x APPEND INBOX ~{6+}\r\na:b\n\nc");
      assertThat(client.line()).startsWith("x OK [APPENDUID ");
      client.send("y APPEND INBOX ~{3+}\r\na\0b");
      assertThat(client.line()).startsWith("y NO [UNKNOWN-CTE] ");
      client.send("z APPEND INBOX {3+}\r\na\0b");
      assertThat(client.line()).startsWith("z NO [CANNOT] ");
      client.ok("EXAMINE INBOX");
      assertThat(client.ok("FETCH 1:* (RFC822.SIZE BODY[])"))
          .contains("* 1 FETCH (RFC822.SIZE 6 BODY[] {6}\r\na:b\n\nc)");
      client.ok("LOGOUT");
    }
  }

  @Test
  void severalMessagesInOneAppendAreAllStoredInOrder() throws InterruptedException {
    try (ImapFixture server = new ImapFixture()) {
      try (ImapClient client = server.logIn()) {
        client.send(
            "x APPEND INBOX (\\Seen) {4+}\r\none\n \"01-Jan-2026 00:00:00 +0000\" {3+}\r\ntwo");
        assertThat(client.line()).matches("x OK \\[APPENDUID \\d+ 1:2] stored");
        client.ok("EXAMINE INBOX");
        // A lone LF is stored as CRLF.
        assertThat(client.ok("FETCH 1:2 (FLAGS BODY[])"))
            .contains(
                "* 1 FETCH (FLAGS (\\Seen \\Recent) BODY[] {5}\r\none\r\n)",
                "* 2 FETCH (FLAGS (\\Recent) BODY[] {3}\r\ntwo)");
        client.ok("FETCH 1 BODY.PEEK[1.MIME]");
        client.ok("LOGOUT");
      }
      SessionEnd end = server.events.await(SessionEnd.class);
      assertThat(end.counts().appended()).isEqualTo(2);
      assertThat(end.counts().messagesRead()).isEqualTo(3);
      assertThat(end.counts().exported()).isEqualTo(2); // of a part is not all
    }
  }

  @Test
  void severalMessagesInOneAppendAreAllStoredOrNone() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      server.mail.setQuota(ImapFixture.ALICE, 1_024, 2);
      client.ok("SELECT INBOX");
      client.send("x APPEND INBOX {4+}\r\none\n {3+}\r\ntwo {5+}\r\nthree");
      assertThat(client.line()).startsWith("x NO [OVERQUOTA]");
      String keyword = "k".repeat(65);
      client.send("y APPEND INBOX {4+}\r\none\n (" + keyword + ") {3+}\r\ntwo");
      assertThat(client.line()).startsWith("y NO [LIMIT]");
      assertThat(client.ok("NOOP")).noneMatch(line -> line.endsWith("EXISTS"));
      // No UID was given away either.
      assertThat(client.ok("STATUS INBOX (MESSAGES UIDNEXT)"))
          .contains("* STATUS \"INBOX\" (MESSAGES 0 UIDNEXT 1)");
    }
  }

  @Test
  void quotaIsToldAndKept() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      server.mail.setQuota(ImapFixture.ALICE, 1_024, 10);
      client.append("INBOX", "", ImapFixture.message("plain"));
      assertThat(client.ok("GETQUOTA \"\"")).contains("* QUOTA \"\" (STORAGE 1 1 MESSAGE 1 10)");
      assertThat(client.ok("GETQUOTAROOT INBOX"))
          .contains("* QUOTAROOT \"INBOX\" \"\"", "* QUOTA \"\" (STORAGE 1 1 MESSAGE 1 10)");
      assertThat(client.answer("APPEND INBOX {874}")).startsWith("NO [OVERQUOTA]");
    }
  }

  @Test
  void aFullDiskIsATemporaryRefusalAndReadingGoesOn() {
    MemoryDisk disk = new MemoryDisk(new Faults(new Random(1)), Long.MAX_VALUE);
    try (ImapFixture server = new ImapFixture(ImapLimits.STANDARD, true, disk);
        ImapClient client = server.logIn()) {
      client.append("INBOX", "", ImapFixture.message("plain"));
      client.ok("SELECT INBOX");
      disk.setCapacity(disk.length());
      assertThat(client.answer("STORE 1 +FLAGS (\\Flagged)")).startsWith("NO [UNAVAILABLE]");
      List<String> fetched = client.ok("FETCH 1 (BODY[TEXT])");
      assertThat(fetched.getFirst()).contains("the meeting is at ten.");
      assertThat(fetched).anyMatch(line -> line.startsWith("* NO [UNAVAILABLE]"));
      disk.setCapacity(Long.MAX_VALUE);
      client.ok("STORE 1 +FLAGS (\\Flagged)");
    }
  }
}
