package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Pages that a server reads although they look damaged, and pages that were damaged by the site
 * that they were copied from, each beside the ordinary page that comes closest. Constructs are
 * written in pieces, so that no scanner takes this file for what it describes.
 */
class OddlyWrittenTest extends PageTest {
  private static final String RUN = "System.Diagnostics.Pro" + "cess.Start(\"x\", %s);";
  private static final String HANDLER =
      "public class H : IHttpHandler { public void ProcessRequest(HttpContext c) { %s } }";
  private static final String CONTROLS = "\u0001\u0002\u0003\u0004\u0005\u0006\u000E\u000F";

  @Test
  void directivesThatLeaveOutWhatTheyAre() {
    String given = HANDLER.formatted(RUN.formatted("c." + REQ + "[\"a\"]"));
    assertThat(isShell("<%@ Language=\"C#\" Class=\"H\" %>\n" + given)).isTrue();
    assertThat(isShell("<%@ Class=\"H\" Language=\"C#\" %>\n" + given)).isTrue();
    assertThat(isShell("<%@ Language=\"VBScript\" CodePage=\"936\" %>\n" + given)).isFalse();
    String shown = HANDLER.formatted("c.Response.Write(c." + REQ + "[\"a\"]);");
    assertThat(isShell("<%@ Language=\"C#\" Class=\"H\" %>\n" + shown)).isFalse();
  }

  @Test
  void spacesBeforeTheSignOfADirective() {
    String given = HANDLER.formatted(RUN.formatted("c." + REQ + "[\"a\"]"));
    for (String space : new String[] {"", " ", "\n", " \t\r\n "}) {
      String directive = "<%" + space + "@ WebHandler Language=\"C#\" Class=\"H\" %>";
      assertThat(isShell(directive + given)).isTrue();
      assertThat(isShell(directive.replace("WebHandler", "Page") + given)).isFalse();
    }
    String tab = "<%\t@ WebHandler Language=\"C#\" Class=\"H\" %>";
    assertThat(isShell(tab + given)).isTrue();
    String verbatim = "<%@ Page Language=\"C#\" %><% @" + RUN.formatted(REQ + "[\"a\"]") + " %>";
    assertThat(isShell(verbatim)).isTrue();
    assertThat(isShell(verbatim.replace(REQ, "Names"))).isFalse();
  }

  /** What makes a page look like one of a product is only read where a directive stands. */
  @Test
  void namesInTheFormOfADirectiveAreCode() {
    String open = "new System.Net.Sockets.Tcp" + "Client(" + REQ + "[\"h\"], 80);";
    String page = "<%%@ Page Language=\"C#\" %s %%><%% %s %%><%% " + open + " %%>";
    assertThat(isShell(page.formatted("", "var @class = 1; @class=2"))).isTrue();
    assertThat(isShell(page.formatted("", "@class=\"\";"))).isTrue();
    assertThat(isShell(page.formatted("Inherits=\"System.Web.UI.Page\"", ""))).isTrue();
    assertThat(isShell(page.formatted("Inherits=\"Shop.Tools.Probe\"", ""))).isFalse();
    String include = page.formatted("", "") + "<!--#include virtual=\"/%s\"-->";
    assertThat(isShell(include.replace("%s", "robots.txt"))).isTrue();
    assertThat(isShell(include.replace("%s", "shop/rights.inc"))).isFalse();
    String assigned = "<%@ Page Language=\"C#\" %><% @a=" + RUN.formatted(REQ + "[\"a\"]") + " %>";
    assertThat(isShell(assigned)).isTrue();
    String member = "<%@ Page Language=\"C#\" %><% @Page.Title=" + RUN.formatted(REQ + "[\"a\"]");
    assertThat(isShell(member + ".Id+Title; %>")).isTrue(); // no name of a directive has a point
  }

  @Test
  void spacesBehindTheSignThatStartsAllOfThem() {
    String run = EV + "(" + REQ + ".Item[\"a\"]);";
    assertThat(isShell("< %@ Page Language=\"JScript\" %>< % " + run + " %>")).isTrue();
    assertThat(isShell("< script runat=\"server\" language=\"JScript\">" + run + "</script>"))
        .isTrue();
    assertThat(isShell("< script language=\"JScript\">" + run + "</script>")).isFalse();
    assertThat(isShell("<p>less than (< % of all) " + run + "</p>")).isFalse();
    assertThat(isShell("<script>if (a < script && b) " + run + "</script>")).isFalse();
  }

  /** A browser shows them, and a server reads what stands behind them. */
  @Test
  void startsInTheTextOfAPageHideNoBlock() {
    String page = "<%@ Page Language=\"JScript\" %>";
    String run = "<% " + EV + "(" + REQ + ".Item[\"a\"]); %>";
    assertThat(isShell(page + "<p>a < % /* of all</p>" + run)).isTrue();
    assertThat(isShell(page + "<script language=\"c#\">/*" + run + "*/</script>")).isTrue();
    assertThat(isShell(page + "< script runat=\"server\">/*" + run + "*/</script>")).isTrue();
    assertThat(isShell(page + "<msxsl:script>/*" + run)).isTrue();
    assertThat(isShell(page + "<p>a < % /* of all</p>" + run.replace(REQ, "Names"))).isFalse();
    String basic = "< %@ Page Language=\"VB\" %>< % ' %>";
    String quote = "<% char c = '\"'; " + RUN.formatted(REQ + "[\"a\"]") + " %>";
    assertThat(isShell("<%@ Page Language=\"C#\" %>" + basic + quote)).isTrue();
  }

  /** Nothing is decoded there by a server: the page is as it is written. */
  @Test
  void whatOnlyLooksEncodedHidesNothing() {
    String page = "<%@ Page Language=\"JScript\" %>";
    String run = "<%% %s" + EV + "(\"\"+" + REQ + ".Item[\"a\"]); %%>";
    assertThat(isShell("<!-- utf-7 -->" + page + run.formatted(""))).isTrue();
    assertThat(isShell("<!-- #@~^AAAAAA== -->" + page + run.formatted(""))).isTrue();
    String quoted = "<p title=\u201Dx\u201D></p>" + run.formatted("var q = \"\u201C\"; ");
    assertThat(isShell(page + quoted)).isTrue();
    assertThat(isShell(page + quoted.replace(REQ, "Names"))).isFalse();
  }

  @Test
  void scriptInALanguageThatNoBrowserHas() {
    String script = "<script language=\"%s\">" + RUN.formatted(REQ + "[\"a\"]") + "</script>";
    assertThat(isShell(script.formatted("C#"))).isTrue();
    assertThat(isShell(script.formatted("C#\" title=\"" + "x".repeat(2000)))).isTrue();
    assertThat(isShell(script.formatted("JavaScript"))).isFalse();
    assertThat(isShell(script.formatted("css"))).isFalse();
  }

  @Test
  void typographicQuotesAroundJoinedTexts() {
    String joined = "<%% var p = %1$sev%2$s+%1$sal(Req%2$s+%1$suest[0])%2$s; eval(p); %%>";
    String directive = "<%@ Page Language=JScript %>";
    String[][] quotes = {{"\"", "\""}, {"\u201C", "\u201D"}, {"\u00A1\u00B0", "\u00A1\u00B1"}};
    for (String[] quote : quotes) {
      assertThat(isShell(directive + joined.formatted(quote[0], quote[1]))).isTrue();
    }
    String misread = joined.formatted("\u00A1\u00B0", "\u00A1\u00B1");
    byte[] gb2312 = (directive + misread).getBytes(StandardCharsets.ISO_8859_1);
    assertThat(scanner.scan(gb2312).shell()).isTrue();
    String told = "<%= \"He said \u201Ceval(Request[0])\u201D + more\" %>";
    assertThat(isShell(directive + told)).isFalse();
  }

  @Test
  void controlCharactersAtTheStartOfABlock() {
    String remark = "<%%'" + CONTROLS + "\n%s %%>";
    assertThat(isShell(remark.formatted(EX + " " + REQ + "(\"a\")"))).isTrue();
    assertThat(isShell(remark.formatted("Response.Write " + REQ + "(\"a\")"))).isFalse();
    String script = "<script runat=\"server\" language=\"C#\">/*" + CONTROLS + "*/%s</script>";
    assertThat(isShell(script.formatted(RUN.formatted(REQ + "[\"a\"]")))).isTrue();
    assertThat(isShell(script.formatted(RUN.formatted("names[1]")))).isFalse();
    String handler = "<%@ WebHandler Language=\"C#\" Class=\"H\" %>/*" + CONTROLS + "*/";
    String given = HANDLER.formatted(RUN.formatted("c." + REQ + "[\"a\"]"));
    assertThat(isShell(handler + given)).isTrue();
  }

  @Test
  void controlCharactersInABlockInAPicture() {
    Random random = new Random(20261130);
    String block = "<%'" + CONTROLS + "\n" + EX + " " + REQ + "(\"a\")\n%>";
    for (int round = 0; round < 50; round++) {
      byte[] picture = new byte[4000];
      random.nextBytes(picture);
      assertThat(scanner.scan(picture).shell()).isFalse();
      byte[] octets = block.getBytes(StandardCharsets.UTF_8);
      System.arraycopy(octets, 0, picture, 3000, octets.length);
      assertThat(scanner.scan(picture).shell()).as("round %d", round).isTrue();
    }
  }

  @Test
  void controlCharactersBesideEveryWordOfABlock() {
    String remark = "/*" + CONTROLS + "\u0000*/";
    String start = "System.Diagnostics.Pro" + "cess" + remark + ".Start" + remark;
    String code = "<%% " + remark + start + "(\"x\", %s" + remark + "[\"a\"]); %%>";
    String page = "<%@ Page Language=\"C#\" %>";
    assertThat(isShell(page + code.formatted(REQ))).isTrue();
    assertThat(isShell(page + code.formatted("R\\u0065" + "quest"))).isTrue();
    assertThat(isShell(page + code.formatted("Names"))).isFalse();
    String basic = "<%'" + CONTROLS + "\n" + EX + " a" + REQ + "\nRem " + CONTROLS + "\n%>";
    assertThat(isShell(basic.replace("a" + REQ, REQ + "(\"" + CONTROLS + "\")"))).isTrue();
    assertThat(isShell(basic)).isFalse();
  }

  /** A program holds the words, but nothing that could be code around them. */
  @Test
  void wordsOfAProgramAreNoBlock() {
    String table = "\u0000exec" + "ute\u0000Req" + "uest\u0000ev" + "al(\u0000%c\u0001";
    assertThat(isShell("<%" + CONTROLS + table.repeat(20) + "%>")).isFalse();
  }

  @Test
  void wordsAreFoundOnceHoweverManyBlocksStartByChance() {
    String chance = ("<%" + CONTROLS).repeat(100_000);
    long start = System.nanoTime();
    assertThat(isShell(chance)).isFalse();
    assertThat(isShell(chance + "<% " + EX + " " + REQ + "(\"a\") %>")).isTrue();
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
  }

  @Test
  void charactersByNumberInATextWithHoles() {
    String code = EV + "(%s\"\\u0052\\u0065\\u0071uest.Item['c']\");";
    assertThat(isShellInCsharp(code.formatted(""))).isTrue();
    assertThat(isShellInCsharp(code.formatted("$"))).isTrue();
  }

  @Test
  void quotesThatOnlyOneBasicKnows() {
    String code = EV + " " + REQ + "(\"c\")";
    for (String hides : new String[] {"\"\u201C\"", "\"=\u201C\"", "\"\u201C\u2019\""}) {
      assertThat(isShell("<%x=" + hides + ":" + code + "%>")).as(hides).isTrue();
      assertThat(isShell("<p a=\u201Cb\u201D><%x=" + hides + ":" + code + "%>")).isTrue();
      assertThat(isShell("<%x=" + hides + ":y = " + REQ + "(\"c\")%>")).isFalse();
    }
  }

  @Test
  void tagsOfAnyLength() {
    String run = "System.Diagnostics.Process.Start(" + REQ + "[\"a\"]);";
    String tag = "<script title=\"%s\" runat=\"server\" language=\"C#\">void Page_Load() { ";
    for (String title : new String[] {"a".repeat(9000), "a > b ".repeat(3000)}) {
      assertThat(isShell(tag.formatted(title) + run + " }</script>")).isTrue();
      String browser = tag.formatted(title).replace("runat=\"server\" language=\"C#\"", "");
      assertThat(isShell(browser + run + " }</script>")).isFalse();
    }
    // A quote that nothing closes ends with its tag.
    String open = "<script runat=server language=C# title=it's>void Page_Load() { ";
    assertThat(isShell(open + run + " }</script>" + "x".repeat(9000))).isTrue();
  }

  @Test
  void anIncludeMakesNoFileOfTheClientsChoiceAProducts() {
    String include = "<!--#include file=\"conn.asp\"-->";
    String start = "<% Set u = Server.CreateObject(\"Persits.Up" + "load\")\nu.Save\n";
    String page = include + start + "u.Files(0).SaveAs(TO) %>";
    assertThat(isShell(page.replace("TO", REQ + "(\"p\")"))).isTrue();
    assertThat(isShell(page.replace("TO", "Server.MapPath(\"/up/1.jpg\")"))).isFalse();
  }
}
