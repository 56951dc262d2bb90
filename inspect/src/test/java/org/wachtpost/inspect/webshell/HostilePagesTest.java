package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Pages of which each part is ordinary and all of it would cost much. */
class HostilePagesTest {
  /** Each takes less than half a second; with a list gone through for each statement it is four. */
  private static final Duration BOUND = Duration.ofSeconds(3);

  /** No page may take so many times as long as an ordinary one, on a machine that is slow. */
  private static final int TIMES = 12;

  private static final int PIECE = 1_500_000;

  private static final String RUN = "\nx=eval(request(\"c\"))\n%>";

  /** It also writes and deletes, after which what looks harmless is weighed as well. */
  private static final String ACT =
      "\nfile.writealltext(server.mappath(request[1]),request[2]);file.delete(y)" + RUN;

  private final ShellScanner scanner = new ShellScanner(ShellRules.builtIn());

  private static String page(String language, String head, IntFunction<String> body, String tail) {
    StringBuilder page = new StringBuilder("<%@ Page Language=\"" + language + "\"%><%" + head);
    for (int i = 0; page.length() < PIECE; i++) {
      page.append(body.apply(i));
    }
    return page + tail;
  }

  private static String list(String name, int count) {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < count; i++) {
      list.append(i == 0 ? "" : ",").append(name).append(i);
    }
    return list.toString();
  }

  private static String vb(String head, IntFunction<String> body) {
    return page("VB", head, body, RUN);
  }

  private static Map<String, String> declarations() {
    String function = "function f(" + list("p", 90_000) + ")\n";
    Map<String, String> pages = new TreeMap<>();
    pages.put("parameters assigned", vb(function, i -> "q=request\n"));
    pages.put("parameters filled", vb(function, i -> "p" + (89_999 - i % 50_000) + "=request\n"));
    pages.put(
        "many arguments",
        vb(
            "function f(" + list("p", 40_000) + ")\nend function\n",
            i -> "f " + list("a", 20_000) + "\n"));
    pages.put(
        "many functions",
        vb("", i -> "function f" + i + "(a)\nf" + i + "=a\nend function\nx=f" + i + "(x)\n"));
    pages.put("open functions", vb("", i -> "function f("));
    pages.put("open functions, paths", page("VB", "", i -> "function f(", ACT));
    pages.put("parameters told apart", page("VB", "", i -> "sub f(p, sub g(p)):p=p\n", ACT));
    pages.put(
        "handed over", vb("", i -> "set c" + i + "=createobject(\"a\")\nc" + i + ".b \"A\"\n"));
    pages.put("property let", vb("class c\n", i -> "property let p" + i + "(v)\n"));
    pages.put(
        "fields of objects",
        vb("class c\n", i -> "o.f" + i + "=request(\"a\")\npublic f" + i + "\n"));
    pages.put(
        "members",
        page("JScript", "class c{", i -> "private string a" + i + ",b;", "eval(Request[1]);}%>"));
    return pages;
  }

  private static Map<String, String> statements() {
    Map<String, String> pages = new TreeMap<>();
    pages.put(
        "chain backwards",
        page(
            "JScript",
            "",
            i -> "v" + (200_000 - i) + "=v" + (199_999 - i) + ";",
            "v0=Request[1];eval(v0);%>"));
    pages.put(
        "eval members", page("JScript", "", i -> "o={'e" + i + "':eval};o.e" + i + "(x);", RUN));
    pages.put("nested calls", page("C#", "", i -> "g(a" + i % 9 + ",", RUN));
    pages.put("attributes", page("C#", "", i -> "[a", RUN));
    pages.put("marked digits", page("VB", "x=\"", i -> "H65", "\"" + RUN));
    pages.put("many literals", vb("", i -> "x=\"H65H76H61H6CH65H76H61H6CH65H76H61H6C\"\n"));
    pages.put("encoded blocks", page("VBScript.Encode", "", i -> "#@~^AAAAAA==", "^#~@" + RUN));
    pages.put("encoded ends", page("VBScript.Encode", "", i -> "<%#@~^CAAAAA==aaaa", RUN));
    pages.put(
        "stylesheets",
        page("C#", "%>", i -> "<msxsl:script language=\"C#\">eval(a);</msxsl:script>", ""));
    pages.put("signs in a picture", page("VB", "%>", i -> "<%\1\2\3\4\5\6", ""));
    pages.put("functions handed on", page("VB", "x=f(", i -> "sub(a,", RUN));
    pages.put("delegates handed on", page("C#", "x=f(", i -> "delegate(a,", RUN));
    pages.put(
        "functions in functions",
        page("VB", "x=f(", i -> i % 90 < 89 ? "sub(a," : "b" + ")".repeat(89), RUN));
    pages.put("holes", page("C#", "x=$\"", i -> "{a}", "\";" + RUN));
    pages.put(
        "names that grow",
        vb(
            "",
            i ->
                ("q%1$d=\"%2$s\"" + "\nq%1$d=Replace(q%1$d,\"a\",q%1$d)".repeat(2) + "\n")
                    .formatted(i, "a".repeat(32))));
    pages.put("replaces", page("VB", "x=\"a\"", i -> "&Replace(x,\"a\",\"aa\")", RUN));
    return pages;
  }

  private static Map<String, String> purposes() {
    Map<String, String> pages = new TreeMap<>();
    pages.put("recipients", page("C#", "m", i -> ".to", ACT));
    pages.put("lists", page("C#", "m", i -> ".split", ACT));
    pages.put("mails", page("C#", "m=", i -> "mailmessage(", ACT));
    pages.put(
        "mails in mails",
        page("C#", "m=" + "mailmessage(".repeat(60_000) + ")".repeat(60_000), i -> "x", ACT));
    pages.put("folders", page("C#", "m", i -> ".virtualdirectories.add(", ACT));
    pages.put("connections", page("C#", "m", i -> "connectionstrings[", ACT));
    pages.put("endings looked at", page("C#", "a=\".jpg\",\".gif\";m", i -> ".endswith(", ACT));
    pages.put("opened by the client", page("VB", "x", i -> ".open Request ", ACT));
    pages.put("made in what is made", page("C#", "x=", i -> "activator.createinstance(", ACT));
    pages.put("documents saved", page("C#", "x=new xmldocument();x", i -> ".save(Request[1]", ACT));
    pages.put("paths in paths", page("C#", "x=", i -> "path.combine(a,", ACT));
    pages.put("members of members", page("C#", "x=a", i -> ".b", ACT));
    pages.put("never", page("VB", "", i -> "if false then\n", ACT));
    pages.put("always", page("VB", "", i -> "if 1=1 then\nx=1\n", ACT));
    pages.put("always or else", page("VB", "", i -> "if true then\nelse\n", ACT));
    pages.put("never a loop", page("VB", "", i -> "do while false\nx=1\n", ACT));
    pages.put("never or", page("C#", "if(", i -> "0==1&&", ACT));
    pages.put("uncalled", page("C#", "", i -> "bool f" + i + "(a){", ACT));
    pages.put("uncalled in Basic", page("VB", "", i -> "sub f" + i + "(a)\nif 1=2 then\n", ACT));
    pages.put("open tags", page("VB", "%>", i -> "<input a='", ""));
    String ways = "%><%x=request(1)\u201c+AAA-%>< %x=request(1) %>";
    pages.put(
        "open tags read in several ways",
        page("VB\" codepage=\"65000", ways, i -> "<input a='", ""));
    pages.put(
        "open tags with blocks in them",
        page("VB\" codepage=\"65000", ways, i -> "< %\u201c%><script \u201c ", ""));
    pages.put("open conditions", page("C#", "a=b;", i -> "if(x;else c=d;", ACT));
    pages.put("jumps", page("VB", "", i -> "goto a\n", ACT));
    pages.put("shown in what is shown", page("VB", "", i -> "response.write x(", ACT));
    pages.put("shown and shown", page("VB", "x=1&", i -> "response.write a ", "& b" + ACT));
    pages.put("run elsewhere", page("VB", "", i -> "server.execute \"a" + i + ".txt\"\n", ACT));
    pages.put("starts with a space", page("VB", "%>", i -> "< % x=1 %>", ""));
    pages.put("scripts for the browser", page("VB", "%>", i -> "<script language='c#'>x", ""));
    pages.put("directives", page("VB", "%>", i -> "<% @a=\"b\" %>", ""));
    pages.put("open directives", page("VB", "%>x=1 execute ", i -> "<% @\1", ""));
    pages.put("open values", page("VB", "%>x=1 execute ", i -> "<% @a='" + i + "<% @a=\"", ""));
    return pages;
  }

  @Test
  void nothingCostsMoreThanItIsLong() {
    Map<String, String> pages = declarations();
    pages.putAll(statements());
    pages.putAll(purposes());
    Duration bound = bound();
    Map<String, Duration> slow = new TreeMap<>();
    pages.forEach((name, text) -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Duration best = took(bytes);
      if (best.compareTo(bound) > 0) {
        best = took(bytes); // the machine may have had something else to do
      }
      if (best.compareTo(bound) > 0) {
        slow.put(name, best);
      }
    });
    assertThat(slow).isEmpty();
  }

  @Test
  void longTagsHideNoShortOneBehindThem() {
    String text = "<%y=1%>" + "<input ".repeat(4) + "x".repeat(1_500_000) + "> ";
    String script = "<script runat=server language=vbscript>" + RUN.substring(0, RUN.length() - 2);
    String page = text + script + "</script>" + "<p>".repeat(2000);
    assertThat(scanner.scan(page.getBytes(StandardCharsets.UTF_8)).shell()).isTrue();
  }

  /** What is no longer followed is said, or code could hide behind it. */
  @Test
  void pageTooTangledToFollowIsToldOf() {
    String tangle = "Dim " + "a As New ".repeat(20_000) + "b\n";
    assertThat(scan(tangle + RUN).shell()).isTrue();
    assertThat(scan(tangle + "\nx=1\n%>").shell()).isFalse();
  }

  /** The judge failed on these, and the page was told as damage, not as a shell. */
  @Test
  void whatCannotBeFollowedIsJudgedAllTheSame() {
    assertThat(scan(ACT.replace("%>", "") + "\n" + "(x.eval)(".repeat(3_400) + ACT).shell())
        .isTrue();
    assertThat(scan(".execute" + RUN).shell()).isTrue();
  }

  private ShellVerdict scan(String code) {
    return scanner.scan(("<%@ Page Language=\"VB\"%><%" + code).getBytes(StandardCharsets.UTF_8));
  }

  /** Machines differ, and may have other work. */
  private Duration bound() {
    byte[] ordinary = page("C#", "", i -> "a=b.c(d);\n", ACT).getBytes(StandardCharsets.UTF_8);
    took(ordinary); // nothing was compiled yet
    Duration relative = took(ordinary).multipliedBy(TIMES);
    return relative.compareTo(BOUND) > 0 ? relative : BOUND;
  }

  private Duration took(byte[] page) {
    long start = System.nanoTime();
    scanner.scan(page);
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
