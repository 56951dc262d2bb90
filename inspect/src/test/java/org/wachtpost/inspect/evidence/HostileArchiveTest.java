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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.model.Damage;

/** Archives made or damaged so that files in them would not be seen, or that cost too much. */
class HostileArchiveTest {
  @TempDir Path folder;

  private record Outcome(Map<String, byte[]> content, List<Damage> damage, List<String> notes) {
    String said() {
      return String.join("\n", damage.stream().map(Damage::toString).toList());
    }
  }

  private Outcome read(String name, byte[] archive) throws IOException {
    return read(name, archive, EvidenceLimits.STANDARD);
  }

  private Outcome read(String name, byte[] archive, EvidenceLimits limits) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, archive);
    Map<String, byte[]> content = new TreeMap<>();
    try (Evidence evidence = Evidence.open(List.of(file), limits, files -> files)) {
      for (EvidenceFile each : evidence.files()) {
        try (InputStream stream = each.open()) {
          content.put(each.path().replace(file + "!/", ""), stream.readAllBytes());
        }
      }
      return new Outcome(content, evidence.damage(), evidence.notes());
    }
  }

  private static byte[] noise(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int find(byte[] bytes, int signature, int number) {
    int seen = 0;
    for (int i = 0; i <= bytes.length - 4; i++) {
      if (little(bytes).getInt(i) == signature && seen++ == number) {
        return i;
      }
    }
    throw new AssertionError("no such signature");
  }

  private static byte[] three(boolean stored) {
    RawZip raw = new RawZip();
    for (int i = 1; i <= 3; i++) {
      byte[] content = noise(i, 20_000);
      if (stored) {
        raw.stored(i + ".log", content);
      } else {
        raw.deflated(i + ".log", content);
      }
    }
    return raw.bytes();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void aWrongLengthInTheDirectoryHidesNoOtherFile() throws IOException {
    for (boolean stored : new boolean[] {false, true}) {
      byte[] zip = three(stored);
      int entry = find(zip, RawZip.CENTRAL, 0);
      little(zip).putInt(entry + 20, 45_000);
      Outcome outcome = read("t.zip", zip);
      assertThat(outcome.content().keySet()).contains("1.log", "2.log", "3.log");
      assertThat(outcome.content().get("1.log")).isEqualTo(noise(1, 20_000));
      assertThat(outcome.content().get("2.log")).isEqualTo(noise(2, 20_000));
      assertThat(outcome.said()).contains("1.log");
    }
  }

  @Test
  void aWrongLengthBeforeAFileHidesNoOtherFileWithoutADirectory() throws IOException {
    for (boolean stored : new boolean[] {false, true}) {
      byte[] zip = three(stored);
      little(zip).putInt(18, 0x40000000).putInt(22, 0x40000000);
      Outcome outcome = read("t.zip", Arrays.copyOf(zip, find(zip, RawZip.CENTRAL, 0)));
      assertThat(outcome.content().keySet()).contains("1.log", "2.log", "3.log");
      assertThat(outcome.content().get("2.log")).isEqualTo(noise(2, 20_000));
      assertThat(outcome.content().get("3.log")).isEqualTo(noise(3, 20_000));
    }
  }

  @Test
  void twoArchivesInOneFileAreBothRead() throws IOException {
    byte[] first = new RawZip().deflated("first.log", noise(1, 9_000)).bytes();
    byte[] second = new RawZip().stored("second.log", noise(2, 9_000)).bytes();
    Outcome outcome = read("t.zip", joined(first, second));
    assertThat(outcome.content().get("first.log")).isEqualTo(noise(1, 9_000));
    assertThat(outcome.content().get("second.log")).isEqualTo(noise(2, 9_000));
    assertThat(outcome.said()).contains("directory does not name");
  }

  @Test
  void filesThatTheDirectoryDoesNotNameAreReadToo() throws IOException {
    byte[] zip = three(false);
    int one = find(zip, RawZip.CENTRAL, 0);
    int two = find(zip, RawZip.CENTRAL, 1);
    for (int gone = 0; gone < 3; gone++) {
      int from = one + gone * (two - one);
      byte[] cut =
          joined(Arrays.copyOf(zip, from), Arrays.copyOfRange(zip, from + two - one, zip.length));
      ByteBuffer end = little(cut);
      int at = cut.length - 22;
      end.putShort(at + 8, (short) 2).putShort(at + 10, (short) 2);
      end.putInt(at + 12, end.getInt(at + 12) - (two - one));
      Outcome outcome = read("t.zip", cut);
      assertThat(outcome.content().keySet()).containsExactly("1.log", "2.log", "3.log");
      assertThat(outcome.content().get("2.log")).isEqualTo(noise(2, 20_000));
      assertThat(outcome.said()).contains("directory does not name").contains((gone + 1) + ".log");
    }
  }

  @Test
  void anEmptyDirectoryBehindFilesHidesNothing() throws IOException {
    byte[] zip = three(false);
    ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN).putInt(0x06054b50);
    for (int offset : new int[] {0, zip.length, find(zip, RawZip.CENTRAL, 0)}) {
      end.putInt(16, offset);
      Outcome outcome = read("t.zip", joined(zip, end.array()));
      assertThat(outcome.content().keySet()).contains("1.log", "2.log", "3.log");
      assertThat(outcome.damage()).isNotEmpty();
    }
    assertThat(read("empty.zip", end.putInt(16, 0).array()).damage()).isEmpty();
  }

  @Test
  void aWideEndThatNamesAnyLengthHidesNothing() throws IOException {
    byte[] wide =
        ByteBuffer.allocate(56)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0x06064b50)
            .putLong(4, 30_000)
            .array();
    byte[] zip = three(true);
    Outcome outcome = read("t.zip", joined(wide, Arrays.copyOf(zip, find(zip, RawZip.CENTRAL, 0))));
    assertThat(outcome.content().keySet()).contains("1.log", "2.log", "3.log");
  }

  @Test
  void aHeaderAtTheVeryEndHasNoNegativeSize() throws IOException {
    byte[] zip = new RawZip().stored("1.log", noise(1, 500)).stored("2.log", noise(2, 500)).bytes();
    int second = find(zip, RawZip.LOCAL, 1);
    for (int cut = second; cut < second + 60; cut++) {
      Path file = folder.resolve("t.zip");
      Files.write(file, Arrays.copyOf(zip, cut));
      try (Evidence evidence =
          Evidence.open(List.of(file), EvidenceLimits.STANDARD, files -> files)) {
        assertThat(evidence.files()).allMatch(one -> one.size() >= 0);
      }
    }
  }

  @Test
  void damageIsCountedAndNotAllKept() throws IOException {
    RawZip raw = new RawZip().stored("a.log", noise(1, 100));
    for (int i = 0; i < 20_000; i++) {
      raw.again("again" + i + ".log");
    }
    Outcome outcome = read("t.zip", raw.bytes());
    assertThat(outcome.damage()).hasSizeLessThanOrEqualTo(1_001);
    assertThat(outcome.content()).hasSize(1);
  }

  @Test
  void repeatedNamesAreSaidOnce() throws IOException {
    RawZip raw = new RawZip();
    for (int i = 0; i < 5_000; i++) {
      raw.stored("same.log", new byte[] {1});
    }
    Outcome outcome = read("t.zip", raw.bytes());
    assertThat(outcome.content()).hasSize(5_000);
    assertThat(outcome.notes()).hasSizeLessThan(20);
  }

  @Test
  void longNamesAreNotHeldInMemory() throws IOException {
    RawZip raw = new RawZip();
    for (int i = 0; i < 50; i++) {
      raw.stored(i + "x".repeat(60_000) + ".log", new byte[] {1});
    }
    Outcome outcome = read("t.zip", raw.bytes());
    assertThat(outcome.content()).hasSize(50);
    assertThat(outcome.content().keySet()).allMatch(name -> name.length() < 5_000);
  }

  @Test
  void manyArchivesDoNotHoldManyFilesOpen() throws IOException {
    RawZip raw = new RawZip();
    for (int i = 0; i < 600; i++) {
      raw.stored(i + ".zip", new RawZip().stored("a.log", noise(i, 50)).bytes());
    }
    Path file = folder.resolve("t.zip");
    Files.write(file, raw.bytes());
    long before = descriptors();
    try (Evidence evidence =
        Evidence.open(List.of(file), EvidenceLimits.STANDARD, files -> files)) {
      assertThat(evidence.files()).hasSize(600);
      assertThat(descriptors() - before).isLessThan(300);
      assertThat(evidence.files().get(599).head(50)).isEqualTo(noise(599, 50));
    }
    assertThat(descriptors() - before).isLessThan(20);
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void archivesWithinArchivesCountAsFiles() throws IOException {
    RawZip inner = new RawZip();
    for (int i = 0; i < 40; i++) {
      inner.stored(i + ".zip", new RawZip().bytes());
    }
    RawZip outer = new RawZip();
    for (int i = 0; i < 40; i++) {
      outer.stored(i + ".zip", inner.bytes());
    }
    EvidenceLimits limits = new EvidenceLimits(4, 500, 1 << 30, 1 << 30, 300);
    Outcome outcome = read("t.zip", outer.bytes(), limits);
    assertThat(outcome.notes()).anyMatch(note -> note.contains("more than 500 files"));
  }

  @Test
  void allPartsOfAPackedLogAreRead() throws IOException {
    // Rotation by appending: several members in one file, one of which ends where a buffer does.
    byte[] wanted = "last row".getBytes(StandardCharsets.UTF_8);
    byte[] tail = gzip(wanted);
    for (int length = 65_536 - 120; length < 65_536 + 8; length++) {
      byte[] head = gzip(noise(7, length));
      Outcome outcome = read("u_ex.log.gz", joined(head, tail, tail));
      byte[] all = outcome.content().values().iterator().next();
      assertThat(all).as("packed %d", head.length).hasSize(length + 2 * wanted.length);
      assertThat(outcome.damage()).isEmpty();
    }
  }

  @Test
  void whatFollowsAPackedLogIsSaid() throws IOException {
    Outcome outcome = read("u_ex.log.gz", joined(gzip(noise(7, 5000)), noise(8, 700)));
    assertThat(outcome.content().values().iterator().next()).isEqualTo(noise(7, 5000));
    assertThat(outcome.said()).contains("the rest not read");
    Outcome padded = read("u_ex.log.gz", joined(gzip(noise(7, 5000)), new byte[700]));
    assertThat(padded.damage()).isEmpty();
  }

  @Test
  void aPackedLogOfNothingButEmptyPartsEnds() throws IOException {
    byte[] nothing = gzip(new byte[0]);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < 200_000; i++) {
      many.writeBytes(nothing);
    }
    many.writeBytes(gzip(new byte[] {42}));
    Outcome outcome = read("u_ex.log.gz", many.toByteArray());
    assertThat(outcome.content().values()).containsExactly(new byte[] {42});
    assertThat(outcome.damage()).isEmpty();
  }

  @Test
  void headersOfPackedLogsMayHoldMore() throws IOException {
    byte[] plain = gzip(noise(7, 500));
    byte[] more = {0x1f, (byte) 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, 'n', 0, 'c', 0, 1, 1};
    byte[] both = joined(joined(more, Arrays.copyOfRange(plain, 10, plain.length)), plain);
    Outcome outcome = read("u_ex.log.gz", both);
    assertThat(outcome.content().values().iterator().next())
        .isEqualTo(joined(noise(7, 500), noise(7, 500)));
    assertThat(outcome.damage()).isEmpty();
    both[both.length - 1]++;
    assertThat(read("u_ex.log.gz", both).said()).contains("length wrong");
    both[both.length - 7]++;
    assertThat(read("u_ex.log.gz", both).said()).contains("checksum wrong");
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void anUnpackedArchiveOfUnknownLengthIsWhole() throws IOException {
    RawZip inner = new RawZip();
    for (int i = 0; i < 300; i++) {
      inner.unknown(i + ".log", noise(i, 300));
    }
    byte[] zip =
        new RawZip().streamed("inner.zip", inner.bytes()).stored("z.log", noise(1, 9)).bytes();
    Outcome outcome = read("t.zip", Arrays.copyOf(zip, zip.length - 30));
    assertThat(outcome.content()).hasSize(301).containsKey("z.log");
    assertThat(outcome.content().get("inner.zip!/299.log")).isEqualTo(noise(299, 300));
  }
}
