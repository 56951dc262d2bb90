package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Ordinary pages of classic ASP, each beside the shell that comes closest. Constructs are written
 * in pieces, so that no scanner takes this file for what it describes.
 */
class OrdinaryClassicPagesTest extends PageTest {
  @Test
  void aLogBesideThePage() {
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String log = "Set t = f.OpenTextFile(Server.MapPath(\".\") & \"\\\" & \"%s\", 8, True)";
    String write = "t.WriteLine Now & " + REQ + "(\"text\")";
    String show = "Response.Write f.OpenTextFile(Server.MapPath(" + REQ + "(\"f\")), 1).ReadAll";
    assertThat(isShellInBasic(open, log.formatted("orders.txt"), write, show)).isFalse();
    assertThat(isShellInBasic(open, log.formatted("orders.asp"), write, show)).isTrue();
  }

  @Test
  void aFileOfAFolderThatThePageNames() {
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String show = "Response.Write f.OpenTextFile(%s & " + REQ + "(\"log\"), 1).ReadAll";
    assertThat(isShellInBasic(open, show.formatted("\"C:\\logs\\web\\\""))).isFalse();
    assertThat(isShellInBasic(open, show.formatted("\"C:\\\""))).isTrue();
    String make = "Set t = f.CreateTextFile(\"C:\\sites\\web\\\" & " + REQ + "(\"n\"))";
    assertThat(isShellInBasic(open, make, "t.Write " + REQ + "(\"t\")")).isTrue();
  }

  @Test
  void aPageMadeOfTextThatIsEncoded() {
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String make = "Set t = f.CreateTextFile(Server.MapPath(" + REQ + "(\"n\")) & \".asp\")";
    String write = "t.Write \"<h1>\" & %s & \"</h1>\"";
    String encoded = write.formatted("Server.HTMLEncode(" + REQ + "(\"h\"))");
    assertThat(isShellInBasic(open, make, encoded)).isFalse();
    String plain = write.formatted(REQ + "(\"h\")");
    assertThat(isShellInBasic(open, make, plain)).isTrue();
    String own = "Function HTMLEncode(s)\nHTMLEncode = s\nEnd Function";
    String named = write.formatted("HTMLEncode(" + REQ + "(\"h\"))");
    assertThat(isShellInBasic(own, open, make, named)).isTrue();
    String block = "Chr(60) & \"%%\" & %s & \"%%\" & Chr(62)";
    String around = write.formatted(block.formatted("Server.HTMLEncode(" + REQ + "(\"h\"))"));
    assertThat(isShellInBasic(open, make, around)).isTrue();
    String both = write.formatted("Server.HTMLEncode(h) & " + REQ + "(\"h\")");
    assertThat(isShellInBasic(open, make, both)).isTrue();
  }

  @Test
  void aSetUpThatTriesTheDatabaseAndFillsIt() {
    String open = "Set c = Server.CreateObject(\"ADODB.Connection\")";
    String source = "c.Open \"Provider=SQLOLEDB;Data Source=\" & " + REQ + "(\"server\")";
    String fill = "c.Execute \"%s '\" & " + REQ + "(\"admin\") & \"'\"";
    String insert = fill.formatted("insert into users values (1,");
    assertThat(isShellInBasic(open, source, insert)).isFalse();
    assertThat(isShellInBasic(open, source, fill.formatted("exec"))).isTrue();
  }

  @Test
  void pathsThatEachFunctionPutsBelowTheSite() {
    String make = "Set o = CreateObject(\"Scripting.FileSystemObject\")";
    String delete = "Sub Del(p)\n%s\no.DeleteFile p\nEnd Sub\nDel " + REQ + "(\"d\")";
    String put = "Sub Put(p, t)\n%s\nSet f = o.CreateTextFile(p)\nf.Write t\nEnd Sub\n";
    String text = "Put " + REQ + "(\"w\"), " + REQ + "(\"t\")";
    String maps = "p = Server.MapPath(p)";
    String list = "Sub List(p)\n" + maps + "\nEnd Sub\nList \"/\"";
    assertThat(isShellInBasic(make, delete.formatted(maps))).isFalse();
    assertThat(isShellInBasic(make, delete.formatted(maps), put.formatted("") + text)).isTrue();
    assertThat(isShellInBasic(make, list, delete.formatted(""), put.formatted("") + text)).isTrue();
  }

  @Test
  void componentsThatTakeAKey() {
    String make = "Set c = Server.CreateObject(\"Example.Component\")";
    String key = "c.Run(\"" + "0gQo9elnzD8pDG6T6a6nAVQz".repeat(20) + "\")";
    assertThat(isShellInBasic(make, key, key)).isTrue();
    assertThat(isShellInBasic(make, "c.Key = \"0gQo9elnzD8pDG6T6a6nAVQz\"", "c.Run x")).isFalse();
    String shows = "Response.Write Server.HTMLEncode(r(\"title\")) & r(\"text\")\n".repeat(12);
    assertThat(isShellInBasic(make, key, shows)).isFalse();
  }
}
