package org.wachtpost.inspect.evtx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.wachtpost.inspect.generator.BinXmlPart;
import org.wachtpost.inspect.generator.EvtxValue;
import org.wachtpost.inspect.generator.WindowsEvents;

/** Logs that were cut off, overwritten or made to do harm. */
class DamagedLogTest {
  private static final int HEADER = 4_096;
  private static final int CHUNK = 65_536;
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12Z");
  private static final WindowsEvents.Source SOURCE =
      new WindowsEvents.Source(
          "Microsoft-Windows-Security-Auditing",
          "54849625-5478-4994-a5ba-3e3b0328c30d",
          "Security",
          "EX01.example.test");

  /** Events of all three shapes, over several chunks. */
  private static byte[] log(int events) throws Exception {
    return Memory.log(
            writer -> {
              for (int i = 1; i <= events; i++) {
                Map<String, String> data = new LinkedHashMap<>();
                data.put("NewProcessName", "C:\\Windows\\System32\\cmd" + i + ".exe");
                data.put("SubjectUserName", "EX01$");
                Instant time = TIME.plusSeconds(i);
                writer.write(
                    time,
                    switch (i % 3) {
                      case 0 -> WindowsEvents.manifest(SOURCE, i, time, 4688, 0, "S-1-5-18", data);
                      case 1 ->
                          WindowsEvents.classic(
                              SOURCE, i, time, 1, 4, List.of("Get-Mailbox", "a" + i));
                      default -> WindowsEvents.userData(SOURCE, i, time, 1102, 4, "Cleared", data);
                    });
              }
            })
        .content();
  }

  @Test
  void chunkWithoutItsMagicGivesUpItsRecords() throws Exception {
    byte[] bytes = log(600);
    int whole = new Memory(bytes).read().records().size();
    Arrays.fill(bytes, HEADER + CHUNK, HEADER + CHUNK + 8, (byte) 'x');
    Memory.Result result = new Memory(bytes).read();
    assertThat(result.records()).hasSize(whole);
    assertThat(result.summary().recovered()).isPositive();
    assertThat(result.damage())
        .anyMatch(d -> d.offset() == HEADER + CHUNK && d.what().contains("no chunk"));
  }

  @Test
  void recordOfSizeZeroIsSaidAndTheOnesBehindItAreFound() throws Exception {
    byte[] bytes = log(30);
    int second = HEADER + 512 + little(bytes).getInt(HEADER + 512 + 4);
    little(bytes).putInt(second + 4, 0);
    Memory.Result result = new Memory(bytes).read();
    assertThat(result.records()).hasSize(29);
    assertThat(result.damage()).anyMatch(d -> d.offset() == second);
    assertThat(result.summary().recovered()).isZero();
  }

  @Test
  void recordsAroundADamagedOneAreNoDeletedOnes() throws Exception {
    byte[] bytes = log(30);
    int second = HEADER + 512 + little(bytes).getInt(HEADER + 512 + 4);
    little(bytes).putInt(second, 0x41414141); // its magic alone: all else is there
    Memory.Result marked = new Memory(bytes).read();
    assertThat(marked.records()).hasSize(30);
    assertThat(marked.records()).allMatch(record -> record.integrity() == Integrity.INTACT);
    assertThat(marked.damage()).anyMatch(d -> d.offset() == second);
    // The templates of all stand in the first three: the eighth can be lost altogether.
    int eighth = HEADER + 512;
    for (int i = 1; i < 8; i++) {
      eighth += little(bytes).getInt(eighth + 4);
    }
    int ninth = eighth + little(bytes).getInt(eighth + 4);
    Arrays.fill(bytes, eighth, ninth, (byte) 0x41);
    Memory.Result lost = new Memory(bytes).read();
    assertThat(lost.records()).extracting(EvtxRecord::recordId).hasSize(29).doesNotContain(8L);
    assertThat(lost.records()).allMatch(record -> record.integrity() == Integrity.INTACT);
  }

  @Test
  void changedByteIsSeenByTheChecksum() throws Exception {
    byte[] bytes = log(30);
    bytes[HEADER + 9] ^= 1;
    Memory.Result header = new Memory(bytes).read();
    assertThat(header.summary().checksumMismatches()).isEqualTo(1);
    assertThat(header.damage()).anyMatch(d -> d.what().contains("header of a chunk"));
    assertThat(header.records()).hasSize(30);
  }

  @Test
  void logThatWasOpenMayHaveALastChunkThatDoesNotMatchYet() throws Exception {
    byte[] bytes = log(30);
    little(bytes).putInt(120, 1);
    bytes[HEADER + 9] ^= 1;
    Memory.Result result = new Memory(bytes).read();
    assertThat(result.summary().dirty()).isTrue();
    assertThat(result.summary().checksumMismatches()).isEqualTo(1);
    assertThat(result.damage()).isEmpty();
  }

  @Test
  void recordsBehindTheEndOfAChunkAreRecovered() throws Exception {
    byte[] bytes = log(30);
    ByteBuffer view = little(bytes);
    int second = 512 + view.getInt(HEADER + 512 + 4);
    int third = second + view.getInt(HEADER + second + 4);
    view.putLong(HEADER + 32, 2);
    view.putInt(HEADER + 48, third);
    view.putInt(120, 1);
    Memory.Result result = new Memory(bytes).read();
    assertThat(result.records()).hasSize(30);
    assertThat(result.records().subList(0, 2))
        .extracting(EvtxRecord::integrity)
        .containsOnly(Integrity.INTACT);
    assertThat(result.records().subList(2, 30))
        .extracting(EvtxRecord::integrity)
        .containsOnly(Integrity.RECOVERED);
    assertThat(result.summary().highestRecordId()).isEqualTo(2);
    assertThat(result.damage()).isEmpty();
  }

  /** A chunk that was used again: where the template of the deleted record stood is another. */
  @Test
  void aDeletedRecordIsNotFilledIntoATemplateThatIsNotItsOwn() throws Exception {
    byte[] bytes = log(30);
    ByteBuffer view = little(bytes);
    int at = HEADER + 512;
    for (int i = 1; i < 6; i++) {
      at += view.getInt(at + 4);
    }
    int identifier = at + 24 + 6; // header of the record, of the fragment, of the instance
    view.putInt(identifier, ~view.getInt(identifier));
    assertThat(new Memory(bytes).read().records()).hasSize(30); // what is counted is read
    view.putLong(HEADER + 32, 1);
    view.putInt(HEADER + 48, 512 + view.getInt(HEADER + 512 + 4));
    view.putInt(120, 1);
    assertThat(new Memory(bytes).read().records())
        .extracting(EvtxRecord::recordId)
        .hasSize(29)
        .doesNotContain(6L);
  }

  @Test
  void zerosBetweenChunksAreSkipped() throws Exception {
    byte[] bytes = log(300);
    int chunks = (bytes.length - HEADER) / CHUNK;
    byte[] spread = new byte[HEADER + 2 * chunks * CHUNK];
    System.arraycopy(bytes, 0, spread, 0, HEADER);
    for (int i = 0; i < chunks; i++) {
      System.arraycopy(bytes, HEADER + i * CHUNK, spread, HEADER + 2 * i * CHUNK, CHUNK);
    }
    Memory.Result result = new Memory(spread).read();
    assertThat(result.records()).hasSize(300);
    assertThat(result.damage()).isEmpty();
  }

  @Test
  void fileThatEndsInsideAChunkGivesWhatIsThere() throws Exception {
    byte[] bytes = log(600);
    byte[] cut = Arrays.copyOf(bytes, HEADER + CHUNK + 30_000);
    Memory.Result result = new Memory(cut).read();
    assertThat(result.records().size()).isBetween(60, 599);
    assertThat(result.damage()).anyMatch(d -> d.what().contains("ends inside a chunk"));
  }

  @Test
  void fileWithoutItsHeaderIsStillRead() throws Exception {
    byte[] bytes = log(30);
    Arrays.fill(bytes, 0, HEADER, (byte) 0);
    assertThat(new Memory(bytes).read().records()).hasSize(30);
    byte[] carved = Arrays.copyOfRange(log(30), HEADER, HEADER + CHUNK);
    assertThat(new Memory(carved).read().records()).hasSize(30);
  }

  @Test
  void otherFilesAreDamageNotAnError() throws Exception {
    for (byte[] content : List.of(new byte[0], new byte[7], new byte[HEADER], new byte[200_000])) {
      Memory.Result result = new Memory(content).read();
      assertThat(result.records()).isEmpty();
      assertThat(result.damage()).isNotEmpty();
    }
  }

  @Test
  void mutationsNeverThrowAndAlwaysEnd() throws Exception {
    long seed = Long.getLong("wachtpost.seed", new Random().nextLong());
    System.out.println("DamagedLogTest seed " + seed + " (-Dwachtpost.seed=...)");
    Random random = new Random(seed);
    byte[] original = log(50);
    for (int round = 0; round < 4_000; round++) {
      byte[] bytes = original.clone();
      mutate(bytes, random);
      int current = round;
      assertThatCode(
              () -> {
                Memory.Result result = new Memory(bytes).read();
                for (EvtxRecord record : result.records()) {
                  record.toXml();
                }
              })
          .as("seed %d round %d", seed, current)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void templatesThatNameEachOtherAreNotALoop() throws Exception {
    // Every 4 bytes in turn become the offset of the first template: some of them are one.
    byte[] original = log(3);
    int template = 512 + 24 + 4 + 10;
    for (int at = HEADER + 512; at < HEADER + 2_048; at++) {
      byte[] bytes = original.clone();
      little(bytes).putInt(at, template);
      assertThatCode(() -> new Memory(bytes).read()).doesNotThrowAnyException();
    }
  }

  @Test
  void smallRecordsThatAllExpandALotEndAtTheLimitOfTheChunk() throws Exception {
    BinXmlPart[] holes = new BinXmlPart[1_000];
    Arrays.fill(holes, BinXmlPart.hole(0, 1));
    BinXmlPart.Element wide = BinXmlPart.element("Event", holes);
    byte[] large =
        Memory.log(
                writer -> {
                  for (int i = 0; i < 400; i++) {
                    writer.write(
                        TIME,
                        new EvtxValue.Fragment(
                            wide, List.of(EvtxValue.string("x".repeat(40))), true));
                  }
                })
            .content();
    Memory.Result result = new Memory(large).read();
    assertThat(result.records().size()).isBetween(50, 399);
    assertThat(result.damage()).anyMatch(d -> d.what().contains("more than the limit"));
  }

  /** A real log of Windows had three such records; a byte of 15 starts a fragment elsewhere. */
  @Test
  void whatLiesBehindTheEndOfARecordIsNotRead() throws Exception {
    byte[] bytes = logWithGarbage(new byte[] {0x0F, 0x03, 0x41, -1, -1});
    Memory.Result result = new Memory(bytes).read();
    assertThat(result.damage()).isEmpty();
    assertThat(result.records()).hasSize(8);
    assertThat(result.records()).allMatch(r -> r.integrity() == Integrity.INTACT);
  }

  /** Eight records whose padding holds what the writer's buffer held before. */
  private static byte[] logWithGarbage(byte[] garbage) throws Exception {
    BinXmlPart.Element template = BinXmlPart.element("Event", BinXmlPart.hole(0, 1));
    byte[] bytes =
        Memory.log(
                writer -> {
                  for (int i = 0; i < 8; i++) {
                    EvtxValue text = new EvtxValue.Plain(0x0E, new byte[i + 1]);
                    writer.write(TIME, new EvtxValue.Fragment(template, List.of(text), true));
                  }
                })
            .content();
    ByteBuffer log = little(bytes);
    int at = HEADER + 512;
    for (int i = 0; i < 8; i++) {
      int size = log.getInt(at + 4);
      int end = at + size - 4;
      int padding = 0;
      while (bytes[end - padding - 1] == 0) {
        padding++;
      }
      // The end of its descriptor, its i + 1 bytes and the end of the fragment are zeros too.
      int room = Math.min(padding - (i + 3), garbage.length);
      if (room > 0) {
        System.arraycopy(garbage, 0, bytes, end - padding + i + 3, room);
      }
      at += size;
    }
    repairChecksums(log);
    return bytes;
  }

  private static void repairChecksums(ByteBuffer log) {
    CRC32 records = new CRC32();
    records.update(log.array(), HEADER + 512, log.getInt(HEADER + 48) - 512);
    log.putInt(HEADER + 52, (int) records.getValue());
    CRC32 header = new CRC32();
    header.update(log.array(), HEADER, 120);
    header.update(log.array(), HEADER + 128, 384);
    log.putInt(HEADER + 124, (int) header.getValue());
  }

  private static void mutate(byte[] bytes, Random random) {
    int changes = 1 + random.nextInt(12);
    int[] interesting = {0, -1, 1, 0x7FFF, 0xFFFF, 65_535, 65_536, 512, 0x2A2A, Integer.MIN_VALUE};
    for (int i = 0; i < changes; i++) {
      // Mostly where the structures are: the first chunk.
      int range = random.nextInt(4) == 0 ? bytes.length : Math.min(bytes.length, HEADER + 6_000);
      int at = random.nextInt(range - 8);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> little(bytes).putInt(at, interesting[random.nextInt(interesting.length)]);
        case 3 -> little(bytes).putShort(at, (short) random.nextInt());
        default -> {
          int from = random.nextInt(bytes.length - 64);
          System.arraycopy(bytes, from, bytes, at, Math.min(64, bytes.length - at));
        }
      }
    }
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void damageReportsAreBounded() throws Exception {
    byte[] bytes = new byte[HEADER + 64 * CHUNK];
    byte[] log = log(1);
    System.arraycopy(log, 0, bytes, 0, HEADER);
    List<Integer> offsets = new ArrayList<>();
    for (int chunk = 0; chunk < 64; chunk++) {
      for (int at = HEADER + chunk * CHUNK + 1; at < HEADER + (chunk + 1) * CHUNK - 40; at += 32) {
        little(bytes).putInt(at, 0x2A2A);
        little(bytes).putInt(at + 4, 32);
        little(bytes).putInt(at + 28, 32);
        offsets.add(at);
      }
    }
    Memory.Result result = new Memory(bytes).read();
    assertThat(offsets).hasSizeGreaterThan(100_000);
    assertThat(result.damage().size()).isLessThanOrEqualTo(EvtxLimits.DAMAGE_REPORTS_PER_FILE);
  }
}
