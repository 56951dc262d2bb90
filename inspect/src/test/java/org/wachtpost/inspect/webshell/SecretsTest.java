package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What pages do with passwords, each time beside the ordinary page that comes closest. */
class SecretsTest extends PageTest {
  private static final String FILE =
      "Set f = CreateObject(\"Scripting.FileSystemObject\")\n"
          + "Set t = f.OpenTextFile(Server.MapPath(\"notes.txt\"), %s, True)";

  @Test
  void passwordsOfOthersKeptInAFile() {
    String append = FILE.formatted("8");
    String name = "u = " + REQ + "(\"user\")";
    String word = "p = " + REQ + ".Form(\"password\")";
    assertThat(isShellInBasic(append, name, word, "s = u & \":\" & p", "t.WriteLine s")).isTrue();
    String direct = "t.WriteLine " + REQ + "(\"userPwd\")";
    assertThat(isShellInBasic(append, name, direct)).isTrue();
    assertThat(isShellInBasic(append, name, word, "t.WriteLine u")).isFalse();
    assertThat(isShellInBasic(append, word, "t.WriteLine Md5Of(p)")).isFalse();
    assertThat(isShellInBasic(append, word, "h = Md5Of(p)", "t.WriteLine h")).isFalse();
    assertThat(isShellInBasic(append, name, word, "Response.Write p", "t.WriteLine u")).isFalse();
    String setUp = FILE.formatted("2").replace("notes.txt", "conf.txt");
    assertThat(isShellInBasic(setUp, word, "t.WriteLine \"pw=\" & p")).isFalse();
  }

  @Test
  void passwordsOfOthersKeptByCsharp() {
    String keep =
        "var p = %s[\"pass\"]; System.IO.File.AppendAllText(Server.MapPath(\"a.log\"), p);";
    assertThat(isShellInCsharp(keep.formatted(REQ))).isTrue();
    assertThat(isShellInCsharp(keep.formatted(REQ).replace("\"pass\"", "\"page\""))).isFalse();
    assertThat(isShellInCsharp(keep.formatted("Settings"))).isFalse();
  }

  @Test
  void listsTriedOneAfterTheOther() {
    String list = FILE.formatted("1") + "\nw = Split(t.ReadAll, vbCrLf)\nFor i = 0 To UBound(w)";
    String post =
        "Set h = CreateObject(\"Microsoft.XMLHTTP\")\nh.Open \"POST\", a, False\nh.Send %s";
    String leave = "If InStr(h.responseText, \"no\") = 0 Then Exit For\nNext";
    String filled = post.formatted("\"n=admin&w=\" & w(i)");
    assertThat(isShellInBasic(list, filled, leave)).isTrue();
    assertThat(isShellInBasic(list, filled, "Next")).isFalse();
    assertThat(isShellInBasic(list, post.formatted("\"n=admin&pwd=\" & w(i)"), "Next")).isTrue();
    assertThat(isShellInBasic(list, post.formatted("\"n=admin&w=\" & own"), leave)).isFalse();
    assertThat(isShellInBasic(list, "t.Write \"n=1&w=\" & w(i)", leave)).isFalse();
  }

  @Test
  void databasesOpenedWithEachPasswordOfAList() {
    String open =
        "Set c = CreateObject(\"ADODB.Connection\")\n"
            + "c.Open \"Provider=SQLOLEDB;Data Source=\" & "
            + REQ
            + "(\"h\") & \";User ID=sa;Password=\" & p";
    String each = "For Each p In Split(" + REQ + "(\"l\"), vbCrLf)";
    assertThat(isShellInBasic(each, open, "Next")).isTrue();
    assertThat(isShellInBasic("p = " + REQ + "(\"p\")", open)).isFalse();
  }

  @Test
  void pagesThatAreNotThereForOthers() {
    String drives =
        "For Each d In CreateObject(\"Scripting.FileSystemObject\").Drives\n"
            + "Response.Write d.FreeSpace\nNext";
    String ask = "If %s <> \"%s\" Then\nResponse.Status = \"%s\"\nResponse.End\nEnd If";
    String cookie = REQ + ".Cookies(\"k\")";
    String missing = "404 Not Found";
    String secret = ask.formatted(cookie, "q7w2e9r4t1", missing);
    assertThat(isShellInBasic(secret, drives)).isTrue();
    assertThat(isShellInBasic(secret)).isFalse();
    assertThat(isShellInBasic(ask.formatted(cookie, "q7w2e9r4t1", "403 Forbidden"), drives))
        .isFalse();
    assertThat(isShellInBasic(ask.formatted(cookie, "XMLHttpRequest", missing), drives)).isFalse();
    String own = REQ + ".ServerVariables(\"REMOTE_ADDR\")";
    assertThat(isShellInBasic(ask.formatted(own, "q7w2e9r4t1", missing), drives)).isFalse();
  }

  @Test
  void nothingIsAskedForWhereTheRequestIsNotCompared() {
    String check =
        "if (!String.Equals(%s, \"0a1b2c3d4e5f\")) { Response.StatusCode = 404; return; }"
            + " var s = new System.Net.Sockets.Socket(a, b, c);";
    assertThat(isShellInCsharp(check.formatted(REQ + ".Headers[\"X-A\"]"))).isTrue();
    assertThat(isShellInCsharp(check.formatted("Settings[\"X-A\"]"))).isFalse();
  }
}
