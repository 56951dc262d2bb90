package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathAllowlistTest {
  /** Three builds have the same few pages there: those of 2013 CU23, 2016 CU20 and 2019 CU8. */
  @Test
  void theFoldersOfWebServicesHaveFewPages() {
    PathAllowlist list = PathAllowlist.builtIn();
    String folder = "C:\\Exchange Server\\V15\\ClientAccess\\exchweb\\ews\\";
    assertThat(list.judge(folder + "Exchange.asmx")).isInstanceOf(PathVerdict.Known.class);
    assertThat(list.judge(folder + "UM2007Legacy.asmx")).isInstanceOf(PathVerdict.Known.class);
    assertThat(list.judge(folder + "service.aspx").oddity()).isNotEmpty();
    assertThat(list.judge(folder.replace("exchweb\\ews", "mapi\\nspi") + "a.ashx").oddity())
        .isNotEmpty();
  }

  private static final String AUTH =
      "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\";

  private final PathAllowlist allowlist = PathAllowlist.builtIn();

  @ParameterizedTest
  @ValueSource(
      strings = {
        AUTH + "logon.aspx",
        AUTH + "RedirSuiteServiceProxy.aspx",
        "c/program files/microsoft/exchange server/v15/frontend/httpproxy/OWA/auth/errorFE.aspx",
        "FrontEnd\\HttpProxy\\ecp\\auth\\TimeoutLogout.aspx",
        "\\ClientAccess\\ecp\\handlers\\uploadhandler.ashx",
        "C:\\Exchange\\V15\\ClientAccess\\ecp\\UsersGroups\\NewMailboxExportRequest.aspx",
        "\\ClientAccess\\ecp\\VDirMgmt\\ResetVirtualDirectory.aspx"
      })
  void filesOfTheProductAreKnown(String path) {
    assertThat(allowlist.judge(path)).isEqualTo(new PathVerdict.Known());
  }

  @ParameterizedTest
  @CsvSource({
    "RedirSuiteServerProxy.aspx, redirsuiteserviceproxy, 3",
    "OutlookEN.aspx, outlookcn, 1",
    "errorFF.aspx, errorfe, 1",
    "Err0r.aspx, error, 1",
    "TimeoutLogut.aspx, timeoutlogout, 1"
  })
  void namesThatAttackersUsedAreNearMisses(String name, String like, int distance) {
    assertThat(allowlist.judge(AUTH + name))
        .isInstanceOfSatisfying(
            PathVerdict.NearMiss.class,
            miss -> {
              assertThat(miss.like()).isEqualTo(like);
              assertThat(miss.distance()).isEqualTo(distance);
            });
  }

  @Test
  void unknownAndRandomNamesAreToldApart() {
    assertThat(allowlist.judge(AUTH + "shell.aspx"))
        .isInstanceOf(PathVerdict.UnknownInServedFolder.class);
    assertThat(allowlist.judge("C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\qkzpwxnb.aspx"))
        .isInstanceOf(PathVerdict.RandomName.class);
    assertThat(allowlist.judge(AUTH + "shell.aspx::$DATA"))
        .isInstanceOf(PathVerdict.UnknownInServedFolder.class);
    assertThat(allowlist.judge(AUTH + "shell.aspx . "))
        .isInstanceOf(PathVerdict.UnknownInServedFolder.class);
  }

  @Test
  void whatIsOnlySentAndWhatLiesElsewhereIsNotServed() {
    assertThat(allowlist.judge(AUTH + "logon.css")).isInstanceOf(PathVerdict.NotServed.class);
    assertThat(allowlist.judge("C:\\Users\\Public\\x.aspx"))
        .isInstanceOf(PathVerdict.NotServed.class);
  }

  @Test
  void foldersWithoutACompleteListSaySo(@TempDir Path directory) throws Exception {
    String page = "C:\\Exchange Server\\V15\\ClientAccess\\ecp\\Reporting\\NewReport.aspx";
    assertThat(allowlist.judge(page)).isInstanceOf(PathVerdict.UnlistedFolder.class);
    Path csv = directory.resolve("baseline.csv");
    Files.writeString(
        csv, "A".repeat(64) + ",15.1.2106.2,ClientAccess\\ecp\\Reporting\\NewReport.aspx\r\n");
    BaselineHashes baselines = BaselineHashes.load(List.of(csv));
    PathAllowlist wider = allowlist.with(baselines);
    assertThat(wider.judge(page)).isEqualTo(new PathVerdict.Known());
    assertThat(wider.judge(page.replace("NewReport", "Other")))
        .isInstanceOf(PathVerdict.UnknownInServedFolder.class);
  }

  @Test
  void versionFoldersAreOneFolder() {
    assertThat(WindowsPath.of("owa\\Auth\\15.1.2106/scripts\\a.js").text())
        .isEqualTo("owa\\auth\\<ver>\\scripts\\a.js");
  }
}
