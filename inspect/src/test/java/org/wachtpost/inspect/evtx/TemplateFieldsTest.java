package org.wachtpost.inspect.evtx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wachtpost.inspect.generator.BinXmlPart.element;
import static org.wachtpost.inspect.generator.BinXmlPart.hole;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.wachtpost.inspect.generator.BinXmlPart;
import org.wachtpost.inspect.generator.EvtxValue;
import org.wachtpost.inspect.generator.WindowsEvents;

/** What is taken straight from a template's values is what its elements say, damaged or not. */
class TemplateFieldsTest {
  private static final int HEADERS = 4_096 + 512;
  private static final String LIMIT =
      "a record is unreadable: expands to more nodes than the limit";
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12.1234567Z");
  private static final WindowsEvents.Source SOURCE =
      new WindowsEvents.Source(
          "Microsoft-Windows-Security-Auditing",
          "54849625-5478-4994-a5ba-3e3b0328c30d",
          "Security",
          "EX01.example.test");

  private static byte[] log(int events) throws Exception {
    return Memory.log(
            writer -> {
              for (int i = 1; i <= events; i++) {
                Map<String, String> data = new LinkedHashMap<>();
                data.put("NewProcessName", "C:\\Windows\\System32\\cmd" + i + ".exe");
                data.put("Empty", "");
                Instant time = TIME.plusSeconds(i);
                writer.write(
                    time,
                    switch (i % 4) {
                      case 0 -> WindowsEvents.manifest(SOURCE, i, time, 4688, 0, "S-1-5-18", data);
                      case 1 ->
                          WindowsEvents.classic(
                              SOURCE, i, time, 1, 4, List.of("Get-Mailbox", "", "a" + i));
                      case 2 -> WindowsEvents.classic(SOURCE, i, time, 6, 4, List.of());
                      default -> WindowsEvents.userData(SOURCE, i, time, 1102, 4, "Cleared", data);
                    });
              }
            })
        .content();
  }

  /** A record without what only its elements say. */
  private static List<Object> fields(EvtxRecord record) {
    return List.of(
        record.recordId(),
        record.time(),
        record.provider(),
        record.eventId(),
        record.level(),
        record.channel(),
        record.computer(),
        record.userId(),
        record.data(),
        record.integrity(),
        record.offset());
  }

  /** What both say of damage. */
  private static List<String> same(byte[] log, Predicate<EvtxRecord> wanted, String what)
      throws IOException {
    Memory.Result trees = new Memory(log).read(wanted, true);
    Memory.Result quick = new Memory(log).read(wanted, false);
    assertThat(quick.records()).as(what).hasSameSizeAs(trees.records());
    for (int i = 0; i < quick.records().size(); i++) {
      assertThat(fields(quick.records().get(i))).as(what).isEqualTo(fields(trees.records().get(i)));
    }
    assertThat(words(quick)).as(what).isEqualTo(words(trees));
    assertThat(quick.summary()).as(what).isEqualTo(trees.summary());
    if (!words(trees).contains(LIMIT)) { // where it is reached depends on what was counted before
      assertThat(quick.damage()).as(what).isEqualTo(trees.damage());
    }
    return words(quick);
  }

  private static List<String> words(Memory.Result result) {
    return result.damage().stream().map(Memory.Damage::what).toList();
  }

  @Test
  void usualEventsHaveNoElementsAndTheSameFields() throws Exception {
    byte[] log = log(400);
    List<EvtxRecord> quick = new Memory(log).read(head -> true, false).records();
    assertThat(quick).hasSize(400);
    for (EvtxRecord record : quick) {
      boolean elements = !record.root().content().isEmpty();
      assertThat(elements).as("event %d", record.eventId()).isEqualTo(record.eventId() == 1102);
    }
    same(log, head -> true, "all");
    same(log, head -> head.eventId() == 4688, "some");
  }

  @Test
  void damagedEventsAreReadAsTheirElementsWouldBe() throws Exception {
    long seed = Long.getLong("wachtpost.seed", 20210303L);
    byte[] whole = log(40);
    int used = 9_000;
    for (int turn = 0; turn < 3_000; turn++) {
      Random random = new Random(seed + turn);
      byte[] log = whole.clone();
      for (int change = random.nextInt(1, 6); change > 0; change--) {
        int at = HEADERS + random.nextInt(used);
        log[at] =
            random.nextBoolean()
                ? (byte) random.nextInt(256)
                : (byte) (log[at] ^ 1 << random.nextInt(8));
      }
      boolean all = random.nextBoolean();
      same(log, head -> all || head.eventId() == 4688, "seed " + (seed + turn));
    }
  }

  /** Each chunk has its templates anew: those of the second are compared with the first's. */
  @Test
  void templatesThatDifferFromThoseOfTheChunkBeforeAreReadAsTheyAre() throws Exception {
    long seed = Long.getLong("wachtpost.seed", 20210303L);
    byte[] whole = log(360);
    int second = HEADERS + 65_536;
    assertThat(whole.length).as("two chunks").isEqualTo(4_096 + 2 * 65_536);
    Set<String> said = new HashSet<>();
    for (int turn = 0; turn < 1_000; turn++) {
      Random random = new Random(seed + turn);
      byte[] log = whole.clone();
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        log[second + random.nextInt(3_000)] ^= (byte) (1 << random.nextInt(8));
      }
      said.addAll(same(log, head -> true, "seed " + (seed + turn)));
    }
    assertThat(said).as("templates are damaged, too").anyMatch(what -> what.contains("template"));
  }

  @Test
  void aTemplateOfTheSameIdentifierWithOtherNamesIsNotTakenForTheFirst() throws Exception {
    byte[] log = log(360);
    // What a Data is called is text of its template: other text of the same length in one chunk.
    String old = "NewProcessName";
    String other = "OldProcessName";
    byte[] name = old.getBytes(StandardCharsets.UTF_16LE);
    int second = HEADERS + 65_536;
    int at = second;
    while (!Arrays.equals(log, at, at + name.length, name, 0, name.length)) {
      at++;
    }
    System.arraycopy(other.getBytes(StandardCharsets.UTF_16LE), 0, log, at, name.length);
    same(log, head -> true, "names");
    List<EvtxRecord> records = new Memory(log).read(head -> true, false).records();
    assertThat(records).anyMatch(record -> !record.datum(old).isEmpty());
    assertThat(records).anyMatch(record -> !record.datum(other).isEmpty());
  }

  /** Only the first megabyte of templates is remembered; the others are parsed each time. */
  @Test
  void moreTemplatesThanAreRememberedAreReadAllTheSame() throws Exception {
    int templates = 300;
    byte[] log =
        Memory.log(
                writer -> {
                  for (int i = 0; i < 2 * templates; i++) {
                    BinXmlPart[] items = new BinXmlPart[250];
                    Arrays.fill(items, element("Field" + i % templates, hole(1, 1)));
                    BinXmlPart.Element event =
                        element(
                            "Event",
                            element("System", element("EventID", hole(0, 6))),
                            element("EventData", items));
                    List<EvtxValue> values = List.of(EvtxValue.u16(i), EvtxValue.string("x" + i));
                    writer.write(TIME, new EvtxValue.Fragment(event, values, true));
                  }
                })
            .content();
    assertThat(log.length).isGreaterThan(2 << 20);
    assertThat(same(log, head -> true, "many templates")).isEmpty();
  }

  @Test
  void whatExpandsToMoreThanTheLimitIsNotTakenFromItsValues() throws Exception {
    BinXmlPart[] items = new BinXmlPart[300];
    Arrays.fill(items, element("Data", hole(1, 1)));
    BinXmlPart.Element event =
        element(
            "Event",
            element("System", element("EventID", hole(0, 6))),
            element("EventData", items));
    List<EvtxValue> texts =
        List.of(
            EvtxValue.string("x".repeat(20_000)), // 300 times more than 1 Mi characters
            EvtxValue.strings(Collections.nCopies(10_000, "")), // 3 million elements
            EvtxValue.strings(Collections.nCopies(100, "few")), // as many as there may be
            EvtxValue.string("x".repeat(1_000)));
    for (EvtxValue value : texts) {
      byte[] log =
          Memory.log(
                  writer -> {
                    for (int i = 0; i < 3; i++) {
                      List<EvtxValue> values = List.of(EvtxValue.u16(i), value);
                      writer.write(TIME, new EvtxValue.Fragment(event, values, true));
                    }
                  })
              .content();
      same(log, head -> true, "all of " + value);
      same(log, head -> false, "heads of " + value);
    }
  }
}
