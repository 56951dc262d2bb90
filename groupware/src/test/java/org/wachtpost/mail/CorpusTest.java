package org.wachtpost.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.memory.MemoryStore;

/**
 * Some 2,000 real mails come in and every byte comes back, and Python's email package, the oracle,
 * takes them apart the same way. The mails are not in this repository: the test is skipped where
 * there is no folder of them (WACHTPOST_SHARED, or {@code shared} beside the repository).
 */
class CorpusTest {
  private static final AccountId ALICE = AccountId.person(1);

  /**
   * Mails that the oracle takes apart in another way, and why both are right: a parameter without
   * the semicolon before it, which the oracle takes for a part of the type; a multipart without any
   * delimiter, for which IMAP must show a part; a delivery status, whose blocks of fields the
   * oracle takes for parts.
   */
  private static final Set<String> DIFFERENT =
      Set.of("00204-749224f2.eml", "01214-d55b6c98.eml", "01436-22568258.eml");

  @TempDir Path directory;

  @Test
  void everyMailComesBackAndIsTakenApartAsTheOracleDoes() throws Exception {
    Map<String, byte[]> mails = mails();
    Map<String, String> ours = new TreeMap<>();
    try (MemoryStore store = new MemoryStore()) {
      AccountMail mail =
          new AccountMail(
              new Accounts(store, Instant::now, new Random(1)),
              store,
              Instant::now,
              MailSettings.DEFAULTS);
      mail.createAccount(ALICE);
      MailboxId inbox;
      try (MailView view = mail.view(ALICE)) {
        inbox = view.mailbox("INBOX").orElseThrow().id();
      }
      List<String> names = List.copyOf(mails.keySet());
      for (byte[] bytes : mails.values()) {
        AccountMailTest.done(
            mail.append(ALICE, inbox, MessageContent.of(bytes), Flags.NONE, Optional.empty()));
      }
      try (MailView view = mail.view(ALICE)) {
        view.messagesWithData(
            inbox,
            UidSet.ALL,
            (message, data) -> {
              String name = names.get((int) message.uid() - 1);
              byte[] bytes = read(view.body(message, 0));
              assertThat(bytes).as(name).isEqualTo(mails.get(name));
              assertThat(data.structure().end()).as(name).isEqualTo(bytes.length);
              ours.put(name, describe(name, "", data.structure(), bytes));
              return true;
            });
      }
      MailCheckTest.checkSound(store, ALICE);
    }
    compare(ours, oracle(mails));
  }

  private static void compare(Map<String, String> ours, Map<String, String> theirs) {
    assertThat(ours.keySet()).isEqualTo(theirs.keySet());
    TreeSet<String> different = new TreeSet<>();
    StringBuilder report = new StringBuilder();
    ours.forEach((name, parts) -> {
      if (!parts.equals(theirs.get(name))) {
        different.add(name);
        report.append("ours\n").append(parts).append("theirs\n").append(theirs.get(name));
      }
    });
    assertThat(different).as("%s", report).isEqualTo(DIFFERENT);
  }

  private Map<String, byte[]> mails() throws Exception {
    String configured = System.getenv("WACHTPOST_SHARED");
    Path shared =
        configured != null ? Path.of(configured) : Path.of("../../shared").toAbsolutePath();
    Path archive = shared.resolve("corpus/mails.tar.xz");
    assumeTrue(Files.exists(archive), "no mails in " + shared);
    run(List.of("tar", "-xJf", archive.toString(), "-C", directory.toString()), "");
    Map<String, byte[]> mails = new TreeMap<>();
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = withCrlf(Files.readAllBytes(file));
        mails.put(file.getFileName().toString(), bytes);
        Files.write(file, bytes);
      }
    }
    return mails;
  }

  private static byte[] withCrlf(byte[] bytes) {
    return new String(bytes, ISO_8859_1).replaceAll("(?<!\r)\n", "\r\n").getBytes(ISO_8859_1);
  }

  private Map<String, String> oracle(Map<String, byte[]> mails) throws Exception {
    Path script = Files.createTempFile("oracle", ".py");
    try (InputStream in = CorpusTest.class.getResourceAsStream("oracle.py")) {
      Files.write(script, in.readAllBytes());
      StringBuilder names = new StringBuilder();
      try (var files = Files.walk(directory)) {
        files.filter(Files::isRegularFile).forEach(file -> names.append(file).append('\n'));
      }
      Map<String, String> parts = new TreeMap<>();
      for (String line : run(List.of("python3", script.toString()), names.toString()).split("\n")) {
        parts.merge(line.substring(0, line.indexOf('\t')), line + "\n", String::concat);
      }
      return parts;
    } finally {
      Files.delete(script);
    }
  }

  private static String run(List<String> command, String input) throws Exception {
    Path in = Files.createTempFile("input", ".txt");
    try {
      Files.writeString(in, input);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as("%s", command).isZero();
      return out;
    } finally {
      Files.delete(in);
    }
  }

  private static String describe(String name, String path, BodyPart part, byte[] message) {
    byte[] header = Arrays.copyOfRange(message, (int) part.headerStart(), (int) part.bodyStart());
    HeaderBlock block = new HeaderBlock();
    block.add(header, 0, header.length);
    StringBuilder fields = new StringBuilder();
    for (HeaderBlock.Field field : block.fields()) {
      String body = field.raw().substring(field.bodyStart());
      fields.append(field.name().toLowerCase(Locale.ROOT)).append(':');
      fields.append(body.replaceAll("^[ \t\r\n]+|[ \t\r\n]+$", "")).append('\n');
    }
    byte[] body =
        part.children().isEmpty()
            ? Arrays.copyOfRange(message, (int) part.bodyStart(), oracleEnd(path, part, message))
            : new byte[0];
    String type = (part.type() + "/" + part.subtype()).toLowerCase(Locale.ROOT);
    StringBuilder lines = new StringBuilder();
    lines.append(
        String.join(
            "\t", name, path, type, sha(fields.toString().getBytes(ISO_8859_1)), sha(body)));
    lines.append('\n');
    int number = 1;
    for (BodyPart child : part.children()) {
      String below = path.isEmpty() ? "" + number : path + "." + number;
      lines.append(describe(name, below, child, message));
      number++;
    }
    return lines.toString();
  }

  /** The oracle takes a part's last line end for the delimiter's, also where that is missing. */
  private static int oracleEnd(String path, BodyPart part, byte[] message) {
    int end = (int) part.end();
    boolean cut = !path.isEmpty() && end == message.length && part.size() >= 2;
    return cut && message[end - 1] == '\n' ? end - 2 : end;
  }

  private static String sha(byte[] bytes) {
    return BlobId.ofContent(bytes).toString().substring(0, 16);
  }

  private static byte[] read(InputStream in) {
    try (in) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
