package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.access.AccessEvent.Offence;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.imap.wire.WireLimits;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.MailboxId;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mail.NewMessage;

/** What a hostile or broken client sends gets an answer, and the connection stays in step. */
class HostileInputTest {
  private static final WireLimits SMALL = new WireLimits(1_000, 2_000, 10_000, 20, 5, 10);

  private static ImapFixture small() {
    return new ImapFixture(
        ImapLimits.STANDARD.withCommands(SMALL, 600_000).withAppendBytes(5_000), true);
  }

  private static void staysInStep(ImapClient client) {
    assertThat(client.command("NOOP")).containsExactly("OK done");
  }

  /** No message has parts as deep as that; one of 64 levels is only not there. */
  @Test
  void partsAreNamedToALimitOfLevels() throws Exception {
    try (ImapFixture fixture = new ImapFixture(ImapLimits.STANDARD, true);
        ImapClient client = fixture.logIn()) {
      client.append("INBOX", "", "Subject: x\r\n\r\ntext\r\n".getBytes(StandardCharsets.UTF_8));
      client.ok("SELECT INBOX");
      String deepest = "1" + ".1".repeat(63);
      assertThat(client.ok("FETCH 1 BODY.PEEK[" + deepest + "]")).isNotEmpty();
      assertThat(client.command("FETCH 1 BODY.PEEK[" + deepest + ".1]").toString()).contains("BAD");
      staysInStep(client);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "x",
        "x ",
        "* NOOP",
        "+ NOOP",
        "x NOOP junk",
        "x LOGIN",
        "x SELECT",
        "x SELECT \"INBOX",
        "x SELECT \"IN\\BOX\"",
        "x SELECT INBOX (QRESYNC (1 2))",
        "x SELECT INBOX (",
        "x UID",
        "x UID NOOP",
        "x FETCH 1 FLAGS",
        "x LIST",
        "x LIST \"\" {",
        "x LIST \"\" {5",
        "x LIST \"\" {abc}",
        "x STATUS INBOX ()",
        "x STATUS INBOX (FOO)",
        "x APPEND INBOX (\\Foo) {3+}",
        "x ENABLE",
        "x IDLE now",
        "x CREATE \"\u0000\"",
      })
  void invalidCommandsAreBadAndNothingElse(String line) {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      client.send(line);
      if (line.endsWith("{3+}")) {
        client.sendRaw("abc\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(client.line()).matches("(x|\\*|\\+) BAD .*");
      staysInStep(client);
    }
  }

  /** Programs ask so for the mail of all of an organisation, node-imap's with parentheses. */
  @ParameterizedTest
  @ValueSource(strings = {"OR FROM x%d ", "OR (FROM x%d) ", "OR (FROM x%d SEEN) (NOT "})
  void searchKeysMayBeNestedDeeply(String key) {
    StringBuilder search = new StringBuilder("SEARCH ");
    int levels = key.contains("(NOT") ? 80 : 240;
    for (int i = 0; i < levels; i++) {
      search.append(String.format(Locale.ROOT, key, i));
    }
    search.append("ALL").append(key.contains("(NOT") ? ")".repeat(levels) : "");
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      client.append("INBOX", "", ImapFixture.message("plain"));
      client.command("SELECT INBOX");
      assertThat(client.command(search.toString())).contains("* SEARCH 1", "OK that is all");
      assertThat(client.command("SEARCH " + "NOT ".repeat(250) + "ALL")).contains("* SEARCH 1");
      assertThat(client.command("SEARCH " + "NOT ".repeat(251) + "ALL"))
          .containsExactly("NO [LIMIT] search keys nested deeper than 250");
      staysInStep(client);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FETCH 0 FLAGS",
        "FETCH 1:4294967296 FLAGS",
        "FETCH 1 (FLAGS",
        "FETCH 1 ()",
        "FETCH 1 BODY[",
        "FETCH 1 BODY[0]",
        "FETCH 1 BODY[MIME]",
        "FETCH 1 BODY[]<0.0>",
        "FETCH 1 BODY[HEADER.FIELDS ()]",
        "FETCH 1 (FLAGS) (CHANGEDSINCE)",
        "FETCH 1 (FLAGS) (VANISHED)",
        "UID FETCH 1 (FLAGS) (CHANGEDSINCE 1 VANISHED)",
        "STORE 1 FLAGS",
        "STORE 1 +FLAGS (\\Foo)",
        "STORE 1 (UNCHANGEDSINCE x) FLAGS ()",
        "SEARCH",
        "SEARCH FOO",
        "SEARCH NOT",
        "SEARCH OR SEEN",
        "SEARCH SINCE 31-Feb-2026",
        "SEARCH SENTSINCE yesterday",
        "SEARCH RETURN (FOO) ALL",
        "SEARCH RETURN (PARTIAL) ALL",
        "SEARCH RETURN (PARTIAL 1) ALL",
        "SEARCH RETURN (PARTIAL 1:*) ALL",
        "SEARCH RETURN (PARTIAL *:1) ALL",
        "SEARCH RETURN (PARTIAL 0:1) ALL",
        "SEARCH RETURN (PARTIAL 1:-1) ALL",
        "SEARCH RETURN (PARTIAL -1:1) ALL",
        "SEARCH RETURN (PARTIAL -0:-1) ALL",
        "SEARCH RETURN (PARTIAL 1:4294967296) ALL",
        "SEARCH RETURN (ALL PARTIAL 1:2) ALL",
        "SEARCH RETURN (PARTIAL 1:2 PARTIAL 3:4) ALL",
        "FETCH 1 (FLAGS) (PARTIAL)",
        "FETCH 1 (FLAGS) (PARTIAL 1:2 PARTIAL 1:2)",
        "UID FETCH 1:* (FLAGS) (PARTIAL 1:-2)",
        "SEARCH OLDER 0",
        "COPY 1",
      })
  void invalidArgumentsAreBadAndNothingElse(String command) {
    try (ImapFixture server = small();
        ImapClient client = server.logIn()) {
      client.append("INBOX", "", ImapFixture.message("plain"));
      client.ok("SELECT INBOX");
      assertThat(client.answer(command)).startsWith("BAD ");
      staysInStep(client);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FETCH 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21 FLAGS",
        "SEARCH ((((((((SEEN))))))))",
        "SEARCH NOT NOT NOT NOT NOT NOT NOT SEEN",
        "SEARCH SEEN SEEN SEEN SEEN SEEN SEEN SEEN SEEN SEEN SEEN SEEN",
      })
  void tooMuchIsRefusedAndNothingElse(String command) {
    try (ImapFixture server = small();
        ImapClient client = server.logIn()) {
      client.append("INBOX", "", ImapFixture.message("plain"));
      client.ok("SELECT INBOX");
      assertThat(client.answer(command)).startsWith("NO [LIMIT] ");
      staysInStep(client);
    }
  }

  @Test
  void longLinesAreBad() {
    try (ImapFixture server = small();
        ImapClient client = server.logIn()) {
      assertThat(client.answer("SELECT " + "x".repeat(3_000))).startsWith("BAD ");
      assertThat(client.answer("SELECT \"" + "x".repeat(3_000) + "\"")).startsWith("BAD ");
      staysInStep(client);
    }
  }

  @Test
  void argumentLiteralsHaveALimit() {
    try (ImapFixture server = small();
        ImapClient client = server.logIn()) {
      // The client waits for leave and gets none.
      assertThat(client.answer("SELECT {2001}")).startsWith("BAD ");
      // The client does not wait: its literal is read over.
      client.send("y SELECT {2001+}\r\n" + "z".repeat(2_001) + " {3+}\r\nabc");
      assertThat(client.line()).startsWith("y BAD ");
      staysInStep(client);
    }
  }

  /** Nobody known yet can make the server hold much. */
  @Test
  void argumentsBeforeLogInAreShort() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.connect()) {
      assertThat(client.answer("LOGIN {4097}")).startsWith("BAD ");
      assertThat(client.answer("LOGIN \"" + "x".repeat(20_000) + "\" y")).startsWith("BAD ");
    }
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      String name = "x".repeat(20_000);
      assertThat(client.answer("SEARCH SUBJECT {5000+}\r\n" + "x".repeat(5_000)))
          .contains("not allowed");
      assertThat(client.answer("STATUS \"" + name + "\" (MESSAGES)")).startsWith("NO ");
    }
  }

  @Test
  void literalsTooLongToReadOverEndTheConnection() throws InterruptedException {
    try (ImapFixture server = small();
        ImapClient client = server.logIn()) {
      client.send("y SELECT {10001+}");
      assertThat(client.line()).startsWith("* BYE ");
      assertThat(client.lineOrEnd()).isNull();
      assertThat(server.events.await(Offence.class).what()).isEqualTo("too-long");
    }
  }

  @Test
  void appendRefusesWhatIsTooBigAndStaysInStep() throws IOException {
    try (ImapFixture server = small();
        ImapClient client = server.logIn()) {
      assertThat(client.answer("APPEND INBOX {5001}")).startsWith("NO [TOOBIG]");
      client.send("y APPEND INBOX {5001+}\r\n" + "z".repeat(5_001));
      assertThat(client.line()).startsWith("y NO [TOOBIG]");
      assertThat(client.answer("APPEND Nowhere {100}")).startsWith("NO [TRYCREATE]");
      client.send("y APPEND Nowhere {4+}\r\nabcd");
      assertThat(client.line()).startsWith("y NO [TRYCREATE]");
      // The second of two is refused: neither is stored.
      client.send("y APPEND INBOX {4+}\r\nabcd {5001+}\r\n" + "z".repeat(5_001));
      assertThat(client.line()).startsWith("y NO [TOOBIG]");
      staysInStep(client);
      assertThat(client.ok("STATUS INBOX (MESSAGES)")).contains("* STATUS \"INBOX\" (MESSAGES 0)");
      assertThat(server.spooled()).isZero();
    }
  }

  @Test
  void logInsThatComeToNoEndAreNoted() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.connect()) {
      assertThat(client.answer("AUTHENTICATE CRAM-MD5")).startsWith("NO ");
      client.send("x AUTHENTICATE SCRAM-SHA-256 biwsbj1ib2Iscj1hYmM="); // n,,n=bob,r=abc
      assertThat(client.line()).startsWith("+ ");
      client.send("*");
      assertThat(client.line()).startsWith("x BAD ");
      assertThat(server.people.refused())
          .containsExactly(" CRAM-MD5 MECHANISM", "bob SCRAM-SHA-256 UNFINISHED");
    }
  }

  /** A SASL response is no command: whatever stands at its end announces no literal. */
  @Test
  void aResponseThatIsTooLongHasNoLiterals() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.connect()) {
      client.send("x AUTHENTICATE PLAIN");
      assertThat(client.line()).isEqualTo("+ ");
      client.send("A".repeat(20_000) + "{500+}");
      assertThat(client.line()).startsWith("x BAD ");
      assertThat(client.answer("NOOP")).isEqualTo("OK done");
    }
  }

  /** LOGIN is no exchange, but one who leaves in the middle of it has tried all the same. */
  @Test
  void logInCommandsThatComeToNoEndAreNoted() throws InterruptedException {
    try (ImapFixture server = new ImapFixture()) {
      try (ImapClient client = server.connect()) {
        assertThat(client.answer("LOGIN alice")).startsWith("BAD ");
        assertThat(client.answer("LOGIN")).startsWith("BAD ");
        client.send("x LOGIN bob {6}");
        assertThat(client.line()).startsWith("+ ");
        client.sendRaw("sec".getBytes(StandardCharsets.US_ASCII));
      }
      server.events.await(SessionEnd.class);
      assertThat(server.people.refused())
          .containsExactly("alice LOGIN UNFINISHED", "bob LOGIN UNFINISHED");
    }
  }

  /** Whoever copies a mailbox need not wait for the last line: what went out is counted. */
  @Test
  void whatWasReadIsCountedAlsoWhenTheClientHangsUp() throws Exception {
    try (ImapFixture server = new ImapFixture()) {
      try (ImapClient client = server.logIn()) {
        byte[] large =
            ("Subject: x\r\n\r\n" + "y".repeat(70) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] message = Arrays.copyOf(large, 2_000_000);
        Arrays.fill(message, large.length, message.length, (byte) 'z');
        for (int i = 0; i < 8; i++) {
          client.append("INBOX", "", message);
        }
        client.ok("SELECT INBOX");
        client.send("x FETCH 1:* BODY.PEEK[]");
        assertThat(client.line()).startsWith("* 1 FETCH ");
      }
      assertThat(server.events.await(SessionEnd.class).counts().messagesRead()).isPositive();
    }
  }

  @Test
  void tooManyInvalidCommandsEndTheConnection() throws InterruptedException {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.connect()) {
      List<String> lines = new ArrayList<>();
      for (int count = 0; count < ImapLimits.STANDARD.badCommandsUnauthenticated(); count++) {
        client.send("x GET / HTTP/1.1");
        lines.add(client.line());
      }
      assertThat(lines).allMatch(line -> line.startsWith("x BAD "));
      assertThat(client.line()).startsWith("* BYE ");
      assertThat(server.events.await(Offence.class).what()).isEqualTo("too-many-errors");
    }
  }

  @Test
  void tooManyFailedLogInsEndTheConnection() throws InterruptedException {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.connect()) {
      for (int count = 0; count < ImapLimits.STANDARD.logInAttempts(); count++) {
        assertThat(client.answer("LOGIN alice@example.test wrong"))
            .startsWith("NO [AUTHENTICATIONFAILED]");
      }
      assertThat(client.line()).startsWith("* BYE ");
      assertThat(client.lineOrEnd()).isNull();
      assertThat(server.events.await(Offence.class).what()).isEqualTo("too-many-log-ins");
    }
  }

  @Test
  void tooManyCommandsEndTheConnection() throws InterruptedException {
    try (ImapFixture server =
            new ImapFixture(ImapLimits.STANDARD.withCommands(WireLimits.STANDARD, 10), true);
        ImapClient client = server.logIn()) {
      for (int count = 0; count < 10; count++) {
        assertThat(client.answer("NOOP")).startsWith("OK");
      }
      assertThat(client.line()).startsWith("* BYE [LIMIT]");
      assertThat(server.events.await(Offence.class).what()).isEqualTo("too-fast");
    }
  }

  @Test
  void silenceBeforeLogInEndsTheConnection() throws InterruptedException {
    Duration shortly = Duration.ofMillis(50);
    ImapLimits limits =
        ImapLimits.STANDARD.withWaits(
            new ImapLimits.Waits(shortly, ImapLimits.Waits.STANDARD.command(), shortly, shortly));
    try (ImapFixture server = new ImapFixture(limits, true);
        ImapClient client = server.connect()) {
      assertThat(client.line()).startsWith("* BYE ");
      assertThat(client.lineOrEnd()).isNull();
      assertThat(server.events.await(SessionEnd.class).how()).isEqualTo("timeout");
    }
  }

  @Test
  void pipelinedCommandsAreAnsweredInOrder() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      byte[] message = ImapFixture.message("plain");
      client.sendRaw(
          ("1 NOOP\r\n2 SELECT INBOX\r\n3 APPEND INBOX {" + message.length + "+}\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      client.sendRaw(message);
      client.send("\r\n4 FETCH 1 (UID)\r\n5 SEARCH ALL\r\n6 BOGUS {3+}\r\nabc\r\n7 NOOP");
      assertThat(client.until("1")).containsExactly("OK done");
      assertThat(client.until("2").getLast()).startsWith("OK [READ-WRITE]");
      assertThat(client.until("3")).contains("* 1 EXISTS");
      assertThat(client.until("4")).containsExactly("* 1 FETCH (UID 1)", "OK fetched");
      assertThat(client.until("5")).startsWith("* SEARCH 1");
      assertThat(client.until("6").getLast()).startsWith("BAD ");
      assertThat(client.until("7")).containsExactly("OK done");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void mangledCommandsNeverBreakTheServer(long seed) {
    Random random = new Random(seed);
    String[] models = {
      "a FETCH 1:* (FLAGS UID BODY.PEEK[HEADER.FIELDS (From To)]<0.100> ENVELOPE)\r\n",
      "a SEARCH RETURN (MIN COUNT) OR (FROM \"x\" SINCE 1-Jan-2026) NOT UID 1:5"
          + " TEXT {3+}\r\nabc\r\n",
      "a LIST (SUBSCRIBED) \"\" (\"*\" %) RETURN (STATUS (MESSAGES))\r\n",
      "a STORE 1 (UNCHANGEDSINCE 5) +FLAGS.SILENT (\\Seen $x)\r\n",
      "a UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1)\r\n",
      "a APPEND INBOX (\\Seen) \"01-Jan-2026 00:00:00 +0000\" {5+}\r\nabcde\r\n",
      "a SELECT INBOX (QRESYNC (1 5 1:5 (1:2 1:2)))\r\n",
    };
    try (ImapFixture server = new ImapFixture()) {
      for (int round = 0; round < 60; round++) {
        byte[] bytes = models[random.nextInt(models.length)].getBytes(StandardCharsets.ISO_8859_1);
        for (int change = random.nextInt(4); change >= 0; change--) {
          bytes[random.nextInt(bytes.length)] = (byte) mangle(random);
        }
        bytes = Arrays.copyOf(bytes, bytes.length - (random.nextInt(4) == 0 ? 1 : 0));
        try (ImapClient client = server.logIn()) {
          client.ok("SELECT INBOX");
          client.sendRaw(bytes);
          // Whatever was open is closed by a long stretch of line ends; then it must answer.
          client.sendRaw("\r\n".repeat(8).getBytes(StandardCharsets.US_ASCII));
          client.send("last LOGOUT");
          String line = client.lineOrEnd();
          while (line != null && !line.startsWith("* BYE")) {
            assertThat(line).doesNotContain("SERVERBUG");
            line = client.lineOrEnd();
          }
          assertThat(line).as("seed " + seed + " round " + round).isNotNull();
        }
      }
    }
  }

  private static int mangle(Random random) {
    String likely = "(){}[]<>\"\\*%:,. +-$\r\n0123456789aA\u0000\u00ff";
    return likely.charAt(random.nextInt(likely.length()));
  }

  /** RFC 3501 §9, CHAR8: a NUL that came by SMTP or from an old store may stand in no literal. */
  @Test
  void nulInAMessageIsNoneInALiteral() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      String message = "Subject: a\0b\r\nX-Long: " + "y".repeat(300_000) + "\0\r\n\r\n\0c\0\r\n";
      keep(server, message.getBytes(StandardCharsets.ISO_8859_1));
      client.ok("SELECT INBOX");
      String shown = message.replace('\0', '\u0080');
      String whole = client.ok("FETCH 1 BODY.PEEK[]").getFirst();
      assertThat(whole.equals("* 1 FETCH (BODY[] {" + message.length() + "}\r\n" + shown + ")"))
          .as("0x80 stands for each NUL, of %d", whole.chars().filter(c -> c == 0x80).count())
          .isTrue();
      assertThat(
              client.ok("FETCH 1 (BODY.PEEK[TEXT] BODY.PEEK[HEADER.FIELDS (SUBJECT)])").toString())
          .contains("\u0080c\u0080", "Subject: a\u0080b")
          .doesNotContain("\0");
      // In a literal8 it may be.
      assertThat(client.ok("FETCH 1 BINARY.PEEK[1]").getFirst()).contains("~{5}\r\n\0c\0");
    }
  }

  private static void keep(ImapFixture server, byte[] message) {
    MailboxId inbox;
    try (MailView view = server.mail.view(ImapFixture.ALICE)) {
      inbox = view.mailbox("INBOX").orElseThrow().id();
    }
    NewMessage kept = new NewMessage(MessageContent.of(message), Flags.NONE, Optional.empty());
    server.mail.appendAll(ImapFixture.ALICE, inbox, List.of(kept));
  }
}
