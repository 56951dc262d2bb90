package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.generator.EvtxWriter;
import org.wachtpost.inspect.generator.WindowsEvents;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.SourceCoverage;

/** Evidence that holds one server twice (a shadow copy beside the drive), or two servers. */
class CopiesTest {
  private static final String LOG = "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log";
  private static final String HEAD =
      "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip"
          + " cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent)"
          + " sc-status\r\n";
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12.1234567Z");

  @TempDir Path folder;

  private static String row(String time, String page, int status) {
    return "2021-03-03 06:%s 10.0.0.5 POST %s - 443 - 203.0.113.77 M %d\r\n"
        .formatted(time, page, status);
  }

  private void write(String drive, String log) throws Exception {
    Path file = folder.resolve(drive).resolve(LOG);
    Files.createDirectories(file.getParent());
    Files.writeString(file, log);
  }

  private void events(String drive, String computer, Instant... times) throws Exception {
    Path log = folder.resolve(drive).resolve("Windows/System32/winevt/Logs/System.evtx");
    Files.createDirectories(log.getParent());
    WindowsEvents.Source source =
        new WindowsEvents.Source(
            "Service Control Manager", "54849625-5478-4994-a5ba-3e3b0328c30d", "System", computer);
    try (EvtxWriter writer =
        new EvtxWriter(
            FileChannel.open(log, StandardOpenOption.CREATE, StandardOpenOption.WRITE), 1)) {
      for (int i = 0; i < times.length; i++) {
        Map<String, String> data =
            Map.of("ServiceName", "helper", "ImagePath", "C:\\Users\\Public\\h.exe");
        writer.write(
            times[i], WindowsEvents.manifest(source, i + 1, times[i], 7045, 4, "S-1-5-18", data));
      }
    }
  }

  private InspectReport run() throws Exception {
    return Inspected.of(folder);
  }

  private static List<String> counted(InspectReport report) {
    return report.findings().stream().map(one -> one.title() + " " + one.count()).toList();
  }

  private static SourceCoverage iis(InspectReport report) {
    return report.coverage().sources().stream()
        .filter(one -> one.source().startsWith("IIS"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aLogThatIsThereTwiceIsReadOnce() throws Exception {
    String log = HEAD + row("49:12", "/ecp/y.js", 241) + row("50:12", "/ecp/y.js", 200);
    write("C", log);
    InspectReport once = run();
    write("VSS1/C", log);
    InspectReport twice = run();
    assertThat(counted(twice)).isEqualTo(counted(once)).isNotEmpty();
    assertThat(twice.verdict()).isEqualTo(once.verdict());
    assertThat(iis(twice).rows()).isEqualTo(iis(once).rows());
    assertThat(once.coverage().notes()).noneMatch(note -> note.contains("byte for byte"));
    assertThat(twice.coverage().notes())
        .anyMatch(note -> note.startsWith("1 log is a copy of others") && note.contains("/VSS1/"));
  }

  /** The log of the day went on after the shadow copy was taken. */
  @Test
  void whatAnOlderCopyHasTooIsCountedOnce() throws Exception {
    String log = HEAD + row("49:12", "/ecp/y.js", 241);
    write("VSS1/C", log);
    write("C", log + row("50:12", "/ecp/y.js", 241));
    assertThat(run().findings())
        .filteredOn(one -> one.title().contains("session granted"))
        .singleElement()
        .matches(one -> one.count() == 2);
  }

  @Test
  void eventsOfAnOlderCopyAreCountedOnce() throws Exception {
    events("C", "EX01.example.test", TIME, TIME.plusSeconds(60));
    events("VSS1/C", "EX01.example.test", TIME);
    InspectReport report = run();
    assertThat(report.findings())
        .filteredOn(one -> one.title().startsWith("service installed"))
        .singleElement()
        .matches(one -> one.count() == 2);
    assertThat(report.server()).containsEntry("computer", "EX01");
    assertThat(report.reason()).doesNotContain("several computers");
  }

  @Test
  void logsOfOneNameAndSizeThatDifferAreAllRead() throws Exception {
    write("EX01/C", HEAD + row("49:12", "/ecp/y.js", 241));
    write("EX02/C", HEAD + row("49:12", "/ecp/z.js", 241));
    InspectReport report = run();
    assertThat(iis(report).rows()).isEqualTo(2);
    assertThat(report.findings())
        .filteredOn(one -> one.title().contains("session granted"))
        .singleElement()
        .matches(one -> one.count() == 2);
  }

  /** Of a server that was renamed, the name that it has now. */
  @Test
  void twoServersInOneFolderAreSaid() throws Exception {
    events("one/C", "EX01.example.test", TIME);
    events("two/C", "ex02.example.test", TIME.plusSeconds(5));
    InspectReport report = run();
    assertThat(report.server()).containsEntry("computer", "EX01, EX02");
    assertThat(report.reason())
        .endsWith(
            "The logs are of several computers (EX01, EX02): inspect each by itself to tell what"
                + " happened where.");
  }

  @Test
  void aBreakInBeforeTheTimeAskedAboutIsSaid() throws Exception {
    write("C", HEAD + row("49:12", "/ecp/y.js", 241));
    InspectOptions options =
        Arguments.parse(List.of(folder.toString(), "--since", "2021-03-10"), TIME).options();
    InspectReport report = Inspection.run(options, ProgressListener.NONE);
    assertThat(report.findings()).isEmpty();
    assertThat(report.reason())
        .contains("Before the time asked about there ")
        .endsWith("of more than a look, the first of 2021-03-03: ask from then on (--since).");
  }

  /** By one address, which may be a proxy that does not say for whom it asks. */
  @Test
  void aBreakInOnAnotherDayIsAnotherStep() throws Exception {
    write("C", HEAD + row("49:12", "/ecp/y.js", 241) + row("50:12", "/ecp/y.js", 241));
    Files.writeString(
        folder.resolve("C").resolve(LOG.replace("0303", "0305")),
        (HEAD + row("49:12", "/ecp/y.js", 241)).replace("03-03", "03-05"));
    assertThat(run().findings())
        .filteredOn(one -> one.title().contains("session granted"))
        .extracting(one -> String.valueOf(one.time()).substring(0, 10) + " " + one.count())
        .containsExactly("2021-03-03 2", "2021-03-05 1");
  }
}
