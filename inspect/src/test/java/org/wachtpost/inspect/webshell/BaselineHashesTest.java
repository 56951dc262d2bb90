package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineHashesTest {
  private static final String ONE = "1".repeat(64);
  private static final String TWO = "2".repeat(64);

  @Test
  void comparesWithTheBuild(@TempDir Path directory) throws Exception {
    Path csv = directory.resolve("b.csv");
    Files.writeString(
        csv,
        "\uFEFF"
            + ONE
            + ",15.1.1.1,\\ClientAccess\\ecp\\a.aspx\r\n"
            + TWO
            + ",15.1.2.2,ClientAccess\\ecp\\A.aspx\r\n"
            + "not a row\r\n");
    BaselineHashes baselines = BaselineHashes.load(List.of(csv));
    String path = "C:\\x\\Exchange Server\\V15\\ClientAccess\\ecp\\a.aspx";
    assertThat(baselines.compare("15.1.1.1", path, ONE)).isEqualTo(BaselineHashes.Match.SHIPPED);
    assertThat(baselines.compare("15.1.1.1", path, TWO))
        .isEqualTo(BaselineHashes.Match.OTHER_BUILD);
    assertThat(baselines.compare("15.1.1.1", path, "3".repeat(64)))
        .isEqualTo(BaselineHashes.Match.MODIFIED);
    assertThat(baselines.compare("15.2.9.9", path, "3".repeat(64)))
        .isEqualTo(BaselineHashes.Match.NOT_VERIFIABLE);
    assertThat(baselines.skipped()).containsExactly("b.csv:3");
  }

  /** That of 15.2.792.3 begins below ClientAccess: nothing was compared with it. */
  @Test
  void aBaselineMayBeginBelowItsFolder(@TempDir Path directory) throws Exception {
    Path csv = directory.resolve("b.csv");
    Files.writeString(
        csv,
        ONE + ",15.2.792.3,ecp\\About.aspx\r\n" + TWO + ",15.2.792.3,HttpProxy\\owa\\x.aspx\r\n");
    BaselineHashes baselines = BaselineHashes.load(List.of(csv));
    String v15 = "C:\\x\\Exchange Server\\V15\\";
    assertThat(baselines.compare("15.2.792.3", v15 + "ClientAccess\\ecp\\About.aspx", ONE))
        .isEqualTo(BaselineHashes.Match.SHIPPED);
    assertThat(baselines.compare("15.2.792.3", v15 + "FrontEnd\\HttpProxy\\owa\\x.aspx", ONE))
        .isEqualTo(BaselineHashes.Match.MODIFIED);
  }

  @Test
  void aFewFrontEndFilesAreBuiltIn() {
    String logon = "FrontEnd\\HttpProxy\\owa\\auth\\logon.aspx";
    assertThat(BaselineHashes.builtIn().compare("15.1.2106.2", logon, ONE))
        .isEqualTo(BaselineHashes.Match.MODIFIED);
  }
}
