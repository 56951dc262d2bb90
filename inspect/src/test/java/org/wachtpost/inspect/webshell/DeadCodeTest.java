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
        "if (\"a\" == \"b\") { if (E) { return; } }",
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
        "string[] x = { \".jpg\", \".gif\" }; if (Array.IndexOf(x, name) < 0) { return; }",
        "string x = \".jpg\"; if (x != name) { return; }",
        "types.Add(\".jpg\", \"image/jpeg\"); if (!types.ContainsKey(ending)) { return; }",
      })
  void endingsThatAreLookedAt(String check) {
    assertThat(upload(this, check.replace("E", ENDS), "")).isFalse();
  }

  @Test
  void functionsThatNothingCalls() {
    String check = "bool Check(string n) { return n.EndsWith(\".jpg\"); }";
    assertThat(upload(this, "", check)).isTrue();
    assertThat(upload(this, "if (!Check(name)) { return; }", check)).isFalse();
    String event = "void Checked(object s, EventArgs e) { if (n.EndsWith(\".jpg\")) { go(); } }";
    assertThat(upload(this, "", event)).isFalse();
    assertThat(upload(this, "", event.replace("EventArgs", "CommandEventArgs"))).isFalse();
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
    String[] starts = {"if false then", "if 1 = 2 then", "if not true then", "sub never()"};
    for (String start : starts) {
      String end = start.startsWith("sub") ? "end sub" : "end if";
      assertThat(isShellInBasic(files, write, text, start, delete, list, end)).as(start).isTrue();
    }
    String called = "sub manage()\n" + delete + "\n" + list + "\nend sub";
    assertThat(isShellInBasic(files, write, text, called, "manage")).isFalse();
    String other = "if false then\nx = 1\nelse\n" + delete + "\n" + list + "\nend if";
    assertThat(isShellInBasic(files, write, text, other)).isFalse();
  }
}
