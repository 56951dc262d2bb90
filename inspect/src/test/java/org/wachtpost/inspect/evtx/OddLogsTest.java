package org.wachtpost.inspect.evtx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wachtpost.inspect.generator.BinXmlPart.attribute;
import static org.wachtpost.inspect.generator.BinXmlPart.element;
import static org.wachtpost.inspect.generator.BinXmlPart.hole;
import static org.wachtpost.inspect.generator.BinXmlPart.optional;
import static org.wachtpost.inspect.generator.BinXmlPart.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.inspect.generator.BinXmlPart;
import org.wachtpost.inspect.generator.EvtxValue;

/** What real logs are known to hold beside the ordinary. */
class OddLogsTest {
  private static final int HEADER = 4_096;
  private static final int CHUNK = 65_536;
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12Z");
  private static final BinXmlPart.Element EVENT =
      element("Event", element("Data", hole(0, 0x0A)), element("Text", hole(1, 1)));

  private static EvtxValue.Fragment event(long number, int length) {
    return new EvtxValue.Fragment(
        EVENT, List.of(EvtxValue.u64(number), EvtxValue.string("x".repeat(length))), true);
  }

  private static byte[] log(int events) throws Exception {
    return Memory.log(
            writer -> {
              for (int i = 1; i <= events; i++) {
                writer.write(TIME, event(i, 500));
              }
            })
        .content();
  }

  private static List<Long> numbers(Memory.Result result) {
    return result.records().stream()
        .map(record -> Long.parseLong(record.root().child("Data").orElseThrow().text()))
        .toList();
  }

  private static Long[] upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toArray(Long[]::new);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0.0,-0",
    "1,1",
    "-2.5,-2.5",
    "12345678,12345678",
    "0.001,0.001",
    "0.00025,0.00025",
    "1e20,100000000000000000000",
    "1.5e21,1.5e+21",
    "1e300,1e+300",
    "0.0000015,0.0000015",
    "1.5e-7,1.5e-7",
    "5e-324,4.9e-324",
    "NaN,-1.#IND",
    "-Infinity,-1.#INF"
  })
  void numbersWithAPointReadBack(double number, String expected) throws Exception {
    byte[] bytes = new byte[8];
    little(bytes).putDouble(0, number);
    assertThat(one(new EvtxValue.Plain(0x0C, bytes))).isEqualTo(expected);
  }

  @Test
  void textOfOneByteACharacterIsUtf8OrTheUsualCodePage() throws Exception {
    assertThat(one(ansi("caf\u00e9 \u20ac \u4e2d".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("caf\u00e9 \u20ac \u4e2d");
    assertThat(one(ansi(new byte[] {'c', 'a', 'f', (byte) 0xE9, (byte) 0x80})))
        .isEqualTo("caf\u00e9\u20ac");
    assertThat(one(ansi(new byte[] {'a', (byte) 0x81, 'b'}))).isEqualTo("a\u0081b");
    // Cyrillic of code page 1251: which page it was, the file does not say; nothing is lost.
    assertThat(one(ansi(new byte[] {(byte) 0xCF, (byte) 0xF0}))).isEqualTo("\u00cf\u00f0");
    assertThat(one(ansi(new byte[] {'a', 0, (byte) 0xCC}))).isEqualTo("a");
  }

  private static EvtxValue ansi(byte[] bytes) {
    return new EvtxValue.Plain(0x02, bytes);
  }

  private static String one(EvtxValue value) throws Exception {
    Memory.Result result = read(element("Event", element("Item", hole(0, 0))), List.of(value));
    assertThat(result.damage()).isEmpty();
    return result.records().getFirst().root().child("Item").orElseThrow().text();
  }

  private static Memory.Result read(BinXmlPart.Element event, List<EvtxValue> values)
      throws Exception {
    return Memory.log(writer -> writer.write(TIME, new EvtxValue.Fragment(event, values, true)))
        .read();
  }

  @Test
  void namesOfOneHashAreToldApart() throws Exception {
    Map<Integer, String> seen = new HashMap<>();
    String first = "";
    String second = "";
    for (int i = 0; second.isEmpty(); i++) {
      String name = "n" + i;
      first = seen.getOrDefault(Chunk.hash(name), "");
      second = first.isEmpty() ? "" : name;
      seen.put(Chunk.hash(name), name);
    }
    BinXmlPart.Element event =
        element("Event", element(first, text("1")), element(second, text("2")));
    EvtxElement root = read(event, List.of()).records().getFirst().root();
    assertThat(root.child(first).orElseThrow().text()).isEqualTo("1");
    assertThat(root.child(second).orElseThrow().text()).isEqualTo("2");
  }

  @Test
  void aTemplateMayStandBehindTheRecordsThatUseIt() throws Exception {
    BinXmlPart.Element other = element("Zeta", element("Eta", hole(0, 1)));
    byte[] bytes =
        Memory.log(
                writer -> {
                  writer.write(
                      TIME,
                      new EvtxValue.Fragment(
                          other, List.of(EvtxValue.string("z".repeat(400))), true));
                  writer.write(TIME, event(1, 9));
                  writer.write(TIME, event(2, 9));
                })
            .content();
    ByteBuffer log = little(bytes);
    int first = HEADER + 512;
    int room = log.getInt(first + 4);
    int last = first + room;
    last += log.getInt(last + 4);
    int size = log.getInt(last + 4);
    // The first record becomes a copy of the last one, which uses the template of the second.
    assertThat(size).isLessThan(room);
    Arrays.fill(bytes, first + 24, first + room - 4, (byte) 0);
    System.arraycopy(bytes, last + 24, bytes, first + 24, size - 28);
    little(bytes).putInt(120, 4); // no checksums
    Memory.Result result = new Memory(bytes).read();
    assertThat(numbers(result)).containsExactly(2L, 1L, 2L);
    assertThat(result.damage()).isEmpty();
  }

  @Test
  void embeddedEventsHaveTheirOwnTemplatesAndValues() throws Exception {
    BinXmlPart.Element inner =
        element("Inner", List.of(attribute("A", optional(1, 1))), element("Own", hole(0, 8)));
    BinXmlPart.Element middle = element("Middle", optional(0, 0x21), element("M", hole(1, 1)));
    BinXmlPart.Element outer =
        element("Event", hole(1, 0x21), element("O", hole(0, 1)), hole(2, 0x21));
    EvtxValue embedded =
        EvtxValue.embedded(
            middle,
            List.of(
                EvtxValue.embedded(inner, List.of(EvtxValue.u32(7), EvtxValue.none())),
                EvtxValue.string("m")));
    EvtxValue bare =
        new EvtxValue.Embedded(
            List.of(
                new EvtxValue.Fragment(
                    element("Bare", List.of(attribute("B", text("b"))), text("t")),
                    List.of(),
                    false)));
    Memory.Result result =
        Memory.log(
                writer -> {
                  for (int i = 0; i < 2; i++) {
                    writer.write(
                        TIME,
                        new EvtxValue.Fragment(
                            outer, List.of(EvtxValue.string("o"), embedded, bare), true));
                  }
                })
            .read();
    assertThat(result.damage()).isEmpty();
    assertThat(result.records()).hasSize(2);
    for (EvtxRecord record : result.records()) {
      assertThat(record.toXml().replaceAll("\\s*\n\\s*", ""))
          .contains(
              "<Middle><Inner><Own>7</Own></Inner><M>m</M></Middle><O>o</O><Bare B=\"b\">t</Bare>");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 511, 4_096, 5_000, 65_535})
  void anyBeginningThatIsLostCostsNoWholeChunk(int lost) throws Exception {
    byte[] bytes = log(300);
    Memory.Result result = new Memory(Arrays.copyOfRange(bytes, lost, bytes.length)).read();
    Long[] expected = upTo(300);
    int firstChunk = new Memory(Arrays.copyOf(bytes, HEADER + CHUNK)).read().records().size();
    assertThat(numbers(result)).endsWith(Arrays.copyOfRange(expected, firstChunk, 300));
    if (lost <= HEADER) {
      assertThat(numbers(result)).containsExactly(expected);
    }
  }

  @Test
  void bytesPutInOrLostBetweenChunksCostNothingElse() throws Exception {
    byte[] bytes = log(300);
    int cut = HEADER + CHUNK;
    for (int more : new int[] {1, 512, 4_096, 65_535, 65_536, 70_000}) {
      byte[] wider = new byte[bytes.length + more];
      Arrays.fill(wider, (byte) 'x');
      System.arraycopy(bytes, 0, wider, 0, cut);
      System.arraycopy(bytes, cut, wider, cut + more, bytes.length - cut);
      Memory.Result result = new Memory(wider).read();
      assertThat(numbers(result)).as("%d more", more).containsExactly(upTo(300));
      assertThat(result.damage()).anyMatch(damage -> damage.offset() == cut);
    }
  }

  @Test
  void bytesLostWithinAChunkCostThatChunkAlone() throws Exception {
    byte[] bytes = log(300);
    int first = new Memory(Arrays.copyOf(bytes, HEADER + CHUNK)).read().records().size();
    for (int lost : new int[] {1, 512, 5_000, 40_000}) {
      byte[] less = new byte[bytes.length - lost];
      int from = HEADER + 20_000;
      System.arraycopy(bytes, 0, less, 0, from);
      System.arraycopy(bytes, from + lost, less, from, less.length - from);
      Memory.Result result = new Memory(less).read();
      List<Long> rest = LongStream.rangeClosed(first + 1, 300).boxed().toList();
      assertThat(numbers(result)).as("%d lost", lost).containsAll(rest).contains(1L, 10L);
      assertThat(result.records())
          .filteredOn(record -> record.recordId() > first)
          .allMatch(record -> record.integrity() == Integrity.INTACT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 128, 4_095, 8_192, 65_535})
  void aWrongSizeInTheHeaderOfTheFileLosesNoChunk(int size) throws Exception {
    byte[] bytes = log(300);
    little(bytes).putShort(40, (short) size);
    Memory.Result result = new Memory(bytes).read();
    assertThat(numbers(result)).containsExactly(upTo(300));
    assertThat(result.records()).allMatch(record -> record.integrity() == Integrity.INTACT);
    assertThat(result.damage()).isNotEmpty();
  }

  @Test
  void aLogThatBeganAgainAtItsStartIsReadInTheOrderOfTheFile() throws Exception {
    byte[] bytes = log(300);
    int chunks = (bytes.length - HEADER) / CHUNK;
    byte[] turned = bytes.clone();
    for (int i = 0; i < chunks; i++) {
      int to = HEADER + (i + 1) % chunks * CHUNK;
      System.arraycopy(bytes, HEADER + i * CHUNK, turned, to, CHUNK);
    }
    little(turned).putInt(120, 2); // full
    Memory.Result result = new Memory(turned).read();
    assertThat(numbers(result)).containsExactlyInAnyOrder(upTo(300));
    assertThat(numbers(result).getLast()).isLessThan(300);
    assertThat(result.summary().lowestRecordId()).isEqualTo(1);
    assertThat(result.summary().highestRecordId()).isEqualTo(300);
    assertThat(result.summary().full()).isTrue();
  }

  @Test
  void recordNumbersThatJumpOrRepeatHideNoRecord() throws Exception {
    byte[] bytes = log(20);
    ByteBuffer log = little(bytes);
    log.putInt(120, 4);
    int at = HEADER + 512;
    for (int i = 0; i < 20; i++) {
      long number = i < 5 ? i + 1 : i < 10 ? 1_000_000 + i : i < 15 ? 3 : Long.MIN_VALUE + i;
      log.putLong(at + 8, number);
      at += log.getInt(at + 4);
    }
    log.putLong(HEADER + 32, Long.MIN_VALUE + 19);
    Memory.Result result = new Memory(bytes).read();
    assertThat(numbers(result)).containsExactly(upTo(20));
    assertThat(result.records()).allMatch(record -> record.integrity() == Integrity.INTACT);
  }

  @Test
  void aLastChunkThatWasBeingWrittenGivesItsWholeRecords() throws Exception {
    byte[] bytes = log(100);
    int second = HEADER + CHUNK / 2;
    ByteBuffer log = little(bytes);
    log.putInt(120, 1);
    int at = HEADER + 512;
    int whole = 0;
    while (at + log.getInt(at + 4) < second) {
      at += log.getInt(at + 4);
      whole++;
    }
    Arrays.fill(bytes, second, HEADER + CHUNK, (byte) 0);
    Memory.Result result = new Memory(Arrays.copyOf(bytes, HEADER + CHUNK)).read();
    assertThat(numbers(result).subList(0, whole)).containsExactly(upTo(whole));
    assertThat(result.records().size()).isBetween(whole, whole + 1);
  }

  @Test
  void aDamagedEmbeddedPartCostsThatPartAlone() throws Exception {
    BinXmlPart.Element event =
        element("Event", element("Data", hole(0, 0x0A)), element("Own", hole(1, 0x21)));
    byte[] damaged = {0x0F, 1, 1, 0, 0x0C, 1, 9, 9, 9, 9, -1, -1, -1, -1, 0, 0};
    Memory.Result result =
        read(event, List.of(EvtxValue.u64(7), new EvtxValue.Plain(0x21, damaged)));
    assertThat(numbers(result)).containsExactly(7L);
    assertThat(result.records().getFirst().integrity()).isEqualTo(Integrity.PARTIAL);
    assertThat(result.records().getFirst().root().child("Own").orElseThrow().text())
        .isEqualTo("0F0101000C0109090909FFFFFFFF0000");
    assertThat(result.damage()).isNotEmpty();
  }

  @Test
  void valuesBehindTheEndOfARecordAreMissingAndTheOthersThere() throws Exception {
    byte[] bytes = log(2);
    ByteBuffer log = little(bytes);
    log.putInt(120, 4);
    int second = HEADER + 512 + log.getInt(HEADER + 512 + 4);
    int size = log.getInt(second + 4);
    // The second record ends within its text, as its size says at both its ends.
    int less = size - 400;
    log.putInt(second + 4, less).putInt(second + less - 4, less);
    Memory.Result result = new Memory(bytes).read();
    assertThat(numbers(result)).containsExactly(1L, 2L);
    EvtxRecord cut = result.records().getLast();
    assertThat(cut.integrity()).isEqualTo(Integrity.PARTIAL);
    assertThat(cut.root().child("Text").orElseThrow().text()).isEmpty();
    assertThat(result.damage()).anyMatch(damage -> damage.what().contains("cut off"));
    // What was deleted and overwritten in part may be pieces of two events: that is none.
    log.putInt(HEADER + 48, second - HEADER).putLong(HEADER + 32, 1);
    assertThat(numbers(new Memory(bytes).read())).containsExactly(1L);
  }
}
