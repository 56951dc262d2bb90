package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quick looks over bytes save work and change no verdict. */
class QuickLookTest {
  private static final int ROUNDS = 4000;
  private static final String REQ = "Req" + "uest";
  private static final String EV = "ev" + "al";

  /** What decides how a page is cut, and what acts in it. */
  private static final List<String> PIECES =
      List.of(
          "<%",
          "<%",
          "%>",
          "%>",
          "<%@ Page Language=\"C#\" %>",
          "<%@ Page Language=\"JScript\" %>",
          "<%@ Register Assembly=\"Product\" TagPrefix=\"p\" %>",
          "<%@ WebHandler Language=\"C#\" Class=\"H\" %>",
          "<script runat=\"server\">",
          "<SCRIPT Language=VBScript RunAt='Server' title=\"a > b\">",
          "<% @ WebHandler Language=\"C#\" Class=\"H\" %>",
          "<%@ Language=\"C#\" Class=\"H\" %>",
          "< %",
          "< script runat=\"server\">",
          "<script language=\"C#\">",
          "\u0001\u0002\u0003\u0004\u0005\u0006",
          "\u0000\u0000\u000E\u000F\u0010",
          "<script>",
          "</script>",
          "</SCRIPT>",
          "<%# Ev" + "al(\"Name\") %>",
          "<%= Name %>",
          "<%$ Resources:a %>",
          "<%--",
          "--%>",
          "<!--",
          "-->",
          "<!--#include file=\"a.inc\"-->",
          "<msxsl:script language=\"JScript\">",
          "</msxsl:script>",
          "<input id=\"q\" runat=\"server\" />",
          "<asp:TextBox ID=\"q\" runat=\"server\" />",
          "<object runat=\"server\" progid=\"WScr" + "ipt.Shell\">",
          "<tr><td class=\"c\">text</td></tr>",
          "@{",
          "@functions",
          "'",
          "\"",
          "(",
          ")",
          "[",
          "]",
          ";",
          "\n",
          " ",
          "~",
          "#@~^AAAAAA==",
          "^#~@",
          "Title = " + REQ + "[\"t\"];",
          EV + "(" + REQ + "(\"a\"))",
          EV + "(q.value)",
          "exec" + "ute " + REQ + "(\"a\")\n",
          "Pro" + "cess.Start(" + REQ + "[\"c\"]);",
          "Set s = Server.CreateObject(\"WScr" + "ipt.Shell\")\ns.Run " + REQ + "(\"c\")\n",
          "this[\"" + EV + "\"](" + REQ + ".Item[\"a\"]);");

  private final ShellScanner scanner = new ShellScanner(ShellRules.builtIn());

  private static String page(Random random) {
    StringBuilder page = new StringBuilder("<html>");
    for (int pieces = 1 + random.nextInt(24); pieces > 0; pieces--) {
      page.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return page.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20260101, 987654321})
  void whatAQuickLookPassesOverIsNoShell(long seed) {
    Random random = new Random(seed);
    int shells = 0;
    int passedOver = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] page = page(random).getBytes(StandardCharsets.UTF_8);
      SourceText source = SourceText.read(page, 0, page.length);
      boolean inFull = scanner.score(PageParser.parse(source.text()), page, 0, page.length).shell();
      boolean looked =
          Prefilter.mayRun(page, 0, page.length) && !PageParser.acting(source).isEmpty();
      shells += inFull ? 1 : 0;
      passedOver += looked ? 0 : 1;
      assertThat(inFull && !looked).as("seed %d round %d", seed, round).isFalse();
    }
    assertThat(shells).isGreaterThan(ROUNDS / 20);
    assertThat(passedOver).isGreaterThan(ROUNDS / 20);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 20260102, 987654322})
  void aPageInAsciiIsReadAsOneThatIsDecoded(long seed) {
    Random random = new Random(seed);
    int scored = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String page = page(random);
      String decoded = "\u00e9\n" + page;
      ShellVerdict verdict = scanner.scan(("e\n" + page).getBytes(StandardCharsets.UTF_8));
      scored += verdict.score() > 0 ? 1 : 0;
      assertThat(scanner.scan(decoded.getBytes(StandardCharsets.UTF_8)))
          .as("seed %d round %d", seed, round)
          .isEqualTo(verdict);
    }
    assertThat(scored).isGreaterThan(ROUNDS / 20);
  }
}
