package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.model.InspectReport;

/** The coverage in words: every source is named, and a screen is enough. */
class CoverageWordsTest {
  @TempDir Path folder;

  private void proxy(String name, String day) throws Exception {
    Path log = folder.resolve("V15/Logging/HttpProxy/" + name + "/HttpProxy_" + day + "06-1.LOG");
    Files.createDirectories(log.getParent());
    Files.writeString(
        log,
        "#Software: Microsoft Exchange Server\r\n#Log-type: HttpProxy Logs\r\n"
            + "#Fields: DateTime,RequestId,UrlStem,AnchorMailbox,ClientIpAddress,HttpStatus\r\n"
            + day
            + "T06:00:00.000Z,r0,/owa/,Sid~S-1,10.0.0.9,200\r\n");
  }

  @Test
  void sourcesOfTheSameDaysShareThem() throws Exception {
    for (String name : List.of("Eas", "Ecp", "Ews", "Mapi", "Oab", "Owa")) {
      proxy(name, "2021-03-03");
    }
    proxy("Rpchttp", "2021-03-05");
    Path page = folder.resolve("V15/FrontEnd/HttpProxy/owa/auth/logon.aspx");
    Files.createDirectories(page.getParent());
    Files.writeString(page, "<%@ Page %>");
    InspectReport report =
        Inspection.run(
            InspectOptions.of(List.of(folder), Instant.parse("2026-01-01T00:00:00Z")),
            ProgressListener.NONE);
    assertThat(report.coverage().sentence())
        .startsWith(
            "in what was covered: HttpProxy eas + ecp + ews + mapi + oab + owa 2021-03-03 to"
                + " 2021-03-03; HttpProxy rpchttp 2021-03-05 to 2021-03-05; pages (1 file); ")
        .endsWith(" of 20 checks could look");
    assertThat(report.coverage().notes())
        .contains(
            "HttpProxy eas, HttpProxy ecp, HttpProxy ews, HttpProxy mapi and 2 more begin on"
                + " 2021-03-03: nothing in them about the time from 2020-09-01 until then",
            "HttpProxy rpchttp begins on 2021-03-05: nothing in it about the time from 2020-09-01"
                + " until then");
  }
}
