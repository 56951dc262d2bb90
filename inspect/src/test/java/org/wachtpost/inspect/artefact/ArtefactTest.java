package org.wachtpost.inspect.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArtefactTest {
  private static final String TASK =
      "<?xml version=\"1.0\" encoding=\"UTF-16\"?><Task xmlns=\"http://schemas.microsoft.com/"
          + "windows/2004/02/mit/task\"><RegistrationInfo><Date>2021-03-04T02:11:09</Date>"
          + "<Author>EX01$</Author></RegistrationInfo><Actions><Exec><Command>powershell.exe"
          + "</Command><Arguments>-w hidden -c iex</Arguments></Exec></Actions></Task>";
  private static final String SITES =
      "<configuration><system.applicationHost><sites><site name=\"Default\" id=\"1\">"
          + "<application path=\"/\"><virtualDirectory path=\"/\" physicalPath=\"C:\\inetpub\""
          + "/></application><logFile directory=\"D:\\logs\" enabled=\"false\"/></site></sites>"
          + "</system.applicationHost><system.webServer><globalModules>"
          + "<add name=\"good\" image=\"%windir%\\System32\\inetsrv\\good.dll\"/>"
          + "<add name=\"bad\" image=\"C:\\Windows\\Temp\\bad.dll\"/></globalModules>"
          + "</system.webServer></configuration>";

  private static byte[] utf16(String text) {
    return ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE);
  }

  @Test
  void readsATaskInUtf16() {
    ScheduledTask task = ScheduledTask.parse(utf16(TASK));
    assertThat(task.damage()).isNull();
    assertThat(task.commands()).containsExactly("powershell.exe -w hidden -c iex");
    assertThat(task.author()).isEqualTo("EX01$");
    assertThat(task.fetches()).isTrue();
    assertThat(task.registered()).isEqualTo("2021-03-04T02:11:09Z");
  }

  @Test
  void readsSitesAndTellsUsualModules() {
    SiteConfiguration sites = SiteConfiguration.parse(SITES.getBytes(StandardCharsets.UTF_8));
    assertThat(sites.logFolders()).containsExactly("D:\\logs");
    assertThat(sites.loggingOff()).containsExactly("Default");
    assertThat(
            sites.modules().stream()
                .filter(module -> !SiteConfiguration.usualModule(module.image()))
                .map(SiteConfiguration.Module::name))
        .containsExactly("bad");
    assertThat(SiteConfiguration.usualModule("%IIS_BIN%\\cachuri.dll")).isTrue();
    assertThat(SiteConfiguration.usualModule("%IIS_BIN%\\..\\x.dll")).isFalse();
    assertThat(SiteConfiguration.usualModule("%windir%\\system32\\inetsrv\\..\\..\\temp\\x.dll"))
        .isFalse();
  }

  @Test
  void entitiesAreNotExpandedAndNothingIsFetched() {
    String bomb =
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">"
            + "<!ENTITY f SYSTEM \"file:///etc/passwd\">]><Task><RegistrationInfo><Author>&b;&f;"
            + "</Author></RegistrationInfo></Task>";
    ScheduledTask task = ScheduledTask.parse(bomb.getBytes(StandardCharsets.UTF_8));
    assertThat(task.author()).doesNotContain("root").doesNotContain("aaaa");
  }

  @Test
  void depthIsLimited() {
    String deep = "<a>".repeat(XmlElements.MAX_DEPTH + 5);
    assertThat(SiteConfiguration.parse(deep.getBytes(StandardCharsets.UTF_8)).damage())
        .isEqualTo("nested deeper than " + XmlElements.MAX_DEPTH);
  }

  @Test
  void readsAProgramsVersionOrNone() {
    byte[] program = new byte[200];
    program[0] = 'M';
    program[1] = 'Z';
    assertThat(PeVersion.fileVersion(program)).isNull();
    java.nio.ByteBuffer.wrap(program)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putInt(100, 0xFEEF04BD)
        .putInt(104, 0x10000)
        .putInt(108, 15 << 16 | 1)
        .putInt(112, 2106 << 16 | 13);
    assertThat(PeVersion.fileVersion(program)).isEqualTo("15.1.2106.13");
    assertThat(PeVersion.fileVersion(Arrays.copyOf(program, 120))).isNull();
    assertThat(PeVersion.fileVersion(new byte[0])).isNull();
  }

  /** Bytes of another encoding cost a letter and not the file, and nothing is said about them. */
  @Test
  void readsAFileOfMixedEncodings() {
    byte[] bytes = SITES.replace("Default", "Caf\u00e9").getBytes(StandardCharsets.ISO_8859_1);
    PrintStream console = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try {
      System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
      SiteConfiguration sites = SiteConfiguration.parse(bytes);
      assertThat(sites.damage()).isNull();
      assertThat(sites.loggingOff()).containsExactly("Caf\uFFFD");
    } finally {
      System.setErr(console);
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  /** Mutated files give what could be read, and never fail. */
  @Test
  void survivesMutations() {
    long seed = 34473;
    System.out.println("ArtefactTest seed " + seed);
    Random random = new Random(seed);
    List<byte[]> corpus =
        List.of(
            utf16(TASK),
            TASK.getBytes(StandardCharsets.UTF_8),
            SITES.getBytes(StandardCharsets.UTF_8));
    int damaged = 0;
    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
      for (int i = random.nextInt(10); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      ScheduledTask task = ScheduledTask.parse(bytes);
      SiteConfiguration sites = SiteConfiguration.parse(bytes);
      assertThat(task.damage() == null)
          .as("seed %d round %d", seed, round)
          .isEqualTo(sites.damage() == null);
      damaged += task.damage() == null ? 0 : 1;
      PeVersion.fileVersion(bytes);
    }
    assertThat(damaged).isPositive();
  }
}
