package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What makes a page look like one of a product counts only in code that runs. Constructs are
 * written in pieces, so that no scanner takes this file for what it describes.
 */
class DeadCodeTest extends PageTest {
  private static final String UPLOAD =
      "<%@ Page Language=\"C#\" %><script runat=\"server\">void Page_Load(object s, EventArgs e) {"
          + " $check Req"
          + "uest.Files[0].SaveAs(Server.MapPath(\".\") + \"\\\\\" + Req"
          + "uest.Files[0].FileName); } $more</script>";

  private static final String NAME =
      "var name = Path.GetExtension(Req" + "uest.Files[0].FileName); ";

  private static final String ENDS = "Req" + "uest.Files[0].FileName.EndsWith(\".jpg\")";

  private static boolean upload(PageTest test, String check, String more) {
    return test.isShell(UPLOAD.replace("$check", check).replace("$more", more));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "string x = \".jpg\";",
        "string[] x = { \".jpg\", \".gif\" };",
        "types.Add(\".jpg\", \"image/jpeg\");",
        "if (false) { if (E) { return; } }",
        "if (false) if (E) return;",
        "if (1 > 2) { if (E) { return; } }",
        "while (0 == 1) { if (E) { return; } }",
        "if (!true) { if (E) { return; } }",
        "if (E && false) { return; }",
        "if (\".jpg\" == \".gif\") { f = Req" + "uest.Files[0]; }",
        "if (\"a\" == \"b\") { if (E) { return; } }",
        "if (false || false) { if (E) { return; } }",
        "if ((1 < 2) && !(3 != 4)) { if (E) { return; } }",
        "if (known && false) { if (E) { return; } }",
        "if (true || known) { } else if (E) { return; }",
        "if (true) { } else { if (E) { return; } }",
        "for (; false;) if (E) return;",
        "for (int i = 0; 0 > 1; i++) { if (E) { return; } }",
        "if (true) goto on; if (E) return; on: go();",
        "goto on; if (E) { return; } on: go();",
        "string own = \"a.png\"; if (own == \".jpg\") { return; }",
        "switch (kind) { case \".jpg\": return; }",
      })
  void endingsThatNothingLooksAt(String check) {
    assertThat(upload(this, check.replace("E", ENDS), "")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "if (E) { return; }",
        "if (true) { if (E) { return; } }",
        "if (2 > 1) { if (E) { return; } }",
        "if (true || known) { if (E) { return; } }",
        "if (known) goto on; if (E) { return; } on: go();",
        "if (known || false) { } else if (E) { return; }",
        "for (; known;) if (E) return;",
        "do known = next(); while (false); if (E) { return; }",
        "do { known = next(); } while (false); if (E) { return; }",
        NAME + "string[] x = { \".jpg\", \".gif\" }; if (Array.IndexOf(x, name) < 0) { return; }",
        NAME + "string x = \".jpg\"; if (x != name) { return; }",
        NAME + "types.Add(\".jpg\", \"image/jpeg\"); if (!types.ContainsKey(name)) { return; }",
        NAME + "string[] x = { \".jpg\" }; foreach (var e in x) { if (name == e) { ok = true; } }",
        NAME + "switch (name) { case \".jpg\": break; default: return; }",
        NAME + "var r = new Regex(\"(jpg|gif)$\"); if (!r.IsMatch(name)) { return; }",
      })
  void endingsThatAreLookedAt(String check) {
    assertThat(upload(this, check.replace("E", ENDS), "")).isFalse();
  }

  @Test
  void functionsThatNothingCalls() {
    String check = "bool Check(string n) { return n.EndsWith(\".jpg\"); }";
    assertThat(upload(this, "", check)).isTrue();
    assertThat(upload(this, NAME + "if (!Check(name)) { return; }", check)).isFalse();
    String looks = "bool %s { return E; }".replace("E", ENDS);
    String itself =
        looks.formatted("Check(int n)").replace("return", "if (n > 0) Check(0); return");
    assertThat(upload(this, "", itself)).isTrue();
    assertThat(upload(this, "Check(1);", itself)).isFalse();
    String each = looks.formatted("One()").replace("return", "Two(); return");
    String other = "void Two() { One(); }";
    assertThat(upload(this, "", each + other)).isTrue();
    assertThat(upload(this, "if (false) { One(); }", each + other)).isTrue();
    assertThat(upload(this, "Two();", each + other)).isFalse();
    for (String name : new String[] {"Is_Ok()", "Main()", "Ok(EventArgs e)"}) {
      assertThat(upload(this, "", looks.formatted(name))).as(name).isTrue();
    }
  }

  @Test
  void functionsThatOtherPagesCall() {
    String file = "Req" + "uest.Files[0]";
    String check = "bool Check(string n) { return n.EndsWith(\".jpg\"); } ";
    String save =
        "public void Save() { var f = $f; if (Check(f.FileName)) f.SaveAs(Server.MapPath(\".\") +"
            + " \"\\\\\" + f.FileName); } ";
    String control =
        "<%@ Control Language=\"C#\" %><script runat=\"server\">"
            + check
            + save.replace("$f", file)
            + "$more</script>";
    assertThat(isShell(control.replace("$more", ""))).isFalse();
    String own = file + ".SaveAs(Server.MapPath(" + file + ".FileName));";
    String page = control.replace("$more", "void Page_Load() { " + own + " }");
    assertThat(isShell(page)).isTrue();
    assertThat(isShell(control.replace("$more", "") + "<% " + own + " %>")).isTrue();
    String sub = "Class Store\nPrivate Sub Class_Initialize()\nEnd Sub\n";
    String looks =
        "Public Function IsPicture(n)\nIsPicture = False\nSelect Case LCase(Right(n, 4))\n"
            + "Case \".jpg\", \".gif\" IsPicture = True\nEnd Select\nEnd Function\n";
    String keeps =
        "Public Sub Keep()\nSet u = Server.CreateObject(\"Persits.Upl"
            + "oad\")\nu.Save\nFor Each f In u.Files\nIf IsPicture(f.FileName) Then f.SaveAs"
            + " Server.MapPath(f.FileName)\nNext\nEnd Sub\n";
    assertThat(isShell("<%\n" + sub + looks + keeps + "End Class\n%>")).isFalse();
  }

  @Test
  void eventsOfTheServerAndOfControls() {
    String check = "void %s { if (E) { Response.End(); } }".replace("E", ENDS);
    assertThat(upload(this, "", check.formatted("Page_Init()"))).isFalse();
    assertThat(upload(this, "", check.formatted("Checked(object s, EventArgs e)"))).isFalse();
    assertThat(upload(this, "", check.formatted("Run(object s, CommandEventArgs e)"))).isFalse();
    assertThat(upload(this, "", "override " + check.formatted("OnInit(EventArgs e)"))).isFalse();
  }

  @Test
  void aManagerOfFilesThatNeverRuns() {
    String files = "Set s = CreateObject(\"Scripting.FileSystemObject\")";
    String place = "Server.MapPath(" + REQ + "(\"f\"))";
    String write = "Set f = s.CreateTextFile(" + place + ", True)";
    String text = "f.Write " + REQ + "(\"c\")";
    String delete = "s.DeleteFile " + place;
    String list = "s.GetFolder " + place;
    assertThat(isShellInBasic(files, write, text)).isTrue();
    assertThat(isShellInBasic(files, write, text, delete, list)).isFalse();
    String[] starts = {
      "if false then",
      "if 1 = 2 then",
      "if not true then",
      "if false or 1 > 2 then",
      "if true then\nx = 1\nelse",
      "if x = 1 and false then",
      "sub never()",
      "public function never()",
      "do while false",
      "while 0",
      "do until true",
      "goto past"
    };
    for (String start : starts) {
      String word = start.replaceFirst("public ", "").split(" ", 2)[0];
      String end =
          switch (word) {
            case "do" -> "loop";
            case "while" -> "wend";
            case "goto" -> "past:";
            default -> "end " + word;
          };
      assertThat(isShellInBasic(files, write, text, start, delete, list, end)).as(start).isTrue();
    }
    String called = "sub manage()\n" + delete + "\n" + list + "\nend sub";
    assertThat(isShellInBasic(files, write, text, called, "manage")).isFalse();
    String other = "if false then\nx = 1\nelse\n" + delete + "\n" + list + "\nend if";
    assertThat(isShellInBasic(files, write, text, other)).isFalse();
    String open = "if x = 1 or false then\n" + delete + "\n" + list + "\nend if";
    assertThat(isShellInBasic(files, write, text, open)).isFalse();
  }

  /** A block ends where its own end is, however far that is and whatever blocks are in it. */
  @Test
  void longBlocksThatNeverRun() {
    String files = "Set s = CreateObject(\"Scripting.FileSystemObject\")";
    String place = "Server.MapPath(" + REQ + "(\"f\"))";
    String write = "Set f = s.CreateTextFile(" + place + ", True)\nf.Write " + REQ + "(\"c\")";
    String manage = "s.DeleteFile " + place + "\ns.GetFolder " + place;
    String far = "if y then\nx = 2\nelse\nwhile y\nx = 3\nwend\nend if\n".repeat(300);
    assertThat(isShellInBasic(files, write, far + manage)).isFalse();
    assertThat(isShellInBasic(files, write, "if false then", far + manage, "end if")).isTrue();
    assertThat(isShellInBasic(files, write, "if true then", "else", far + manage, "end if"))
        .isTrue();
    assertThat(isShellInBasic(files, write, "do while false", far + manage, "loop")).isTrue();
    assertThat(isShellInBasic(files, write, "if false then", far + "end if", manage)).isFalse();
  }
}
