package org.wachtpost.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportSourceTest {
  @TempDir Path directory;

  private final List<String> failures = new ArrayList<>();

  private List<ImportMessage> read(Path path) throws IOException {
    List<ImportMessage> messages = new ArrayList<>();
    new ImportSource(path).read(messages::add, failures::add);
    return messages;
  }

  private static String text(ImportMessage message) {
    return new String(message.content(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void anMboxIsTakenApart() throws IOException {
    Path mbox = directory.resolve("mail.mbox");
    Files.writeString(
        mbox,
        """
        From alice@example.test Mon Mar  2 08:12:00 2026
        Subject: one
        Status: RO

        first
        >From here on
        >>From there

        From bob Tue Mar  3 09:00:00 2026
        Subject: two
        X-Status: AF

        From a sentence like this one no message starts
        """);
    List<ImportMessage> messages = read(mbox);
    assertThat(messages).hasSize(2);
    assertThat(text(messages.get(0)))
        .isEqualTo("Subject: one\r\nStatus: RO\r\n\r\nfirst\r\nFrom here on\r\n>From there\r\n");
    assertThat(messages.get(0).date()).isEqualTo(Instant.parse("2026-03-02T08:12:00Z"));
    assertThat(messages.get(0).flags()).containsExactly("\\Seen");
    assertThat(messages.get(1).flags()).containsExactly("\\Answered", "\\Flagged");
  }

  @Test
  void aMaildirGivesFlagsAndFolders() throws IOException {
    for (String folder : List.of("", ".Sent.2020")) {
      for (String sub : List.of("cur", "new", "tmp")) {
        Files.createDirectories(directory.resolve(folder).resolve(sub));
      }
    }
    Files.writeString(directory.resolve("cur/1.host:2,RS"), "Subject: a\n\nx\n");
    Files.writeString(directory.resolve("new/2.host"), "Subject: b\r\n\r\ny");
    Files.writeString(directory.resolve(".Sent.2020/cur/3.host:2,P"), "Subject: c\n\nz\n");
    List<ImportMessage> messages = read(directory);
    assertThat(messages).extracting(ImportMessage::mailbox).containsExactly("", "", "Sent/2020");
    assertThat(messages.get(0).flags()).containsExactlyInAnyOrder("\\Answered", "\\Seen");
    assertThat(messages.get(2).flags()).containsExactly("$Forwarded");
    assertThat(text(messages.get(1))).isEqualTo("Subject: b\r\n\r\ny");
  }

  @Test
  void aFolderOfMessagesLosesALeftOverFromLine() throws IOException {
    Files.createDirectories(directory.resolve("sub"));
    Files.writeString(directory.resolve("sub/1.eml"), "From x Mon Mar  2 08:12:00 2026\nA: b\n\nc");
    assertThat(read(directory)).extracting(ImportSourceTest::text).containsExactly("A: b\r\n\r\nc");
    assertThat(failures).isEmpty();
  }

  /** Somebody's README.md became a message in an inbox. */
  @Test
  void aFileThatIsNoMailIsSaid() throws IOException {
    Path readme = Files.writeString(directory.resolve("README.md"), "# Notes\n\nSubject: x\n");
    assertThat(read(readme)).isEmpty();
    assertThat(failures).containsExactly(readme + ": not a message, left out");
    Path message = Files.writeString(directory.resolve("saved.txt"), "Subject: a\n\nb\n");
    assertThat(read(message))
        .extracting(ImportSourceTest::text)
        .containsExactly("Subject: a\r\n\r\nb\r\n");
    Path odd = Files.writeString(directory.resolve("odd.eml"), "no header\n");
    assertThat(read(odd)).hasSize(1);
    assertThat(failures).hasSize(1);
  }

  /** A folder of Thunderbird's has mbox files without an ending, beside indexes and settings. */
  @Test
  void ofAFolderEveryMboxIsTakenApartAndWhatIsNoMessageIsSaid() throws IOException {
    Files.writeString(
        directory.resolve("Archive"),
        """
        From - Mon Mar  2 08:12:00 2026
        Subject: one

        x

        From - Mon Mar  2 08:13:00 2026
        Subject: two

        y
        """);
    Files.writeString(directory.resolve("7"), "Subject: three\n\nz\n");
    Files.writeString(directory.resolve("odd.eml"), "no header at all\n");
    Files.writeString(directory.resolve("Archive.msf"), "// <!-- <mdb:mork:z v=\"1.4\"/> -->");
    Files.writeString(directory.resolve(".DS_Store"), "Bud1: x");
    assertThat(read(directory))
        .extracting(message -> text(message).lines().findFirst().orElse(""))
        .containsExactly("Subject: three", "Subject: one", "Subject: two", "no header at all");
    assertThat(failures)
        .containsExactly(directory.resolve("Archive.msf") + ": not a message, left out");
  }

  /** As mbsync and offlineimap keep mail; the whole tree went to one mailbox, with their files. */
  @Test
  void aFolderOfMaildirsKeepsItsTree() throws IOException {
    for (String folder : List.of("INBOX", "Work", "Work/2020", "Entw&APw-rfe", "a&b")) {
      for (String sub : List.of("cur", "new", "tmp")) {
        Files.createDirectories(directory.resolve(folder).resolve(sub));
      }
      Files.writeString(directory.resolve(folder + "/cur/1:2,S"), "Subject: " + folder + "\n\n");
      Files.writeString(directory.resolve(folder + "/.uidvalidity"), "1");
    }
    Files.createSymbolicLink(directory.resolve("loop"), directory);
    assertThat(read(directory))
        .extracting(ImportMessage::mailbox)
        .containsExactlyInAnyOrder("", "Work", "Work/2020", "Entw\u00fcrfe", "a&b");
    assertThat(failures).isEmpty();
  }

  @Test
  void foldersOfAMaildirAreNamedInModifiedUtf7() throws IOException {
    Files.createDirectories(directory.resolve("cur"));
    Files.createDirectories(directory.resolve("new"));
    Files.createDirectories(directory.resolve(".Entw&APw-rfe.alt/cur"));
    Files.createDirectories(directory.resolve(".Entw&APw-rfe.alt/new"));
    Files.writeString(directory.resolve(".Entw&APw-rfe.alt/cur/1"), "Subject: x\n\n");
    assertThat(read(directory))
        .extracting(ImportMessage::mailbox)
        .containsExactly("Entw\u00fcrfe/alt");
  }

  @Test
  void everyLineEndBecomesCrlfAndABareCrStays() {
    byte[] mixed = "a\nb\r\nc\rd\r\r\n\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(new String(LineEnds.crlf(mixed, 0, mixed.length), StandardCharsets.ISO_8859_1))
        .isEqualTo("a\r\nb\r\nc\rd\r\r\n\r\n");
  }

  @Test
  void aMissingPathIsSaid() {
    assertThatThrownBy(() -> new ImportSource(directory.resolve("nothing")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not exist");
  }
}
