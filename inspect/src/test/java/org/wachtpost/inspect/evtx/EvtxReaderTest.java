package org.wachtpost.inspect.evtx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.wachtpost.inspect.generator.WindowsEvents;

class EvtxReaderTest {
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12.1234567Z");
  private static final WindowsEvents.Source CMDLETS =
      new WindowsEvents.Source(
          "MSExchange CmdletLogs", "", "MSExchange Management", "EX01.example.test");
  private static final WindowsEvents.Source SECURITY =
      new WindowsEvents.Source(
          "Microsoft-Windows-Security-Auditing",
          "54849625-5478-4994-a5ba-3e3b0328c30d",
          "Security",
          "EX01.example.test");

  @Test
  void classicEventDataIsOneDatumForEachString() throws Exception {
    List<String> data = List.of("Set-Mailbox", "-Identity \"a<b&c\"", "", "S-1-5-21-1-2-3-500");
    Memory log =
        Memory.log(
            writer -> writer.write(TIME, WindowsEvents.classic(CMDLETS, 1, TIME, 1, 4, data)));
    EvtxRecord record = log.read().records().getFirst();
    assertThat(record.recordId()).isEqualTo(1);
    assertThat(record.time()).isEqualTo(Instant.parse("2021-03-03T06:49:12.1234567Z"));
    assertThat(record.provider()).isEqualTo("MSExchange CmdletLogs");
    assertThat(record.eventId()).isEqualTo(1);
    assertThat(record.level()).isEqualTo(4);
    assertThat(record.channel()).isEqualTo("MSExchange Management");
    assertThat(record.computer()).isEqualTo("EX01.example.test");
    assertThat(record.integrity()).isEqualTo(Integrity.INTACT);
    assertThat(record.data()).extracting(EventDatum::value).startsWith(data.toArray(String[]::new));
    assertThat(record.data()).extracting(EventDatum::name).startsWith("", "", "", "");
    assertThat(record.toXml())
        .contains("<EventID Qualifiers=\"16384\">1</EventID>")
        .contains("<Keywords>0x80000000000000</Keywords>")
        .contains("<Data>-Identity \"a&lt;b&amp;c\"</Data>")
        .contains("<TimeCreated SystemTime=\"2021-03-03T06:49:12.1234567Z\">");
  }

  @Test
  void namedValuesOfAnEmbeddedTemplateAreRead() throws Exception {
    Map<String, String> data = new LinkedHashMap<>();
    data.put("NewProcessName", "C:\\Windows\\System32\\cmd.exe");
    data.put("ParentProcessName", "C:\\Windows\\System32\\inetsrv\\w3wp.exe");
    Memory log =
        Memory.log(writer ->
            writer.write(
                TIME, WindowsEvents.manifest(SECURITY, 1, TIME, 4688, 0, "S-1-5-18", data)));
    EvtxRecord record = log.read().records().getFirst();
    assertThat(record.eventId()).isEqualTo(4688);
    assertThat(record.userId()).isEqualTo("S-1-5-18");
    assertThat(record.datum("ParentProcessName")).endsWith("w3wp.exe");
    assertThat(record.toXml())
        .contains("Guid=\"54849625-5478-4994-A5BA-3E3B0328C30D\"")
        .contains("<Data Name=\"NewProcessName\">C:\\Windows\\System32\\cmd.exe</Data>");
  }

  @Test
  void ofAnEventThatIsNotWantedTheHeadIsRead() throws Exception {
    Map<String, String> data = Map.of("NewProcessName", "C:\\Windows\\System32\\cmd.exe");
    Memory log =
        Memory.log(writer -> {
          for (int event : new int[] {4624, 4688}) {
            writer.write(
                TIME, WindowsEvents.manifest(SECURITY, 1, TIME, event, 0, "S-1-5-18", data));
          }
          writer.write(TIME, WindowsEvents.classic(CMDLETS, 3, TIME, 1, 4, List.of("Set-Mailbox")));
        });
    List<EvtxRecord> whole = log.read().records();
    Memory.Result some = log.read(head -> head.eventId() == 4688);
    assertThat(some.records())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("data", "root")
        .isEqualTo(whole);
    assertThat(some.records())
        .extracting(r -> r.data().isEmpty())
        .containsExactly(true, false, true);
    assertThat(some.records().get(1)).isEqualTo(whole.get(1));
    assertThat(some.summary()).isEqualTo(log.read().summary());
  }

  @Test
  void leavesOfUserDataAreNamedByTheirElement() throws Exception {
    Map<String, String> data = new LinkedHashMap<>();
    data.put("SubjectUserName", "administrator");
    data.put("SubjectDomainName", "EXAMPLE");
    Memory log =
        Memory.log(writer ->
            writer.write(
                TIME, WindowsEvents.userData(SECURITY, 1, TIME, 1102, 4, "LogFileCleared", data)));
    EvtxRecord record = log.read().records().getFirst();
    assertThat(record.data())
        .containsExactly(
            new EventDatum("SubjectUserName", "administrator"),
            new EventDatum("SubjectDomainName", "EXAMPLE"));
  }

  @Test
  void manyChunksAreReadInOrderAndSummed() throws Exception {
    Memory log =
        Memory.log(writer -> {
          for (int i = 1; i <= 3_000; i++) {
            Instant time = TIME.plusSeconds(i);
            writer.write(
                time,
                WindowsEvents.classic(CMDLETS, i, time, 1, 4, List.of("Get-Mailbox", "x" + i)));
          }
        });
    Memory.Result result = log.read();
    assertThat(result.damage()).isEmpty();
    assertThat(result.records()).hasSize(3_000);
    List<Long> ids = new ArrayList<>();
    result.records().forEach(record -> ids.add(record.recordId()));
    assertThat(ids).isSorted();
    assertThat(result.records().get(2_999).datum(1)).isEqualTo("x3000");
    EvtxSummary summary = result.summary();
    assertThat(summary.chunks()).isGreaterThan(5);
    assertThat(summary.oldest()).isEqualTo(TIME.plusSeconds(1));
    assertThat(summary.newest()).isEqualTo(TIME.plusSeconds(3_000));
    assertThat(summary.lowestRecordId()).isEqualTo(1);
    assertThat(summary.highestRecordId()).isEqualTo(3_000);
    assertThat(summary.nextRecordId()).isEqualTo(3_001);
    assertThat(summary.checksumMismatches()).isZero();
  }

  /** Debian's evtxexport 20181227 loses such a record. */
  @Test
  void aRecordThatEndsWithItsChunkIsRead() throws Exception {
    int full = 0;
    for (int padding = 0; padding < 256; padding += 4) {
      String first = "x".repeat(padding);
      Memory log =
          Memory.log(writer -> {
            for (int i = 1; i <= 250; i++) {
              List<String> data = List.of(i == 1 ? first : "x" + i % 10);
              writer.write(TIME, WindowsEvents.classic(CMDLETS, i, TIME, 1, 4, data));
            }
          });
      ByteBuffer bytes = ByteBuffer.wrap(log.content()).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.getInt(4_096 + 48) == Chunk.SIZE) {
        full++;
        Memory.Result result = log.read();
        assertThat(result.damage()).isEmpty();
        assertThat(result.records()).hasSize(250);
      }
    }
    assertThat(full).as("logs whose first chunk is full to the last byte").isPositive();
  }
}
