package org.wachtpost.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.model.Damage;

class EvidenceTest {
  @TempDir Path folder;

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private Evidence open(EvidenceLimits limits) throws IOException {
    return Evidence.open(List.of(folder), limits, files -> files);
  }

  @Test
  void drivesAreFoundHoweverTheCollectorNamedThem() {
    String page = "inetpub/wwwroot/x.aspx";
    for (String root :
        List.of(
            "C",
            "c",
            "C:",
            "C%3A",
            "uploads/auto/C%3A",
            "uploads/ntfs/%5C%5C.%5CC%3A",
            "case.zip!/out/C",
            "mnt/")) {
      assertThat(WindowsPath.of(root + "/" + page).text())
          .as(root)
          .isEqualTo("c:\\inetpub\\wwwroot\\x.aspx");
    }
    assertThat(WindowsPath.of("V15/FrontEnd/HttpProxy/owa/auth/a.aspx").text())
        .isEqualTo(
            "c:\\program files\\microsoft\\exchange server\\v15\\frontend\\httpproxy\\owa"
                + "\\auth\\a.aspx");
    assertThat(WindowsPath.of("logs/u_ex210303.log").anchored()).isFalse();
    assertThat(WindowsPath.of("case/D/pagefile.sys").text()).isEqualTo("d:\\pagefile.sys");
  }

  /** A folder of one letter, in which somebody hides a page, is not the drive of that letter. */
  @Test
  void foldersOfOneLetterAreNotDrives() {
    for (String inside : List.of("a/x.aspx", "c/windows/x.aspx", "c/inetpub/x.aspx")) {
      assertThat(WindowsPath.of("/mnt/C/inetpub/wwwroot/aspnet_client/" + inside).text())
          .isEqualTo("c:\\inetpub\\wwwroot\\aspnet_client\\" + inside.replace('/', '\\'));
    }
    assertThat(WindowsPath.of("C/ProgramData/Microsoft/a/x.wer").text())
        .isEqualTo("c:\\programdata\\microsoft\\a\\x.wer");
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void packedLogsAreReadWhereverTheyLie() throws IOException {
    Path logs = Files.createDirectories(folder.resolve("C/inetpub/logs/LogFiles/W3SVC1"));
    byte[] log = "#Fields: date\r\n2021-03-03\r\n".getBytes(StandardCharsets.US_ASCII);
    Files.write(logs.resolve("u_ex210303.log.gz"), gzip(log));
    Files.write(logs.resolve("2021.zip"), zip(Map.of("u_ex210302.log", log)));
    Files.write(logs.resolve("not.gz"), log);
    Path elsewhere = Files.createDirectories(folder.resolve("C/ProgramData"));
    Files.write(elsewhere.resolve("it.zip"), zip(Map.of("mail.pst", log)));
    try (Evidence evidence = open(EvidenceLimits.STANDARD)) {
      assertThat(evidence.damage()).isEmpty();
      assertThat(evidence.files())
          .extracting(file -> folder.relativize(Path.of(file.path())).toString())
          .containsExactlyInAnyOrder(
              "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log.gz!/u_ex210303.log",
              "C/inetpub/logs/LogFiles/W3SVC1/2021.zip!/u_ex210302.log",
              "C/inetpub/logs/LogFiles/W3SVC1/not.gz",
              "C/ProgramData/it.zip");
      for (EvidenceFile file : evidence.files()) {
        if (file.path().endsWith(".gz!/u_ex210303.log")) {
          assertThat(file.windowsPath().text())
              .isEqualTo("c:\\inetpub\\logs\\logfiles\\w3svc1\\u_ex210303.log");
          assertThat(file.size()).isEqualTo(log.length);
          assertThat(file.head(999)).isEqualTo(log);
          try (SeekableByteChannel channel = file.channel()) {
            assertThat(channel.size()).isEqualTo(log.length);
          }
        }
      }
    }
  }

  @Test
  void damagedPackedLogsAreReadAsFarAsTheyGoAndBombsAreRefused() throws IOException {
    byte[] lines = new byte[700_000];
    new Random(1).nextBytes(lines);
    byte[] packed = gzip(lines);
    Files.write(folder.resolve("cut.log.gz"), Arrays.copyOf(packed, packed.length / 2));
    Files.write(folder.resolve("bomb.log.gz"), gzip(new byte[3_000_000]));
    EvidenceLimits small = new EvidenceLimits(4, 100, 2_000_000, 4_000_000, 300);
    try (Evidence evidence = open(small)) {
      assertThat(evidence.files()).hasSize(1);
      EvidenceFile cut = evidence.files().getFirst();
      assertThat(cut.size()).isBetween(100_000L, (long) lines.length - 1);
      byte[] read = cut.head(lines.length);
      assertThat(read).isEqualTo(Arrays.copyOf(lines, (int) cut.size()));
      assertThat(evidence.damage())
          .extracting(Damage::what)
          .anyMatch(what -> what.contains("expands to more than 2000000"))
          .anyMatch(what -> what.contains("damaged"));
    }
  }

  @Test
  void nestedArchivesAreReadAndTheirTemporaryFilesRemoved() throws IOException {
    byte[] inner =
        zip(Map.of("C%3A/inetpub/wwwroot/a.aspx", "hello".getBytes(StandardCharsets.UTF_8)));
    Files.write(folder.resolve("triage.zip"), zip(Map.of("inner.zip", inner)));
    try (Evidence evidence = open(EvidenceLimits.STANDARD)) {
      assertThat(evidence.files()).hasSize(1);
      EvidenceFile file = evidence.files().getFirst();
      assertThat(file.path()).endsWith("triage.zip!/inner.zip!/C%3A/inetpub/wwwroot/a.aspx");
      assertThat(file.windowsPath().text()).isEqualTo("c:\\inetpub\\wwwroot\\a.aspx");
      assertThat(new String(file.head(99), StandardCharsets.UTF_8)).isEqualTo("hello");
      assertThat(file.channel().size()).isEqualTo(5);
    }
  }

  @Test
  void archivesNestedTooDeepAreReported() throws IOException {
    byte[] zip = zip(Map.of("a.log", new byte[1]));
    for (int i = 0; i < 3; i++) {
      zip = zip(Map.of("n" + i + ".zip", zip));
    }
    Files.write(folder.resolve("deep.zip"), zip);
    EvidenceLimits limits = new EvidenceLimits(2, 100, 1 << 20, 1 << 20, 100);
    try (Evidence evidence = open(limits)) {
      assertThat(evidence.files()).isEmpty();
      assertThat(evidence.damage())
          .extracting(Damage::what)
          .containsExactly("archive nested deeper than 2");
    }
  }

  @Test
  void bombsAreRefusedByEntryTotalCountAndRatio() throws IOException {
    byte[] zeros = new byte[70 << 20];
    Files.write(folder.resolve("bomb.zip"), zip(Map.of("zeros.log", zeros)));
    assertThat(damage(new EvidenceLimits(2, 100, 1 << 20, 1 << 30, 1000)))
        .containsExactly("archive entry larger than 1048576 bytes not read");
    assertThat(damage(new EvidenceLimits(2, 100, 1 << 30, 1 << 20, 1000)))
        .containsExactly("archives expand to more than 1048576 bytes: not read");
    assertThat(damage(new EvidenceLimits(2, 100, 1 << 30, 1 << 30, 100)))
        .containsExactly("archive entry packed more than 100 to 1 not read");
    Files.delete(folder.resolve("bomb.zip"));
    for (int i = 0; i < 3; i++) {
      Files.write(folder.resolve(i + ".log"), new byte[1]);
    }
    try (Evidence evidence = open(new EvidenceLimits(2, 2, 1, 1, 1))) {
      assertThat(evidence.files()).hasSize(2);
      assertThat(evidence.notes()).containsExactly("more than 2 files: the rest was not read");
    }
  }

  private List<String> damage(EvidenceLimits limits) throws IOException {
    try (Evidence evidence = open(limits)) {
      assertThat(evidence.files()).isEmpty();
      return evidence.damage().stream().map(Damage::what).toList();
    }
  }

  @Test
  void namesThatLeadUpwardsWriteNothingAnywhere() throws IOException {
    Files.write(folder.resolve("slip.zip"), zip(Map.of("../../escaped.log", new byte[3])));
    try (Evidence evidence = open(EvidenceLimits.STANDARD)) {
      assertThat(evidence.files().getFirst().head(9)).hasSize(3);
    }
    assertThat(folder.getParent().getParent().resolve("escaped.log")).doesNotExist();
    assertThat(folder.resolve("escaped.log")).doesNotExist();
  }

  @Test
  void linksAreNotFollowedOutOfTheEvidence(@TempDir Path elsewhere) throws IOException {
    Files.writeString(elsewhere.resolve("secret.log"), "x");
    Files.createSymbolicLink(folder.resolve("link.log"), elsewhere.resolve("secret.log"));
    Files.createSymbolicLink(folder.resolve("dir"), elsewhere);
    try (Evidence evidence = open(EvidenceLimits.STANDARD)) {
      assertThat(evidence.files()).isEmpty();
      assertThat(evidence.notes().getFirst()).startsWith("2 symbolic links not followed: ");
    }
  }

  /** Opening a pipe would wait for somebody to write into it. */
  @Test
  void whatIsNoFileIsNamedAndNeverOpened() throws Exception {
    Path pipe = folder.resolve("u_ex210303.log");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    Files.writeString(folder.resolve("plain.log"), "x");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
      try (Evidence evidence = open(EvidenceLimits.STANDARD)) {
        assertThat(evidence.files()).hasSize(1);
        assertThat(evidence.notes())
            .anyMatch(note -> note.equals("1 named pipe not opened: " + pipe))
            .anyMatch(note -> note.startsWith("1 socket not opened: "))
            .anyMatch(note -> note.startsWith("1 symbolic link not followed: " + folder + "/loop"));
      }
    }
    try (Evidence given = Evidence.open(List.of(pipe), EvidenceLimits.STANDARD, files -> files)) {
      assertThat(given.files()).isEmpty();
      assertThat(given.notes()).containsExactly("1 named pipe not opened: " + pipe);
    }
  }

  /** A drive has a million files, of which some thousands are read. */
  @Test
  void filesThatNobodyWantsAreCountedAndForgotten() throws IOException {
    Files.writeString(folder.resolve("a.log"), "123");
    Files.writeString(folder.resolve("b.dll"), "45");
    Evidence.Sorter logs =
        files -> files.stream().filter(one -> one.path().endsWith(".log")).toList();
    try (Evidence evidence = Evidence.open(List.of(folder), EvidenceLimits.STANDARD, logs)) {
      assertThat(evidence.files()).hasSize(1);
      assertThat(evidence.count()).isEqualTo(2);
      assertThat(evidence.bytes()).isEqualTo(5);
    }
  }

  /** Batches are sorted while further ones are listed. */
  @Test
  void filesStayInTheOrderFoundHoweverManyThereAre() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 10_000; i < 12_500; i++) {
      names.add(folder + "/" + i + ".log");
      Files.createFile(folder.resolve(i + ".log"));
    }
    List<Integer> batches = new ArrayList<>();
    Evidence.Sorter sorter =
        files -> {
          batches.add(files.size());
          return files;
        };
    try (Evidence evidence = Evidence.open(List.of(folder), EvidenceLimits.STANDARD, sorter)) {
      assertThat(evidence.files()).extracting(EvidenceFile::path).isEqualTo(names);
    }
    assertThat(batches).hasSizeGreaterThan(1).allMatch(size -> size <= 1024);
  }

  @Test
  void whatSortingFailsWithIsHeard() throws IOException {
    Files.createFile(folder.resolve("a.log"));
    Evidence.Sorter sorter =
        files -> {
          throw new OutOfMemoryError("made up");
        };
    assertThatThrownBy(() -> Evidence.open(List.of(folder), EvidenceLimits.STANDARD, sorter))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("made up");
  }

  @Test
  void whyAFileCannotBeReadIsSaidInWords() {
    assertThat(Reason.of(new AccessDeniedException("/x"))).isEqualTo("no permission to read it");
    assertThat(Reason.of(new FileSystemException("/x", null, "Input/output error")))
        .isEqualTo("Input/output error");
    assertThat(Reason.of(new EOFException())).isEqualTo("EOFException");
  }

  @Test
  void whatIsGivenTwiceIsReadOnce() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("C/inetpub"));
    Files.writeString(inner.resolve("a.log"), "x");
    Path file = inner.resolve("a.log");
    Path link = folder.resolve("again");
    Files.createSymbolicLink(link, inner);
    List<Path> paths = List.of(file, inner, inner, link, folder, folder.resolve("."));
    try (Evidence evidence = Evidence.open(paths, EvidenceLimits.STANDARD, files -> files)) {
      assertThat(evidence.files()).hasSize(1);
      assertThat(evidence.notes()).filteredOn(note -> note.contains("read once")).hasSize(5);
    }
  }

  @Test
  void aDamagedArchiveIsReportedAndTheRestGoesOn() throws IOException {
    byte[] zip = zip(Map.of("a.log", new byte[1000]));
    Files.write(folder.resolve("bad.zip"), java.util.Arrays.copyOf(zip, zip.length / 2));
    Files.write(folder.resolve("good.log"), new byte[1]);
    try (Evidence evidence = open(EvidenceLimits.STANDARD)) {
      assertThat(evidence.files()).extracting(EvidenceFile::size).contains(1L).hasSize(2);
      assertThat(evidence.damage().getFirst().what()).startsWith("the archive has no end");
    }
  }
}
