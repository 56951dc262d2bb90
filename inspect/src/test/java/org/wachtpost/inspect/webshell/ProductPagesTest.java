package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * What pages of products do that were once taken for shells, each beside the shell that differs
 * from it in one point. Constructs are written in pieces, so that no scanner takes this file for
 * what it describes.
 */
class ProductPagesTest {
  private static final String REQ = "Req" + "uest";

  private final ShellScanner scanner = new ShellScanner(ShellRules.builtIn());

  private boolean isShell(String page) {
    return scanner.scan(page.getBytes(StandardCharsets.UTF_8)).shell();
  }

  private boolean isShellInCsharp(String code) {
    return isShell("<%@ Page Language=\"C#\" %><% " + code + " %>");
  }

  /** A manager of files below the site, and the functions that save what is uploaded. */
  private static String manager(String root) {
    return "void List(string path) { var d = new DirectoryInfo(Server.MapPath(path));"
        + " foreach (var f in d.GetFiles()) { Response.Write(f.Name); } }"
        + " void Remove(string path) { File.Delete(Server.MapPath(path)); }"
        + " void Rename(string path, string to) { var f = new FileInfo(Server.MapPath(path));"
        + " File.Move(Server.MapPath(path), Path.Combine(f.Directory.FullName, to)); }"
        + " void Size(string path) { foreach (var f in Directory.GetDirectories(path)) Size(f); }"
        + " void Put(string path) { var h = "
        + REQ
        + ".Files[0]; "
        + " h.SaveAs(Server.MapPath(Path.Combine(path, Path.GetFileName(h.FileName)))); }"
        + " switch ("
        + REQ
        + "[\"mode\"]) { case \"list\": List("
        + REQ
        + "[\"path\"]); break;"
        + " case \"remove\": Remove("
        + REQ
        + "[\"path\"]); break;"
        + " case \"rename\": Rename("
        + REQ
        + "[\"path\"], "
        + REQ
        + "[\"to\"]); break;"
        + " case \"size\": Size("
        + root
        + "); break;"
        + " case \"put\": Put("
        + REQ
        + "[\"path\"]); break; }";
  }

  @Test
  void theSiteItselfIsOneOfTheFoldersThatAManagerOfFilesShows() {
    assertThat(isShellInCsharp(manager("Server.MapPath(\"/\")"))).isFalse();
    String free =
        manager(REQ + "[\"root\"]")
            .replace("File.Delete(Server.MapPath(path))", "File.Delete(" + REQ + "[\"path\"])");
    assertThat(isShellInCsharp(free)).isTrue();
  }

  @Test
  void aFolderBelowThePageIsRememberedUnderAName() {
    String name =
        "var f = "
            + REQ
            + ".Files[\"scan\"]; string n = "
            + REQ
            + "[\"name\"];"
            + " if (n == null) { n = f.FileName; }";
    String folder = "string to = Server.MapPath(\".\") + \"\\\\%s\"; f.SaveAs(to + n);";
    assertThat(isShellInCsharp(name + folder.formatted("Scans\\\\"))).isFalse();
    assertThat(isShellInCsharp(name + folder.formatted(""))).isTrue();
  }

  @Test
  void aFolderWithAFileThatThePageNames() {
    String write = "File.WriteAllText(Path.Combine(" + REQ + "[\"dir\"], %s), " + REQ + "[\"t\"]);";
    assertThat(isShellInCsharp(write.formatted("\"preview.html\""))).isFalse();
    assertThat(isShellInCsharp(write.formatted("\"preview.as\" + \"px\""))).isTrue();
    assertThat(isShellInCsharp(write.formatted(REQ + "[\"f\"]"))).isTrue();
  }

  @Test
  void aProgramOfTheProductIsStartedThatThePageOrItsSettingsName() {
    String page =
        "var user = "
            + REQ
            + "[\"user\"]; var s = new Process"
            + "StartInfo();"
            + " s.FileName = %s; s.Arguments = %s; var p = new Process();"
            + " p.StartInfo = s; p.Start();"
            + " Response.Write(user + p.StandardOutput.ReadToEnd());";
    String version = "\"log -1 --format=%%h\"";
    assertThat(isShellInCsharp(page.formatted("\"git\"", version))).isFalse();
    String setting = "ConfigurationManager.AppSettings[\"deploy\"]";
    assertThat(isShellInCsharp(page.formatted(setting, "\"\""))).isFalse();
    assertThat(isShellInCsharp(page.formatted("\"c" + "md.exe\"", "\"/c ver\""))).isTrue();
    assertThat(isShellInCsharp(page.formatted("\"who" + "ami\"", "\"\""))).isTrue();
    assertThat(isShellInCsharp(page.formatted("\"C:/Users/a.exe\"", "\"\""))).isTrue();
    assertThat(isShellInCsharp(page.formatted("Decode(\"qeb\")", "\"\""))).isTrue();
    assertThat(isShellInCsharp(page.formatted("\"git\"", REQ + "[\"a\"]"))).isTrue();
    String later = "string c = \"git\"; if (" + REQ + "[\"c\"] != null) c = " + REQ + "[\"c\"];";
    assertThat(isShellInCsharp(later + page.formatted("c", version))).isTrue();
    String typed = " p.StandardInput.Write(" + REQ + "[\"in\"]);";
    assertThat(isShellInCsharp(page.formatted("\"git\"", version) + typed)).isTrue();
  }
}
