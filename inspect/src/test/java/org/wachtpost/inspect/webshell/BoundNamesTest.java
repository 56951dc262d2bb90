package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names that are given what they hold otherwise than by a plain assignment. Constructs are written
 * in pieces, so that no scanner takes this file for what it describes.
 */
class BoundNamesTest {
  private static final String REQ = "Req" + "uest";
  private static final String WRITE = "System.IO.File.Write" + "AllText(%s, \"x\")";

  private final ShellScanner scanner = new ShellScanner(ShellRules.builtIn());

  private ShellVerdict scan(String page) {
    return scanner.scan(page.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code $R} is what the client sends, or in the ordinary twin of the page a text of its own. */
  private void assertFollowed(String language, String code, String written) {
    String page = "<%@ Page Language=\"" + language + "\" %><% " + code + " %>";
    String whole = page.replace("$W", WRITE.formatted(written));
    assertThat(scan(whole.replace("$R", REQ + "[\"f\"]")).shell()).as(code).isTrue();
    assertThat(scan(whole.replace("$R", "\"f.txt\"")).shell()).as(code).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "using (var a = new Reader($R)) { $W; }",
        "using (Reader a = new Reader($R)) $W;",
        "fixed (char* a = $R) { $W; }",
        "string a; if ((a = $R) != null) { $W; }",
        "string a; while ((a = $R) == null) { } $W;",
        "if ($R is string a) $W;",
        "$R.Split(',').ToList().ForEach(a => $W);",
        "Use($R, (b, a) => $W);",
        "var (a, b) = ($R, 1); $W;",
        "string a = $\"{$R}\"; $W;",
        "var b = $R; string a = $\"c\\\\{b}.txt\"; $W;",
        "var b = $R; string a = $@\"c\\{b,3:N}\"; $W;",
        "var b = new StringBuilder(); b.AppendFormat(\"{0}\", $R); var a = b.ToString(); $W;",
        "var b = new Queue<string>(); b.Enqueue($R); var a = b.Dequeue(); $W;",
        "var b = new List<string>(); b.AddRange($R); foreach (var a in b) $W;",
        "Func<string> f = () => { return $R; }; var a = f(); $W;",
        "List($R).ForEach(delegate (string a) { $W; });",
        "string b = \"\", a = $R; $W;",
        "string b = Foo(1, 2), a = $R, c = \"d\"; $W;",
        "start: string a = $R; $W;",
        "System.Action<string> w = delegate (string a) { $W; }; w($R);"
      })
  void namesOfCsharp(String code) {
    assertFollowed("C#", code, "a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "void F(out string z) { z = $R; } void G() { F(out string a); $W; }",
        "void F(ref string z) { z = $R; } void G() { var a = \"\"; F(ref a); $W; }",
        "IEnumerable<string> F() { yield return $R; } void G() { foreach (var a in F()) $W; }",
        "void F(string a) { $W; } void G() { Action<string> h = F; h($R); }",
        "void F(string a) { $W; } void G() { List($R).ForEach(F); }"
      })
  void functions(String code) {
    assertFollowed("C#", code, "a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "var a = new[] { $R }; $W;",
        "string[] a = { \"b\", $R }; $W;",
        "object[] a = new object[] { $R }; $W;",
        "var a = new List<string> { $R }; $W;",
        "var a = new Map<string, string> { { \"b\", \"c\" }, { \"d\", $R } }; $W;",
        "var a = new Map<string, string> { [\"b\"] = $R }; $W;",
        "var a = new { B = $R }; $W;"
      })
  void whatStandsInBraces(String code) {
    assertFollowed("C#", code, "a");
    assertFollowed("C#", code, "a.B");
    assertFollowed("C#", code, "a[0]");
  }

  @Test
  void bracesOfABranchAreNoPartOfAnAssignment() {
    String code = "var a = new Foo(); if (c) { b = $R; } $W;";
    String page = "<%@ Page Language=\"C#\" %><% " + code + " %>";
    String whole = page.replace("$W", WRITE.formatted("a")).replace("$R", REQ + "[\"f\"]");
    assertThat(scan(whole).shell()).isFalse();
  }

  @Test
  void namesOfBasic() {
    assertFollowed("VB", "Dim a As New Reader($R)\n$W\n".replace("[", "("), "a.All()");
    assertFollowed("VB", "Dim a$ = $R\n$W\n", "a");
    assertFollowed("VB", "Dim b = 1, a As String = $R\n$W\n", "a");
    assertFollowed("VB", "For Each a As String In List($R)\n$W\nNext\n", "a");
    assertFollowed("VB", "List($R).ForEach(Sub(a) $W)\n", "a");
    assertFollowed("VB", "Using a As New Reader($R)\n$W\nEnd Using\n", "a.All()");
  }

  @Test
  void propertiesHoldWhatTheyReturn() {
    String csharp =
        "<script runat=\"server\">string A { get { return %s; } }"
            + "void Page_Load() { "
            + WRITE
                .formatted("A + Path.GetFileName(" + REQ + "[\"f\"])")
                .replace("\"x\"", REQ + "[\"t\"]")
            + "; }</script>";
    assertThat(scan(csharp.formatted(REQ + "[\"d\"]")).shell()).isTrue();
    assertThat(scan(csharp.formatted("Server.MapPath(\"~/templates/\")")).shell()).isFalse();
    String basic =
        "<script runat=\"server\" language=\"VB\">\nReadOnly Property A As String\nGet\n"
            + "Return %s\nEnd Get\nEnd Property\nSub Page_Load()\n"
            + WRITE.formatted("A")
            + "\nEnd Sub</script>";
    assertThat(scan(basic.formatted(REQ + "(\"d\")")).shell()).isTrue();
    assertThat(scan(basic.formatted("\"a.txt\"")).shell()).isFalse();
  }

  @Test
  void piecesOfAText() {
    String head = "<%@ Page Language=\"C#\" %><% Process.St";
    String start = head + "art($\"c{$R}.exe\", \"/c dir\"); %>";
    assertThat(scan(start.replace("$R", "\"md\"")).score()).isEqualTo(60);
    assertThat(scan(start.replace("$R", REQ + "[\"f\"]")).score()).isEqualTo(100);
    assertThat(scan(start.replace("$R", "{x}")).score()).isEqualTo(50);
    String basic = head.replace("C#", "VB") + "art($\"{" + REQ + "(\"f\")}\") %>";
    assertThat(scan(basic).score()).isEqualTo(100);
  }

  /** Nothing that is nested without end may take long, or end otherwise than with a verdict. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = new[] { ",
        "(a = b",
        "using (a = b",
        "a => ",
        "is string a ",
        "x: ",
        "(a, ",
        "from a in ",
        "string A { get { "
      })
  void nestedWithoutEnd(String part) {
    String page = "<%@ Page Language=\"C#\" %><% " + part.repeat(20_000) + " %>";
    assertThat(scan(page).score()).isBetween(0, 100);
  }

  /** What is put to a name that was given something where it was declared takes nothing from it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Dim a As String = $R\na = a & \"\\\"\n$W",
        "Dim a As String = $R\na &= \"\\\"\n$W",
        "Dim b As String = \"c\", a As String = $R\na = a & \".txt\"\n$W",
        "For Each a As String In Split($R, \"|\")\na = a & \"\\\"\n$W\nNext",
        "Dim a As String = $R\nIf Not a.EndsWith(\"\\\") Then a = a & \"\\\"\n$W",
      })
  void typedNamesOfBasicThatAreAddedTo(String code) {
    assertFollowed("VB", code.replace("\\n", "\n"), "a");
  }

  @Test
  void typedNamesOfScriptThatAreAddedTo() {
    assertFollowed("JScript", "var a : String = $R; a = a + \"\\\\\"; $W;", "a");
    assertFollowed("C#", "if ($R is string a) { a = a + \"\\\\\"; $W; }", "a");
  }

  @Test
  void typedNamesThatHoldAConstant() {
    String basic =
        "<%@ Page Language=\"VB\" %><% Dim a As String = \"WScr\"\nDim b As String = \"ipt.Sh\"\n"
            + "CreateObject(a & b & \"ell\").Run("
            + REQ
            + "(\"c\")) %>";
    assertThat(scan(basic).shell()).isTrue();
    String optional =
        "<%@ Page Language=\"VB\" %><script runat=\"server\">"
            + "Sub F(Optional a As String = \"b.txt\")\n"
            + WRITE.formatted("a")
            + "\nEnd Sub\nSub Page_Load()\nF($R)\nEnd Sub</script>";
    assertThat(scan(optional.replace("$R", REQ + "(\"f\")")).shell()).isTrue();
    assertThat(scan(optional.replace("$R", "\"c.txt\"")).shell()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "My.Computer.FileSystem.Write" + "AllText(%s, \"a\", False)",
        "FileSystem.File" + "Copy(%s, %s & \"x\")",
        "My.Computer.FileSystem.Move" + "File(%s, %s & \"x\")",
      })
  void filesOfBasic(String call) {
    String page = "<%@ Page Language=\"VB\" %><% " + call + " %>";
    assertThat(scan(page.replace("%s", REQ + "(\"f\")")).shell()).isTrue();
    assertThat(scan(page.replace("%s", "\"a.txt\"")).shell()).isFalse();
  }

  @Test
  void aTypeThatIsNamedAsAParameterHoldsNothing() {
    String show = "<%@ Page Language=\"C#\" %><script runat=server>void Show(string node) { } ";
    String list = "void Copy() { foreach (var n in %s) { File.Create(n); } }</script>";
    String call = "<% Show(" + REQ + "[\"p\"]); Copy(); %>";
    String names = "typeof (Node).Assembly.GetNames()";
    assertThat(scan(show + list.formatted(names) + call).shell()).isFalse();
    assertThat(scan(show + list.formatted("node.Split('x')") + call).shell()).isTrue();
  }
}
