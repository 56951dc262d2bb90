package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.wachtpost.inspect.generator.EvtxWriter;
import org.wachtpost.inspect.generator.WindowsEvents;

class EventDumpTest {
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12.1234567Z");
  private static final WindowsEvents.Source CMDLETS =
      new WindowsEvents.Source(
          "MSExchange CmdletLogs", "", "MSExchange Management", "EX01.example.test");

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void allRecordsOfALogAreOneDocumentThatAnXmlParserReads() throws Exception {
    Path log = log("é --> <b> ]]>", "\u009B2J\u001B[2J\u007F");
    assertThat(dump("--dump-events", log.toString())).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(out.toByteArray()));
    NodeList data = document.getElementsByTagName("Data");
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("Events");
    assertThat(document.getElementsByTagName("Event").getLength()).isEqualTo(2);
    assertThat(data.item(0).getTextContent()).isEqualTo("é --> <b> ]]>");
    assertThat(data.item(1).getTextContent()).isEqualTo("\u009B2J\uFFFD[2J\u007F");
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text).contains("<!-- record 1 offset 4608 intact -->\n<Event ").contains("&#x9b;2J");
    assertThat(text.chars()).noneMatch(c -> c < ' ' && c != '\n' || c >= 0x7F && c <= 0x9F);
  }

  @Test
  void damageIsToldBesideTheRecords() throws Exception {
    byte[] bytes = Files.readAllBytes(log("one", "two"));
    bytes[16] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.evtx"), bytes);
    assertThat(dump("--dump-events", damaged.toString())).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("offset 0: ");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("<Data>two</Data>");
  }

  @Test
  void whatIsNoEventLogFails() throws Exception {
    Path text = Files.writeString(folder.resolve("a.evtx"), "hello");
    assertThat(dump("--dump-events", text.toString())).isEqualTo(1);
    assertThat(dump("--dump-events", folder.resolve("none").toString())).isEqualTo(1);
    assertThat(dump("--dump-events", folder.toString())).isEqualTo(1);
  }

  @Test
  void nothingBesideTheFileIsTakenAndIgnored() throws Exception {
    String log = log("one").toString();
    assertThat(dump("--dump-events")).isEqualTo(2);
    assertThat(dump("--dump-events", log, "--json")).isEqualTo(2);
    assertThat(dump("--dump-events", log, log)).isEqualTo(2);
    assertThat(dump("--json", "--dump-events", log)).isEqualTo(2);
    assertThat(out.size()).isZero();
  }

  private int dump(String... arguments) {
    return InspectCommand.run(
        List.of(arguments),
        new PrintStream(out, true, StandardCharsets.US_ASCII),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  /** A log with a record for each of these texts. */
  private Path log(String... texts) throws Exception {
    Path file = folder.resolve("log.evtx");
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        EvtxWriter writer = new EvtxWriter(channel, 1)) {
      for (String text : texts) {
        writer.write(TIME, WindowsEvents.classic(CMDLETS, 1, TIME, 1, 4, List.of(text)));
      }
    }
    return file;
  }
}
