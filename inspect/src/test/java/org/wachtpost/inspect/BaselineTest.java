package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.check.CheckId;
import org.wachtpost.inspect.generator.PortableExecutable;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.InspectReport;

/** I11: pages of the product against the hashes of the build they belong to. */
class BaselineTest {
  private static final String EXCHANGE = "C/Program Files/Microsoft/Exchange Server/V15/";
  private static final String PAGE = "FrontEnd/HttpProxy/owa/auth/logon.aspx";

  @TempDir Path folder;

  private static String hash(String content) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  private void page(String path, String content) throws Exception {
    Path file = folder.resolve(EXCHANGE + path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** The build in use, as the proxy's log tells it. */
  private void build() throws Exception {
    page(
        "Logging/HttpProxy/Owa/HttpProxy_2021030306-1.LOG",
        "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2106.002\r\n"
            + "#Log-type: HttpProxy Logs\r\n#Fields: DateTime,RequestId,UrlStem,AnchorMailbox,"
            + "ClientIpAddress,HttpStatus,Method\r\n"
            + "2021-03-03T06:00:00.000Z,r0,/owa/,Sid~S-1,10.0.0.9,200,GET\r\n");
  }

  private InspectReport inspect(String... more) throws Exception {
    List<String> words = new java.util.ArrayList<>(List.of(folder.resolve("C").toString()));
    words.addAll(List.of(more));
    Arguments arguments = Arguments.parse(words, Instant.parse("2026-01-01T00:00:00Z"));
    return Inspection.run(arguments.options(), ProgressListener.NONE);
  }

  private Path baseline(String name, String... rows) throws Exception {
    Path file = folder.resolve(name);
    Files.writeString(file, "\"SHA256\",\"version\",\"path\"\r\n" + String.join("\r\n", rows));
    return file;
  }

  private static List<String> changed(InspectReport report) {
    return report.findings().stream()
        .filter(finding -> finding.check().equals(CheckId.I11.name()))
        .map(finding -> finding.source().path())
        .toList();
  }

  @Test
  void aPageChangedInPlaceIsFoundOnceAndAShippedOneIsNot() throws Exception {
    build();
    page(PAGE, "changed");
    Path csv = baseline("a.csv", hash("shipped") + ",15.1.2106.2,\\" + PAGE.replace('/', '\\'));
    assertThat(changed(inspect("--baseline", csv.toString())))
        .singleElement()
        .asString()
        .endsWith("logon.aspx");
    page(PAGE, "shipped");
    assertThat(changed(inspect("--baseline", csv.toString()))).isEmpty();
  }

  /** What a log says of the build leaves open whether a security update changed the page. */
  @Test
  void howSureAChangedPageIsDependsOnWhatNamesTheBuild() throws Exception {
    build();
    page(PAGE, "changed");
    Path csv = baseline("a.csv", hash("shipped") + ",15.1.2106.2,\\" + PAGE.replace('/', '\\'));
    assertThat(confidence(inspect("--baseline", csv.toString()))).isEqualTo(Confidence.LOW);
    Path setup = folder.resolve(EXCHANGE + "Bin/ExSetup.exe");
    Files.createDirectories(setup.getParent());
    Files.write(setup, PortableExecutable.withVersion("15.1.2106.2"));
    assertThat(confidence(inspect("--baseline", csv.toString()))).isEqualTo(Confidence.MEDIUM);
  }

  private static Confidence confidence(InspectReport report) {
    return report.findings().stream()
        .filter(finding -> finding.check().equals(CheckId.I11.name()))
        .findFirst()
        .orElseThrow()
        .confidence();
  }

  /** Without a baseline, a page later than its update's setup program is worth a look. */
  @Test
  void aPageLaterThanItsUpdateIsToldOf() throws Exception {
    Instant update = Instant.parse("2021-01-10T00:00:00Z");
    Path setup = folder.resolve(EXCHANGE + "Bin/ExSetup.exe");
    Files.createDirectories(setup.getParent());
    Files.write(setup, PortableExecutable.withVersion("15.1.2044.4"));
    Files.setLastModifiedTime(setup, FileTime.from(update));
    String pages = "FrontEnd/HttpProxy/owa/auth/";
    for (String name :
        List.of("logon", "logoff", "errorFE", "frowny", "signout", "SvmFeedback", "OutlookCN")) {
      page(pages + name + ".aspx", name);
      Files.setLastModifiedTime(
          folder.resolve(EXCHANGE + pages + name + ".aspx"), FileTime.from(update));
    }
    assertThat(changed(inspect())).isEmpty();
    Instant later = Instant.parse("2021-03-04T00:00:00Z");
    Files.setLastModifiedTime(
        folder.resolve(EXCHANGE + pages + "errorFE.aspx"), FileTime.from(later));
    assertThat(inspect().findings())
        .filteredOn(one -> one.check().equals(CheckId.I11.name()))
        .singleElement()
        .matches(one -> one.confidence() == Confidence.LOW && later.equals(one.time()))
        .matches(one -> one.source().path().endsWith("errorFE.aspx"));
    // All of them later than the program: those are the times of a copy.
    Files.setLastModifiedTime(setup, FileTime.from(update.minusSeconds(400_000)));
    assertThat(changed(inspect())).isEmpty();
  }

  @Test
  void aPageInTheFolderOfAnotherBuildIsComparedWithThatBuild() throws Exception {
    build();
    String path = "ClientAccess/Owa/%s/scripts/x.aspx";
    page(path.formatted("15.1.2106.2"), "new");
    page(path.formatted("15.1.2044.4"), "old");
    page(path.formatted("15.1.1979.3"), "older");
    String listed = "\\ClientAccess\\Owa\\%s\\scripts\\x.aspx";
    Path now = baseline("now.csv", hash("new") + ",15.1.2106.2," + listed.formatted("15.1.2106.2"));
    assertThat(changed(inspect("--baseline", now.toString()))).isEmpty();
    Path old =
        baseline("old.csv", hash("it was") + ",15.1.2044.4," + listed.formatted("15.1.2044"));
    assertThat(changed(inspect("--baseline", now.toString(), old.toString())))
        .singleElement()
        .asString()
        .contains("15.1.2044.4");
  }

  /** It was taken, and nothing compared with it. */
  @Test
  void whatIsNoBaselineIsRefused() throws Exception {
    build();
    page(PAGE, "changed");
    Path other = folder.resolve("other.csv");
    Files.writeString(other, "\"Name\",\"Length\"\r\n\"a\",\"1\"\r\n");
    assertThatThrownBy(() -> inspect("--baseline", other.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("other.csv: no baseline");
  }

  @Test
  void allBaselinesGivenAreReadAndOddRowsAreToldOf() throws Exception {
    build();
    page(PAGE, "changed");
    page(PAGE.replace("logon", "logoff"), "changed");
    String row = ",15.1.2106.2,\\" + PAGE.replace('/', '\\');
    Path first = baseline("a.csv", hash("shipped") + row);
    Path second = baseline("b.CSV", hash("shipped") + row.replace("logon", "logoff"), "odd");
    String a = first.toString();
    String b = second.toString();
    for (List<String> words :
        List.of(List.of("--baseline", a, b), List.of("--baseline=" + a, "--baseline", b))) {
      InspectReport report = inspect(words.toArray(String[]::new));
      assertThat(changed(report)).as(words.toString()).hasSize(2);
      assertThat(report.coverage().notes())
          .contains("baseline rows that are not SHA256,version,path: 1, the first at b.CSV:3");
    }
  }
}
