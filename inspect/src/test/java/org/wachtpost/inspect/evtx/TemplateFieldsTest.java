package org.wachtpost.inspect.evtx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.wachtpost.inspect.generator.WindowsEvents;

/** What is taken straight from a template's values is what its elements say, damaged or not. */
class TemplateFieldsTest {
  private static final int HEADERS = 4_096 + 512;
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

  private static void same(byte[] log, Predicate<EvtxRecord> wanted, String what)
      throws IOException {
    Memory.Result trees = new Memory(log).read(wanted, true);
    Memory.Result quick = new Memory(log).read(wanted, false);
    assertThat(quick.records()).as(what).hasSameSizeAs(trees.records());
    for (int i = 0; i < quick.records().size(); i++) {
      assertThat(fields(quick.records().get(i))).as(what).isEqualTo(fields(trees.records().get(i)));
    }
    assertThat(quick.damage()).as(what).isEqualTo(trees.damage());
    assertThat(quick.summary()).as(what).isEqualTo(trees.summary());
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
}
