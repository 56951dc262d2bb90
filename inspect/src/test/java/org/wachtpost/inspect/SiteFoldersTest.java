package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Verdict;

/** What applicationHost.config and web.config say about the folders that are served. */
class SiteFoldersTest {
  private static final String SHELL =
      "<%@ Page Language=\"JScript\"%><%eval(Request.Item[\"x\"],\"unsafe\");%>";

  @TempDir Path folder;

  private void file(String path, String content) throws Exception {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void sites(String... physicalPaths) throws Exception {
    StringBuilder sites = new StringBuilder("<configuration><system.applicationHost><sites>");
    for (String path : physicalPaths) {
      sites
          .append(
              "<site name=\"intranet\"><application path=\"/apps\"><virtualDirectory path=\"/\"")
          .append(" physicalPath=\"" + path + "\"/></application>")
          .append("<logFile directory=\"E:\\weblogs\"/></site>");
    }
    file(
        "C/Windows/System32/inetsrv/config/applicationHost.config",
        sites + "</sites></system.applicationHost></configuration>");
  }

  private InspectReport run() throws Exception {
    return Inspected.of(folder);
  }

  private List<Finding> findings(String check) throws Exception {
    return run().findings().stream().filter(one -> one.check().equals(check)).toList();
  }

  @Test
  void aShellInAConfiguredFolderIsDecisiveAndOneElsewhereIsNot() throws Exception {
    file("D:/sites/intranet/x.aspx", SHELL);
    assertThat(run().verdict()).isEqualTo(Verdict.LIKELY_COMPROMISED);
    sites("D:\\sites\\intranet");
    assertThat(run().verdict()).isEqualTo(Verdict.COMPROMISED);
    sites("E:\\sites\\intranet");
    assertThat(run().verdict()).isEqualTo(Verdict.LIKELY_COMPROMISED);
    sites("D:\\");
    assertThat(run().verdict()).isEqualTo(Verdict.LIKELY_COMPROMISED);
  }

  @Test
  void pagesOfAnOwnSiteAreToldOfOnceAndProveNothing() throws Exception {
    sites("%SystemDrive%\\intranet\\", "C:\\other");
    for (int i = 0; i < 5; i++) {
      file("C/inetpub/nothing", "x");
      file("C:/intranet/page" + i + ".aspx", "<%@ Page %><html></html>");
    }
    file("C:/intranet/picture.gif", "GIF89a");
    assertThat(findings("I10"))
        .singleElement()
        .matches(one -> one.count() == 5 && one.confidence() == Confidence.LOW);
  }

  @Test
  void aServedFolderThatAnybodyMayWriteToIsPersistence() throws Exception {
    sites("C:\\ProgramData\\x", "%SystemDrive%\\inetpub\\wwwroot");
    assertThat(findings("I17"))
        .singleElement()
        .matches(one -> one.confidence() == Confidence.MEDIUM)
        .matches(one -> "/apps/ is C:\\ProgramData\\x".equals(one.detail("what")));
  }

  @Test
  void logsThatTheConfigurationNamesAndTheEvidenceLacksAreSaid() throws Exception {
    sites("C:\\other");
    assertThat(run().coverage().notes())
        .contains("the web server logs to E:\\weblogs; the evidence has none of those logs");
  }

  @Test
  void foreignModulesAndFixedKeysAreToldOfAndTheKeyIsNot() throws Exception {
    String key = "CB2721ABDAF8E9DC516D621D8B8BF13A2C9E8689A25303BF";
    file(
        "C/inetpub/wwwroot/web.config",
        "<configuration><system.web><machineKey validationKey=\""
            + key
            + "\"/><httpModules><add name=\"a\" type=\"System.Web.Security.X\"/></httpModules>"
            + "</system.web><system.webServer><modules><add name=\"evil\" type=\"Evil.Hook, E\"/>"
            + "</modules></system.webServer></configuration>");
    assertThat(findings("I17"))
        .extracting(Finding::title)
        .containsExactlyInAnyOrder("module of .NET that is not Microsoft's", "fixed machine key");
    assertThat(findings("I17").toString()).contains("evil: Evil.Hook, E").doesNotContain(key);
    file(
        "C/inetpub/wwwroot/web.config",
        "<configuration><system.web><machineKey validationKey=\"AutoGenerate,IsolateApps\"/>"
            + "</system.web></configuration>");
    assertThat(findings("I17")).isEmpty();
  }
}
