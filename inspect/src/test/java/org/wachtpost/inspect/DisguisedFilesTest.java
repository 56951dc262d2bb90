package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.SourceCoverage;
import org.wachtpost.inspect.model.Verdict;

/** Text that an intruder chose does not decide as what a file is read. */
class DisguisedFilesTest {
  private static final String SHELL =
      "<%@ Page Language=\"JScript\"%><%eval(Request.Item[\"x\"],\"unsafe\");%>";

  @TempDir Path folder;

  private void file(String path, String content) throws Exception {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private InspectReport run() throws Exception {
    return Inspected.of(folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date cs-uri-stem\n",
        "#Fields: date time cs-uri-stem\n",
        "#Software: Microsoft Exchange Server\n#Log-type: HttpProxy Logs\n",
        "#Software: Microsoft Exchange Server\n#Log-type: ECP Server Log\n#Fields: a\n",
        "AnchorMailbox,RoutingHint\n",
        "Cmdlet,Parameters,ExecutionResult\n",
        "Offline Address Book Generator\n",
        "MZ",
        "PK\3\4",
        "7z\u00bc\u00af",
        "Rar!",
        "MSCF",
        "MDMP",
        "PAGEDU",
        "ElfFile\0",
        "ElfChnk\0",
        "<system.applicationHost>",
        "http://schemas.microsoft.com/windows/2004/02/mit/task",
        "Microsoft Safety Scanner",
      })
  void aPageStaysAPageWhateverItBeginsWith(String beginning) throws Exception {
    file("C/inetpub/wwwroot/aspnet_client/sys.aspx", beginning + SHELL);
    InspectReport report = run();
    assertThat(report.findings()).anyMatch(one -> one.check().equals("I12") && one.decisive());
    assertThat(report.verdict()).isEqualTo(Verdict.COMPROMISED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.txt", "x.gif", "x.config", "x"})
  void codeUnderAnotherNameIsJudgedBehindALogsHead(String name) throws Exception {
    file(
        "C/inetpub/wwwroot/aspnet_client/" + name,
        "#Software: Microsoft Exchange Server\n#Log-type: HttpProxy Logs\n" + SHELL);
    assertThat(run().findings()).anyMatch(one -> one.check().equals("I12"));
  }

  @Test
  void whatAnArchiveUnderAPagesNameHoldsIsSaidToo() throws Exception {
    file(
        "C/inetpub/wwwroot/aspnet_client/out.aspx", "7z\u00bc\u00af\u0027\u001c" + "x".repeat(900));
    assertThat(run().findings())
        .anyMatch(one -> one.check().equals("I18") && one.title().contains("archive"));
  }

  @ParameterizedTest
  @CsvSource({
    "C/Windows/Temp/x.png, PK, MEDIUM",
    "C/Users/Public/x.txt, MDMP, MEDIUM",
    "C/inetpub/wwwroot/aspnet_client/x.css, MSCF, MEDIUM",
    "C/Windows/Temp/x.zip, PK, LOW",
    "C/Windows/Temp/x.tmp, PK, LOW",
    "C/Windows/Temp/x.dmp, MDMP, LOW"
  })
  void whatIsCalledAPictureAndIsNoneIsMoreThanWorthALook(
      String path, String magic, Confidence confidence) throws Exception {
    file(path, magic + (magic.equals("PK") ? "\3\4" : "") + "x".repeat(900));
    assertThat(run().findings())
        .filteredOn(one -> one.check().equals("I18"))
        .singleElement()
        .matches(one -> one.confidence() == confidence);
  }

  @Test
  void rowsDoNotDecideWhichLogItIs() throws Exception {
    String rows =
        "2021-03-03T06:00:00.000Z,x,\"AnchorMailbox RoutingHint cs-uri-stem ,Cmdlet,"
            + " ExecutionResult #Log-type: ECP Server Log #Log-type: HttpProxy Logs"
            + " Offline Address Book Generat\"\r\n";
    file(
        "C/Program Files/Microsoft/Exchange Server/V15/Logging/Imap4/IMAP420210303-1.LOG",
        "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2106.002\r\n"
            + "#Log-type: IMAP4 Log\r\n#Date: 2021-03-03T06:00:00.000Z\r\n"
            + "#Fields: dateTime,sessionId,seqNumber\r\n"
            + rows);
    assertThat(run().coverage().sources())
        .extracting(SourceCoverage::source)
        .containsExactly("Exchange imap4 log");
  }
}
