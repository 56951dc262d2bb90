package org.wachtpost.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.model.Damage;

/** Archives that were cut off, damaged or made to do harm: what is whole in them is read. */
class DamagedArchiveTest {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;

  @TempDir Path folder;

  /** What was read: content by name, and what was said to be damaged. */
  private record Outcome(Map<String, byte[]> content, List<Damage> damage, List<String> notes) {
    List<String> names() {
      return List.copyOf(content.keySet());
    }

    String said() {
      return String.join("\n", damage.stream().map(Damage::toString).toList());
    }
  }

  private Outcome read(byte[] archive) throws IOException {
    return read(archive, EvidenceLimits.STANDARD);
  }

  private Outcome read(byte[] archive, EvidenceLimits limits) throws IOException {
    Files.write(folder.resolve("triage.zip"), archive);
    String prefix = folder.resolve("triage.zip") + "!/";
    Map<String, byte[]> content = new TreeMap<>();
    try (Evidence evidence =
        Evidence.open(List.of(folder.resolve("triage.zip")), limits, files -> files)) {
      for (EvidenceFile file : evidence.files()) {
        try (InputStream stream = file.open()) {
          content.put(file.path().replace(prefix, ""), stream.readAllBytes());
        }
        file.sha256();
      }
      return new Outcome(content, evidence.damage(), evidence.notes());
    }
  }

  private static byte[] noise(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    for (int i = 0; i < length; i++) {
      bytes[i] &= 0x3f; // packs to three quarters
    }
    return bytes;
  }

  private static byte[] one() {
    return noise(1, 20_000);
  }

  private static byte[] two() {
    return noise(2, 30_000);
  }

  private static byte[] three() {
    return noise(3, 10_000);
  }

  /** Three files; a stream writes data descriptors, a stored one has its lengths before it. */
  private static byte[] three(boolean stored) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      int number = 1;
      for (byte[] content : List.of(one(), two(), three())) {
        ZipEntry entry = new ZipEntry(number++ + ".log");
        entry.setTimeLocal(LocalDateTime.of(2021, 3, 3, 6, 49, 12));
        if (stored) {
          CRC32 sum = new CRC32();
          sum.update(content);
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(content.length);
          entry.setCrc(sum.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static int find(byte[] bytes, int signature, int number) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int seen = 0;
    for (int i = 0; i <= bytes.length - 4; i++) {
      if (buffer.getInt(i) == signature && seen++ == number) {
        return i;
      }
    }
    throw new AssertionError("no such signature");
  }

  @Test
  void wholeArchivesAreReadWithoutAWord() throws IOException {
    for (boolean stored : new boolean[] {false, true}) {
      Outcome outcome = read(three(stored));
      assertThat(outcome.damage()).isEmpty();
      assertThat(outcome.names()).containsExactly("1.log", "2.log", "3.log");
      assertThat(outcome.content().get("2.log")).isEqualTo(two());
    }
  }

  @Test
  void anArchiveCutOffInTheLastFileGivesAllThatIsThere() throws IOException {
    for (boolean stored : new boolean[] {false, true}) {
      byte[] zip = three(stored);
      int cut = find(zip, LOCAL, 2) + 4000;
      Outcome outcome = read(Arrays.copyOf(zip, cut));
      assertThat(outcome.content().get("1.log")).isEqualTo(one());
      assertThat(outcome.content().get("2.log")).isEqualTo(two());
      byte[] rest = outcome.content().get("3.log");
      assertThat(rest.length).isBetween(3000, 9999);
      assertThat(rest).isEqualTo(Arrays.copyOf(three(), rest.length));
      assertThat(outcome.said())
          .contains("no end: it was cut off")
          .contains("triage.zip!/3.log, place=offset " + cut);
    }
  }

  @Test
  void anArchiveCutOffBeforeItsDirectoryLosesNothing() throws IOException {
    byte[] zip = three(false);
    Outcome outcome = read(Arrays.copyOf(zip, find(zip, CENTRAL, 1) + 10));
    assertThat(outcome.names()).containsExactly("1.log", "2.log", "3.log");
    assertThat(outcome.content().get("3.log")).isEqualTo(three());
    assertThat(outcome.said()).contains("files found by their own headers: 3");
  }

  @Test
  void aBadByteInTheMiddleCostsOnlyThatFile() throws IOException {
    for (boolean stored : new boolean[] {false, true}) {
      byte[] zip = three(stored);
      int bad = find(zip, LOCAL, 1) + 9000;
      Arrays.fill(zip, bad, bad + 40, (byte) 0xff);
      Outcome outcome = read(zip);
      assertThat(outcome.content().get("1.log")).isEqualTo(one());
      assertThat(outcome.content().get("3.log")).isEqualTo(three());
      assertThat(outcome.content().get("2.log")).hasSizeGreaterThan(7000);
      assertThat(outcome.damage()).hasSize(1);
      assertThat(outcome.said())
          .contains("triage.zip!/2.log, place=offset ")
          .containsAnyOf("damaged packed data", "checksum wrong");
    }
  }

  @Test
  void lostSectorsBeforeADestroyedDirectoryCostTheirFilesOnly() throws IOException {
    byte[] zip = three(false);
    int from = find(zip, LOCAL, 1) + 5000;
    byte[] cut = new byte[zip.length - 3000];
    System.arraycopy(zip, 0, cut, 0, from);
    System.arraycopy(zip, from + 3000, cut, from, cut.length - from);
    Outcome outcome = read(cut);
    assertThat(outcome.content().get("1.log")).isEqualTo(one());
    assertThat(outcome.content().get("2.log")).hasSizeGreaterThan(3000);
    assertThat(outcome.said()).contains("2.log");
  }

  @Test
  void aDestroyedBeginningCostsTheFirstFile() throws IOException {
    byte[] zip = three(false);
    Arrays.fill(zip, 0, 512, (byte) 0);
    Outcome outcome = read(zip);
    assertThat(outcome.names()).containsExactly("1.log", "2.log", "3.log");
    assertThat(outcome.content().get("1.log")).isEmpty();
    assertThat(outcome.content().get("2.log")).isEqualTo(two());
    assertThat(outcome.said()).contains("1.log, place=offset 0");
    Outcome noDirectory = read(Arrays.copyOf(zip, find(zip, CENTRAL, 0)));
    assertThat(noDirectory.names()).containsExactly("2.log", "3.log");
    assertThat(noDirectory.said()).contains("offset 0").contains("belong to no file");
  }

  @Test
  void nestedArchivesAreReadAsFarAsTheyGo() throws IOException {
    byte[] inner = three(false);
    byte[] cut = Arrays.copyOf(inner, find(inner, LOCAL, 2) + 1000);
    Outcome outcome = read(new RawZip().deflated("inner.zip", cut).bytes());
    assertThat(outcome.content().get("inner.zip!/1.log")).isEqualTo(one());
    assertThat(outcome.content().get("inner.zip!/2.log")).isEqualTo(two());
    assertThat(outcome.said()).contains("inner.zip!/3.log");
    // Both at once: the outer one ends within the inner one.
    byte[] outer = new RawZip().stored("inner.zip", inner).bytes();
    Outcome both = read(Arrays.copyOf(outer, find(outer, LOCAL, 3) + 2000));
    assertThat(both.content().get("inner.zip!/2.log")).isEqualTo(two());
    assertThat(both.content().get("inner.zip!/3.log")).isNotEmpty();
  }

  @Test
  void wideLengthsAreUnderstoodWithAndWithoutADirectory() throws IOException {
    byte[] zip = new RawZip().wide("wide.log", one()).stored("next.log", three()).bytes();
    for (byte[] archive : List.of(zip, Arrays.copyOf(zip, find(zip, CENTRAL, 0)))) {
      Outcome outcome = read(archive);
      assertThat(outcome.content().get("wide.log")).isEqualTo(one());
      assertThat(outcome.content().get("next.log")).isEqualTo(three());
    }
  }

  @Test
  void unpackedFilesOfUnknownLengthEndAtTheirDescriptor() throws IOException {
    byte[] zip = new RawZip().streamed("a.zip.log", three(true)).stored("b.log", one()).bytes();
    Outcome outcome = read(Arrays.copyOf(zip, find(zip, CENTRAL, 3)));
    assertThat(outcome.content().get("a.zip.log")).isEqualTo(three(true));
    assertThat(outcome.content().get("b.log")).isEqualTo(one());
  }

  @Test
  void encryptedAndUnknownPackingIsSaidForEachFile() throws IOException {
    byte[] zip =
        new RawZip()
            .flags(1)
            .stored("locked.log", one())
            .flags(0)
            .method(9)
            .stored("big.log", one())
            .method(0)
            .stored("plain.log", three())
            .bytes();
    Outcome outcome = read(zip);
    assertThat(outcome.names()).containsExactly("plain.log");
    assertThat(outcome.said()).contains("locked.log").contains("encrypted").contains("Deflate64");
  }

  @Test
  void filesThatOverlapAreReadOnce() throws IOException {
    RawZip raw = new RawZip().stored("a.log", one());
    for (int i = 0; i < 50; i++) {
      raw.again("again" + i + ".log");
    }
    Outcome outcome = read(raw.bytes());
    assertThat(outcome.names()).containsExactly("a.log");
    assertThat(outcome.damage()).hasSize(50);
    assertThat(outcome.said()).contains("lies over another file");
  }

  @Test
  void lengthsThatLieAreFoundOut() throws IOException {
    Outcome small = read(new RawZip().claiming(100).deflated("s.log", one()).bytes());
    assertThat(small.content().get("s.log")).isEqualTo(Arrays.copyOf(one(), 100));
    assertThat(small.said()).contains("holds more than the archive promises (100)");
    Outcome large = read(new RawZip().claiming(90_000).deflated("l.log", one()).bytes());
    assertThat(large.content().get("l.log")).isEqualTo(one());
    assertThat(large.said()).contains("ends early after 20000 of 90000 bytes");
    Outcome petabyte = read(new RawZip().claiming(1L << 50).wide("p.log", one()).bytes());
    assertThat(petabyte.names()).isEmpty();
    assertThat(petabyte.said()).contains("larger than");
  }

  @Test
  void namesThatLeadOutOrHideAreReadUnderTheirNames() throws IOException {
    List<String> names =
        List.of(
            "../../up.log",
            "/etc/rooted.log",
            "C:\\Windows\\drive.log",
            "..\\..\\back.log",
            "nul\u0000byte.log",
            "esc\u001b[2Jape.log",
            "\\\\server\\share\\x.log");
    RawZip raw = new RawZip();
    for (String name : names) {
      raw.stored(name, three());
    }
    Outcome outcome = read(raw.bytes());
    assertThat(outcome.names()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(outcome.damage()).isEmpty();
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void twoFilesOfOneNameAreBothRead() throws IOException {
    byte[] zip = new RawZip().stored("x.log", one()).stored("x.log", two()).bytes();
    Outcome outcome = read(zip);
    assertThat(outcome.content().values()).containsExactlyInAnyOrder(one(), two());
    assertThat(outcome.names().getLast()).startsWith("x.log (at offset ");
    assertThat(outcome.notes()).anyMatch(note -> note.contains("more than once"));
  }

  @Test
  void anArchiveOfItselfEnds() throws IOException {
    byte[] zip = new RawZip().stored("a.log", one()).bytes();
    for (int i = 0; i < 9; i++) {
      zip = new RawZip().stored("r.zip", zip).bytes();
    }
    Outcome outcome = read(zip);
    assertThat(outcome.names()).isEmpty();
    assertThat(outcome.said()).contains("nested deeper than 4");
  }

  @Test
  void aBombWithoutADirectoryIsCutShort() throws IOException {
    byte[] zeros = new byte[3_000_000];
    byte[] zip = new RawZip().unknown("bomb.log", zeros).stored("good.log", one()).bytes();
    byte[] cut = Arrays.copyOf(zip, find(zip, CENTRAL, 0));
    Outcome outcome = read(cut, new EvidenceLimits(4, 100, 1_000_000, 5_000_000, 300));
    assertThat(outcome.said()).contains("expands to more than 1000000");
    assertThat(outcome.content().get("good.log")).isEqualTo(one());
  }

  @Test
  void linksInArchivesAreNotRead() throws IOException {
    byte[] zip =
        new RawZip()
            .mode(0120777)
            .stored("l.log", "/etc/passwd".getBytes(StandardCharsets.UTF_8))
            .mode(0)
            .stored("p.log", one())
            .bytes();
    Outcome outcome = read(zip);
    assertThat(outcome.names()).containsExactly("p.log");
    assertThat(outcome.notes()).anyMatch(note -> note.contains("link or device in an archive"));
  }

  @Test
  void whateverIsWrongAnArchiveNeverFailsNorRunsOn() throws IOException {
    long seed = Long.getLong("wachtpost.seed", 20261127L);
    Random random = new Random(seed);
    List<byte[]> good =
        List.of(
            three(false),
            three(true),
            new RawZip().wide("w", one()).streamed("s", two()).unknown("u", three()).bytes());
    for (int round = 0; round < 300; round++) {
      byte[] zip = good.get(random.nextInt(good.size())).clone();
      for (int i = random.nextInt(12); i >= 0; i--) {
        zip[random.nextInt(zip.length)] = (byte) random.nextInt();
      }
      int end = find(zip, 0x06054b50, 0, zip.length);
      for (int i = random.nextInt(4); i > 0 && end > 0; i--) {
        zip[Math.min(zip.length - 1, end - 150 + random.nextInt(170))] = (byte) random.nextInt();
      }
      byte[] cut = random.nextBoolean() ? zip : Arrays.copyOf(zip, random.nextInt(zip.length) + 1);
      long read = 0;
      for (byte[] content : read(cut).content().values()) {
        read += content.length;
      }
      assertThat(read).as("seed %d round %d", seed, round).isLessThan(4_000_000);
    }
  }

  private static int find(byte[] bytes, int signature, int number, int otherwise) {
    try {
      return find(bytes, signature, number);
    } catch (AssertionError none) {
      return otherwise;
    }
  }
}
