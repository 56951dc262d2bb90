package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Constructs are written here in pieces, so that no scanner takes this file for what it describes.
 */
class ShellScannerTest {
  private static final String REQ = "Req" + "uest";
  private static final String EV = "ev" + "al";
  private static final String EX = "exec" + "ute";

  private final ShellScanner scanner = new ShellScanner(ShellRules.builtIn());

  private ShellVerdict scan(String page) {
    return scanner.scan(page.getBytes(StandardCharsets.UTF_8));
  }

  private static String jscript(String code) {
    return "<%@ Page Language=\"JScript\"%><%" + code + "%>";
  }

  @Test
  void codeOfTheClientIsRun() {
    ShellVerdict verdict = scan(jscript(EV + "(" + REQ + ".Item[\"a\"],\"unsafe\");"));
    assertThat(verdict.shell()).isTrue();
    assertThat(verdict.kind()).isEqualTo(ShellVerdict.Kind.CODE);
    assertThat(verdict.reasons()).first().asString().contains("client sends");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "IBM037", "UTF-8"})
  void everyEncodingIsRead(String charset) {
    String page = jscript(EV + "(" + REQ + ".Item[\"a\"]);");
    assertThat(scanner.scan(page.getBytes(Charset.forName(charset))).shell()).isTrue();
  }

  @Test
  void clientTextIsFollowedThroughNamesAndFunctions() {
    assertThat(
            scan("<%\na = "
                    + REQ
                    + "(\"q\")\nb = f(a)\n"
                    + EX
                    + " b\n"
                    + "Function f(x)\nf = StrReverse(x)\nEnd Function\n%>")
                .kind())
        .isEqualTo(ShellVerdict.Kind.CODE);
  }

  @Test
  void splitAndNumberedNamesAreJoined() {
    String name = "\"WScr\" & \"ipt.\" & Chr(83) & \"hell\"";
    ShellVerdict verdict =
        scan("<%Set s = Server.CreateObject(" + name + ")\ns.Run " + REQ + "(\"c\")%>");
    assertThat(verdict.shell()).isTrue();
    assertThat(verdict.kind()).isEqualTo(ShellVerdict.Kind.COMMAND);
  }

  @Test
  void hiddenCodeIsCalledHidden() {
    String page =
        "<%\nFunction u(s)\nFor i = 1 To Len(s)\nu = u & Chr(Asc(Mid(s, i, 1)) - 3)\nNext\n"
            + "End Function\n"
            + EX
            + "(u(\"uhvsrqvh1zulwh4567\"))\n%>";
    assertThat(scan(page).kind()).isEqualTo(ShellVerdict.Kind.HIDDEN);
  }

  @Test
  void dataBindingIsNotRunningCode() {
    String page =
        "<%@ Page Language=\"C#\" %><asp:Repeater runat=\"server\"><ItemTemplate>"
            + "<%# Eval(\"Title\") %><%# DataBinder.Eval(Container.DataItem, \"Id\") %>"
            + "</ItemTemplate></asp:Repeater><%= Request.QueryString[\"page\"] %>";
    assertThat(scan(page).score()).isLessThan(20);
  }

  @Test
  void databaseCommandsAreNotRunningCode() {
    String page =
        "<!--#include file=\"conn.asp\"--><%\nset rs = conn.Execute(\"select * from t where id=\" "
            + "& CLng(Request(\"id\")))\nResponse.Write rs(\"name\")\n%>";
    assertThat(scan(page).shell()).isFalse();
  }

  @Test
  void scriptOfTheBrowserIsNotLookedAt() {
    String page = "<html><script>" + EV + "(location.hash); " + REQ + "('x')</script></html>";
    assertThat(scan(page)).isEqualTo(ShellVerdict.CLEAN);
  }

  @Test
  void settingsDumpWithScriptIsCertain() {
    String dump =
        "Name : OAB (Default Web Site)\nInternalAuthenticationMethods : WindowsIntegrated\n"
            + "ExternalUrl : http://f/<scr"
            + "ipt language=\"JScript\" runat=\"server\">x</script>\n";
    assertThat(scan(dump).kind()).isEqualTo(ShellVerdict.Kind.SETTINGS_DUMP);
    String rendered =
        "ExtendedProtectionTokenChecking : None\nOfflineAddressBooks : \nExternalUrl : http://f/\n";
    assertThat(scan(rendered).shell()).isTrue();
    String own =
        "ExtendedProtectionTokenChecking : None\nOfflineAddressBooks : \n"
            + "ExternalUrl : https://mail.example.test/oab\n";
    assertThat(scan(own).shell()).isFalse();
  }

  @Test
  void numberedLettersInNamesAreRead() {
    String name = "System.Diagnostics.Pro\\u0063ess.Sta\\u200Crt";
    String page = "<%@ Page Language=\"C#\" %><% " + name + "(\"x\", " + REQ + "[\"c\"]); %>";
    assertThat(scan(page).kind()).isEqualTo(ShellVerdict.Kind.COMMAND);
  }

  @Test
  void pictureWithCodeInIt() {
    assertThat(scan("GIF89a\u0001\u0002<%" + EX + " " + REQ + "(\"x\")%>").shell()).isTrue();
  }

  @Test
  void shellFarInsideALongFileIsFound() {
    byte[] content = new byte[ShellScanner.MAX_PIECE_BYTES * 2];
    java.util.Arrays.fill(content, (byte) ' ');
    byte[] shell = ("<%" + EX + " " + REQ + "(\"x\")%>").getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(shell, 0, content, ShellScanner.MAX_PIECE_BYTES - 10, shell.length);
    assertThat(scanner.scan(content).shell()).isTrue();
  }

  @Test
  void textTurnedIntoCodeByTheCallersFunctionIsFollowed() {
    String page =
        "<script runat=\"server\" language=\"JScript\">function run(s){"
            + "var u=\"un\"+\"safe\";return "
            + EV
            + "(s,u);}\nfunction dec(s,k){return k+s;}</script><%run(run(dec("
            + "\"556675766874782F4C75696E\",\"1314\")));%>";
    assertThat(scan(page).kind()).isEqualTo(ShellVerdict.Kind.HIDDEN);
    String ordinary = page.replace("556675766874782F4C75696E", "site.settings.title");
    assertThat(scan(ordinary.replace("(s,u)", "(s)")).shell()).isFalse();
  }

  @Test
  void aLineToBePutInsideAPageIsFound() {
    assertThat(scan("1\":" + EV + " req" + "uest(\"a\")'").shell()).isTrue();
    assertThat(scan("the req" + "uest was evaluated").shell()).isFalse();
    assertThat(scan("med" + EV + " req" + "uest(s)").shell()).isFalse();
  }

  @Test
  void aPageThatTriesWhereItCanWriteIsFound() {
    String page =
        "<%@ Page Language=\"C#\"%><script runat=\"server\">"
            + "void Page_Load(object s, EventArgs e)"
            + "{RegistryKey k=Registry.LocalMachine;foreach(string n in k.GetSubKeyNames())"
            + "{string t=k.OpenSubKey(n).ToString();File.Create(t+\"\\\\x\").Close();"
            + "File.Delete(t+\"\\\\x\");}}</script>";
    assertThat(scan(page).shell()).isTrue();
    String below = page.replace("k.OpenSubKey(n).ToString()", "Server.MapPath(n)");
    assertThat(scan(below).shell()).isFalse();
  }

  @Test
  void proseInARazorPageIsNoCode() {
    String page =
        "@functions { string N(HttpContextBase c) { return c.Req"
            + "uest.Cookies[\"a\"].Value; } }\n<p>Actions to "
            + EX
            + " after the req"
            + "uest</p>";
    assertThat(scan(page).shell()).isFalse();
  }

  @Test
  void uploadUnderItsOwnNameIsWeakerThanOneTheClientNamesWholly() {
    String wholly = "<%" + REQ + ".Files[0].SaveAs(Server.MapPath(" + REQ + "[\"f\"]));%>";
    String folder =
        "<%HttpPostedFile f="
            + REQ
            + ".Files[0];f.SaveAs(Server.MapPath("
            + REQ
            + "[\"folder\"])+f.FileName);%>";
    String language = "<%@ Page Language=\"C#\"%>";
    assertThat(scan(language + wholly).shell()).isTrue();
    assertThat(scan(language + folder).shell()).isFalse();
  }
}
