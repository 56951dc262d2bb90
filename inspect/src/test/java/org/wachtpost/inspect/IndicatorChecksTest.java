package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Stage;

/** I15 and I18 over what is neither a page nor one of the great logs. */
class IndicatorChecksTest {
  private static final String PUBLISHED = "103.77.192.219";

  @TempDir Path folder;

  private void file(String path, String content) throws Exception {
    Path file = folder.resolve("server").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private InspectReport run(String... more) throws Exception {
    List<String> words = new java.util.ArrayList<>(List.of(folder.resolve("server").toString()));
    words.addAll(List.of(more));
    Arguments arguments = Arguments.parse(words, Instant.parse("2026-01-01T00:00:00Z"));
    return Inspection.run(arguments.options(), ProgressListener.NONE);
  }

  private static List<Finding> of(InspectReport report, String check) {
    return report.findings().stream().filter(one -> one.check().equals(check)).toList();
  }

  @Test
  void publishedHashesAreFoundInFilesThatAreNoPages() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest("MZ evil".getBytes("UTF-8"));
    Path rules = Files.createDirectory(folder.resolve("rules"));
    Files.writeString(
        rules.resolve("hashes.csv"),
        "# version: 1\n# date: 2026-01-01\n" + HexFormat.of().formatHex(digest) + ",tool,here\n");
    List<String> places =
        List.of(
            "C/ProgramData/x/a.exe",
            "C/Users/Public/b.png",
            "C/inetpub/wwwroot/bin/c.dll",
            "C/Windows/Temp/d.dmp");
    for (String place : places) {
      file(place, "MZ evil");
    }
    file("C/ProgramData/x/other.exe", "MZ good");
    assertThat(of(run("--rules", rules.toString()), "I15"))
        .hasSize(places.size())
        .allMatch(one -> one.decisive() && one.title().equals("published file of intruders"));
  }

  @Test
  void publishedNamesAreFoundWithTheirFolderOnly() throws Exception {
    file("C/Users/Public/Opera/opera_browser.exe", "MZ");
    file("C/Program Files/Opera/opera_browser.exe", "MZ");
    assertThat(of(run(), "I15"))
        .singleElement()
        .matches(one -> one.confidence() == Confidence.MEDIUM)
        .matches(one -> "c:\\users\\public\\opera\\opera_browser.exe".equals(one.detail("file")));
  }

  /** What came of it was not looked at, and the mail's log hid the mailbox's. */
  @Test
  void aLogInFromAPublishedAddressIsMoreThanAConnection() throws Exception {
    String head = "#Software: Microsoft Exchange Server\r\n#Log-type: %s\r\n#Fields: %s\r\n";
    file(
        "V15/Logging/Imap4/IMAP42021030306-1.LOG",
        head.formatted("IMAP4 Log", "dateTime,sessionId,seqNumber,sIp,cIp,user,command,context")
            + "2021-03-03T06:49:11.100Z,1,1,10.0.0.5:993,103.77.192.219:5,ann,login,"
            + "\"R=\"\"NO LOGIN failed.\"\"\"\r\n"
            + "2021-03-03T06:49:12.100Z,1,2,10.0.0.5:993,103.77.192.219:5,ann,login,R=ok\r\n");
    file(
        "V15/TransportRoles/Logs/MessageTracking/MSGTRK2021030306-1.LOG",
        head.formatted("Message Tracking Log", "date-time,client-ip,event-id")
            + "2021-03-03T06:48:12.100Z,103.77.192.219,RECEIVE\r\n");
    assertThat(of(run(), "I15"))
        .extracting(Finding::stage, one -> one.detail("user"), one -> one.source().line())
        .containsExactlyInAnyOrder(
            tuple(Stage.SESSION_GRANTED, "ann", 5L),
            tuple(Stage.PROBED, "ann", 4L),
            tuple(Stage.PROBED, null, 4L));
  }

  @Test
  void aFolderWithoutDumpsWasLookedAt() throws Exception {
    file("C/ProgramData/readme.txt", "hello");
    assertThat(run().coverage().checks())
        .anyMatch(check -> check.check().equals("I18") && check.looked());
  }

  @Test
  void aDumpOfLsassIsKnownByNameIfItsHeadIsNot() throws Exception {
    file("C/root/lsass.exe_210303.dmp", "scrambled");
    assertThat(of(run(), "I18"))
        .singleElement()
        .matches(one -> one.title().equals("memory of lsass written to a file"));
  }

  @Test
  void protocolLogsTellWhoLoggedInFromAPublishedAddress() throws Exception {
    file(
        "C/logs/Imap4/IMAP4_1.LOG",
        "dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,command,parameters,"
            + "context,puid\r\n2021-03-03T06:49:12.000Z,0001,1,10.0.0.1:993,"
            + PUBLISHED
            + ":51000,ann,10,20,30,login,ann *****,R=ok,\r\n"
            + "2021-03-03T06:49:13.000Z,0002,1,10.0.0.1:993,10.0.0.7:51000,bob,1,2,3,login,,R=ok,"
            + "\r\n");
    assertThat(of(run(), "I15"))
        .singleElement()
        .matches(one -> PUBLISHED.equals(one.detail("client")))
        .matches(one -> "ann".equals(one.detail("user")) && "R=ok".equals(one.detail("result")));
  }

  @Test
  void activityOfTheControlPanelAndWebServicesIsLookedThrough() throws Exception {
    file(
        "C/V15/Logging/ECP/Activity/ECPActivity_1.LOG",
        "#Software: Microsoft Exchange Server\r\n#Log-type: ECP Activity Context Log\r\n"
            + "#Fields: TimeStamp,ServerName,EventId,EventData\r\n"
            + "2021-03-03T06:49:12.000Z,EX01,Activity,S:ClientIP="
            + PUBLISHED
            + ";S:User=x\r\n2021-03-03T06:49:13.000Z,EX01,Activity,S:ClientIP=10.0.0.1\r\n");
    file(
        "C/V15/Logging/Ews/Ews_1.LOG",
        "#Software: Microsoft Exchange Server\r\n#Log-type: EWS Logs\r\n"
            + "#Fields: DateTime,AuthenticatedUser,UserAgent,ClientIpAddress,SoapAction,HttpStatus"
            + "\r\n2021-03-03T06:49:12.000Z,EX01$,ExchangeServicesClient/0.0.0.0,203.0.113.7,"
            + "GetItem,200\r\n2021-03-03T06:49:12.000Z,ann,Outlook,203.0.113.8,GetItem,200\r\n");
    assertThat(of(run(), "I15"))
        .extracting(one -> one.detail("client") + " " + one.detail("action"))
        .containsExactlyInAnyOrder(PUBLISHED + " null", "203.0.113.7 GetItem");
  }

  @Test
  void theProgramThatTalksToShellsMakesTheUseOfAPageSure() throws Exception {
    String rows =
        "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time cs-method"
            + " cs-uri-stem c-ip cs(User-Agent) sc-status\r\n2021-03-03 06:00:00 GET"
            + " /aspnet_client/q.aspx 203.0.113.9 %s 200\r\n";
    file("C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", rows.formatted("antSword/v2.1"));
    assertThat(of(run(), "I14"))
        .singleElement()
        .matches(one -> one.confidence() == Confidence.HIGH)
        .matches(one -> "shell".equals(one.detail("program")));
    file("C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", rows.formatted("Mozilla/5.0"));
    assertThat(of(run(), "I14"))
        .singleElement()
        .matches(one -> one.confidence() == Confidence.MEDIUM);
  }

  /** As the page on collecting says to make it; in Dutch too, where dates and words differ. */
  @Test
  void foldersThatWereOnlyListedAreJudgedByName() throws Exception {
    String listing =
        " Volume in drive C has no label.\r\n Volume Serial Number is 1234-ABCD\r\n\r\n"
            + " %s C:\\ProgramData\r\n\r\n%s    <DIR>          Microsoft\r\n"
            + "%s            90,000 it.zip\r\n%s           1.234 notes.zip\r\n"
            + "               2 File(s)         91,234 bytes\r\n\r\n %s C:\\root\r\n\r\n"
            + "%s        50,000,000 lsass.exe.dmp\r\n%s 12 lsass.txt\r\n";
    for (String[] words :
        new String[][] {
          {"Directory of", "03/04/2021  02:11 AM"}, {"Map van", "04-03-2021  02:11"}
        }) {
      String head = words[0];
      String date = words[1];
      file("folders.txt", listing.formatted(head, date, date, date, head, date, date));
      InspectReport report = run();
      assertThat(report.findings())
          .extracting(one -> one.check() + " " + one.confidence() + " " + one.detail("file"))
          .containsExactlyInAnyOrder(
              "I15 MEDIUM c:\\programdata\\it.zip",
              "I18 LOW c:\\programdata\\notes.zip",
              "I18 MEDIUM c:\\root\\lsass.exe.dmp");
      assertThat(report.findings())
          .allMatch(one -> one.time() == null && date.equals(one.detail("listedAs")));
    }
    file("folders.txt", " Map van C:\\temp\r\n" + "x".repeat(200_000) + "\r\n\0\0\r\n");
    assertThat(run().findings()).isEmpty();
  }

  @Test
  void theBuildIsReadFromOtherLogsToo() throws Exception {
    file(
        "C/V15/TransportRoles/Logs/MessageTracking/MSGTRK2021030306-1.LOG",
        "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2106.002\r\n"
            + "#Log-type: Message Tracking Log\r\n#Fields: date-time,client-ip,event-id\r\n"
            + "2021-03-03T06:49:12.000Z,10.0.0.1,SEND\r\n");
    assertThat(run().server().get("build")).startsWith("15.1.2106.2 (from log head");
  }
}
