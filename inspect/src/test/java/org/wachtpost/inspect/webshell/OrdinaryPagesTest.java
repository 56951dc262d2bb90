package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * Ordinary pages that come close to shells, each beside the shell that it must not be taken for.
 * Constructs are written in pieces, so that no scanner takes this file for what it describes.
 */
class OrdinaryPagesTest {
  private static final String REQ = "Req" + "uest";
  private static final String EV = "ev" + "al";
  private static final String EX = "exec" + "ute";
  private static final String SHELL = "WScript.Sh" + "ell";

  private final ShellScanner scanner = new ShellScanner(ShellRules.builtIn());

  private ShellVerdict scan(String page) {
    return scanner.scan(page.getBytes(StandardCharsets.UTF_8));
  }

  private static String csharp(String code) {
    return "<%@ Page Language=\"C#\" %><% " + code + " %>";
  }

  private static String basic(String... lines) {
    return "<%\n" + String.join("\n", lines) + "\n%>";
  }

  @Test
  void readingJsonIsNotLoadingObjects() {
    String read = ".Deserialize(" + REQ + "[\"d\"]);";
    assertThat(scan(csharp("new JavaScriptSerializer()" + read)).shell()).isFalse();
    assertThat(scan(csharp("new LosFor" + "matter()" + read)).shell()).isTrue();
  }

  @Test
  void callingAMethodOfTheProductByNameIsNotLoadingCode() {
    String find = "var m=GetType().GetMethod(" + REQ + "[\"a\"]);";
    String call = "m.Invoke(this, new object[] {" + REQ + "[\"d\"]});";
    assertThat(scan(csharp(find + call)).shell()).isFalse();
    assertThat(scan(csharp("handler.Invoke(" + REQ + "[\"x\"]);")).shell()).isFalse();
    String start = "var t=Type.GetType(\"Sys\"+\"tem.Diagnostics.Process, System\");";
    String named = "t.GetMethod(\"Start\").Invoke(null,new object[]{\"x\"," + REQ + "[\"c\"]});";
    assertThat(scan(csharp(start + named)).shell()).isTrue();
  }

  @Test
  void startingAProgramOfTheProductReadsNoUpload() {
    String tool =
        "var p=new Process(); p.StartInfo.FileName=Server.MapPath(\"~/bin/pdf.exe\"); p.Start();";
    assertThat(scan(csharp(tool)).shell()).isFalse();
    String given = "p.StartInfo.Arguments=" + REQ + "[\"a\"];";
    assertThat(scan(csharp(tool + given)).shell()).isTrue();
  }

  @Test
  void aWorkflowHasProcessesOfItsOwn() {
    String create = "Create" + "Process";
    String read = "var id = " + REQ + "[\"id\"];";
    assertThat(scan(csharp(read + "FindControl(\"btn" + create + "\").Hide();")).shell()).isFalse();
    assertThat(scan(csharp(read + "Go(\"" + create + ".aspx\");")).shell()).isFalse();
    String found = read + "var p = GetProcAddress(kernel, \"%s\");";
    assertThat(scan(csharp(found.formatted(create))).shell()).isTrue();
    assertThat(scan(csharp(found.formatted(create + "W"))).shell()).isTrue();
  }

  @Test
  void aPasswordSetByWhoHasTheRoleIsNoAccountOfTheHost() {
    String role = "if (!User.IsInRole(\"Administrators\")) return;";
    String set = "var u = new DirectoryEntry(\"%s\"); u.Invoke(\"SetPass" + "word\", %s);";
    String given = REQ + "[\"p\"]";
    assertThat(scan(csharp(role + set.formatted("LDAP://dc", given))).shell()).isFalse();
    String group = "d.Children.Find(\"Administrators\", \"group\");";
    assertThat(scan(csharp(group + set.formatted("WinNT://.,computer", given))).shell()).isTrue();
  }

  @Test
  void listingWhatIsInstalledStartsNothing() {
    String names = "n = \"" + SHELL + "\"";
    String test = "Set o = Server.CreateObject(" + REQ + "(\"o\"))";
    String drives = "For Each d In f.Drives: Response.Write d: Next";
    assertThat(scan(basic(names, test, drives)).shell()).isFalse();
    assertThat(scan(basic(names, test, drives, "o.Run \"x\"")).shell()).isTrue();
  }

  @Test
  void anUploadBelowTheFolderOfThePageIsNotBesideIt() {
    String file = "var f=" + REQ + ".Files[0]; f.SaveAs(Server.MapPath(";
    assertThat(scan(csharp(file + "\".\")+\"\\\\Images\\\\\"+f.FileName);")).shell()).isFalse();
    assertThat(scan(csharp(file + "f.FileName));")).shell()).isTrue();
  }

  @Test
  void aFolderGivenOutrightIsTheClientsChoice() {
    String file = "var f=" + REQ + ".Files[0]; f.SaveAs(";
    String given = REQ + "[\"path\"]+f.FileName);";
    assertThat(scan(csharp(file + "Server.MapPath(" + given.replace("+", ")+"))).shell()).isFalse();
    assertThat(scan(csharp(file + given)).shell()).isTrue();
  }

  @Test
  void savingTheBodyUnderANameWithAnEndingIsOrdinary() {
    String open = "Set s = CreateObject(\"ADODB.Stream\")";
    String body = "s.Write " + REQ + ".BinaryRead(" + REQ + ".TotalBytes)";
    String picture = "s.SaveToFile Server.MapPath(\"a/\" & " + REQ + "(\"u\") & \".bin\"), 2";
    assertThat(scan(basic(open, body, picture)).shell()).isFalse();
    String whole = "s.SaveToFile Server.MapPath(" + REQ + "(\"u\")), 2";
    assertThat(scan(basic(open, body, whole)).shell()).isTrue();
  }

  @Test
  void encipheringTextIsNotHidingCode() {
    String cipher = "For i = 1 To Len(p): c = c & Chr(Asc(Mid(p, i, 1)) Xor k): Next";
    assertThat(scan(basic(cipher, "Response.Write c")).shell()).isFalse();
    assertThat(scan(basic(cipher, EX + " c")).shell()).isTrue();
  }

  @Test
  void theHostHeaderBuildsAddressesAndOtherHeadersCanCarryCode() {
    String run = EX + "(" + REQ + ".ServerVariables(\"";
    assertThat(scan(basic(run + "HTTP_USER_AGENT\"))")).kind()).isEqualTo(ShellVerdict.Kind.CODE);
    assertThat(scan(basic("u = " + REQ + ".ServerVariables(\"HTTP_HOST\")")).shell()).isFalse();
  }

  @Test
  void numbersTurnedIntoCharactersAreStillTheClients() {
    String loop = "r = r & Chr(CInt(\"&H\" & Mid(" + REQ + "(\"c\"), i, 2)))";
    assertThat(scan(basic(loop, EV + "(r)")).kind()).isEqualTo(ShellVerdict.Kind.CODE);
    assertThat(scan(basic("n = CInt(" + REQ + "(\"c\"))", EV + "(\"1+\" & n)")).shell()).isFalse();
  }

  @Test
  void functionsOfJscriptAreMadeOfText() {
    String language = "<%@ Language=\"JScript\" %><%";
    String make = "new Func" + "tion(";
    assertThat(scan(language + make + REQ + "(\"z\"))(); %>").shell()).isTrue();
    assertThat(scan(language + "var o = new function() { this.a = 1; }; %>").shell()).isFalse();
    String member = "this[\"ev\" + \"al\"](" + REQ + "(\"z\") + \"\"); %>";
    assertThat(scan(language + member).shell()).isTrue();
    assertThat(scan(language + "o[\"toString\"](" + REQ + "(\"z\")); %>").shell()).isFalse();
  }

  @Test
  void attributesWithArgumentsAreNoDeclarations() {
    String service =
        "<%@ WebService Language=\"C#\" Class=\"S\" %>public class S {"
            + "[WebMethod(EnableSession = true)] public string Put(string p, string c) {"
            + "System.IO.File.WriteAllText(p, c); return p; } }";
    assertThat(scan(service).shell()).isTrue();
    assertThat(scan(service.replace("WebMethod", "Obsolete")).shell()).isFalse();
  }

  @Test
  void aProgramCarriedAsTextAndStarted() {
    String start = "System.Diagnostics.Process.Start(n);";
    String bytes = "var b=Convert.FromBase64String(\"TVqQAAMAAAAEAAAA//8AALgAAAA\");";
    assertThat(scan(csharp(start)).shell()).isFalse();
    assertThat(scan(csharp(bytes + start)).reasons()).contains("carries a program as text");
    assertThat(scan(csharp(bytes + start)).shell()).isTrue();
  }

  @Test
  void readingTheKeysOfTheSite() {
    String load = "var a=Assembly.Load(\"System.Web\"); var s=a.GetType(\"Config\");";
    assertThat(scan(csharp(load)).shell()).isFalse();
    assertThat(scan(csharp(load + "Response.Write(s.Validation" + "Key);")).shell()).isTrue();
  }

  @Test
  void databasesAndServersOfTheClientsChoice() {
    String open = "Set c = Server.CreateObject(\"ADODB.Connection\")";
    String query = "Set r = c.Execute(" + REQ + "(\"q\"))";
    assertThat(scan(basic(open, "c.Open " + REQ + "(\"c\")", query)).shell()).isTrue();
    String own = "c.Open Application(\"c\")";
    assertThat(scan(basic(open, own, query)).shell()).isTrue();
    String joined = query.replace("Execute(", "Execute(\"select a from t where b=\" & ");
    assertThat(scan(basic(open, own, joined)).shell()).isFalse();
    String kept = "q = \"select a from t\"\nIf x Then q = q & w\nw = " + REQ + "(\"w\")";
    assertThat(scan(basic(open, own, kept, "c.Execute q")).shell()).isFalse();
    assertThat(scan("<!-- #include file=\"a.asp\" -->" + basic(open, own, query)).shell())
        .isFalse();
  }

  @Test
  void codeThatAnotherServerSendsOrAPictureHoldsIsRun() {
    String fetch = "Set x = CreateObject(\"Microsoft.XMLHTTP\"): x.Send";
    assertThat(scan(basic(fetch, EX + " x.ResponseText")).shell()).isTrue();
    assertThat(scan(basic(fetch, "Response.Write x.ResponseText")).shell()).isFalse();
    assertThat(scan("<!--#include file=\"logo.jpg\"-->").shell()).isTrue();
    assertThat(scan("<!--#include file=\"conn.asp\"-->").shell()).isFalse();
  }

  @Test
  void aBlockThatLeavesItsOwnerAway() {
    assertThat(scan(basic("With " + REQ, EX + " .Form(\"a\")", "End With")).shell()).isTrue();
    assertThat(scan(basic("With Catalog", "rs.Open .Form(\"a\")", "End With")).shell()).isFalse();
    String left = "End With";
    String after = EX + " Settings.Form(\"a\")";
    assertThat(scan(basic("With " + REQ, "x = .Form(\"b\")", left, after)).shell()).isFalse();
  }

  @Test
  void anotherNameForWhatRunsCode() {
    String page = "<%@ Language=JScript %><% var e = " + EV + ";\n";
    assertThat(scan(page + "e(" + REQ + "(\"x\") + \"\"); %>").shell()).isTrue();
    assertThat(scan(page + "print(" + REQ + "(\"x\") + \"\"); %>").shell()).isFalse();
  }

  @Test
  void textInPieces() {
    String array = "a = Array(\"req\",\"uest\",\"(0)\")";
    assertThat(scan(basic(array, EV + "(" + EV + "(Join(a,\"\")))")).shell()).isTrue();
    assertThat(scan(basic(array, "Print Join(a,\"\")")).shell()).isFalse();
    String split = "y = Split(\"exe" + "cute#req" + "uest#z\",\"#\")";
    String run = EX + "(y(0) & \" \" & y(1) & \"(0)\")";
    assertThat(scan(basic(split, run)).shell()).isTrue();
    assertThat(scan(basic(split, "Print y(0) & y(1)")).shell()).isFalse();
  }

  @Test
  void codeInAPicture() {
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String read = "f.OpenTextFile(Server.MapPath(\"%s\")).ReadAll";
    assertThat(scan(basic(open, EX + " " + read.formatted("a.gif"))).shell()).isTrue();
    assertThat(scan(basic(open, EX + " " + read.formatted("head.inc"))).shell()).isFalse();
  }

  @Test
  void componentsThatTheClientNames() {
    String make = "Set o = Server.CreateObject(" + REQ + "(\"o\"))";
    assertThat(scan(basic(make, "o.Run " + REQ + "(\"c\")")).shell()).isTrue();
    assertThat(scan(basic(make, "Print IsObject(o)")).shell()).isFalse();
    String type = "var t = Type.GetType(%s" + REQ + "[\"t\"]);";
    String method = "t.GetMethod(" + REQ + "[\"m\"]).Invoke(null, null);";
    assertThat(scan(csharp(type.formatted("") + method)).shell()).isTrue();
    assertThat(scan(csharp(type.formatted("\"Shop.Actions.\" + ") + method)).shell()).isFalse();
  }

  @Test
  void importedFunctionsUnderAnotherName() {
    String head = "<script runat=\"server\" language=\"C#\">\n";
    String call = " void Page_Load(object s, EventArgs e) { A(" + REQ + "[\"c\"], 0); }</script>";
    String declare =
        "[DllImport(\"kernel32\", EntryPoint=\"%s\")] static extern int A(string c, int s);";
    assertThat(scan(head + declare.formatted("Win" + "Exec") + call).shell()).isTrue();
    assertThat(scan(head + declare.formatted("SetDllDirectory") + call).shell()).isFalse();
  }

  @Test
  void accountsOfTheHost() {
    String made = "u.SetPassword " + REQ + "(\"p\")";
    String group = "Set g = GetObject(\"WinNT://./Administrators,group\")";
    assertThat(scan(basic("Set u = c.Create(\"user\", \"x\")", made, group)).shell()).isTrue();
    assertThat(scan(basic("Set u = GetObject(path)", made)).shell()).isFalse();
  }

  @Test
  void anyPlaceWithTheOwnFolderToStartFrom() {
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String chosen = "p = " + REQ + "(\"p\")";
    String start = "If p = \"\" Then p = Server.MapPath(\".\")";
    String below = "p = Server.MapPath(p)";
    String list = "For Each x In f.GetFolder(p).Files";
    String delete = "f.DeleteFile " + REQ + "(\"d\")";
    assertThat(scan(basic(open, chosen, start, list, delete)).shell()).isTrue();
    String named = "f.DeleteFile Server.MapPath(" + REQ + "(\"d\"))";
    assertThat(scan(basic(open, chosen, below, list, named)).shell()).isFalse();
  }

  @Test
  void filesMovedFromAnywhereToAnywhere() {
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String from = REQ + "(\"a\")";
    String to = REQ + "(\"b\")";
    assertThat(scan(basic(open, "f.MoveFile " + from + ", " + to)).shell()).isTrue();
    String below = "f.MoveFile Server.MapPath(" + from + "), Server.MapPath(" + to + ")";
    assertThat(scan(basic(open, below)).shell()).isFalse();
  }

  @Test
  void whatIsFetchedIntoTheSite() {
    String fetch = "new WebClient().DownloadFile(%s, Server.MapPath(%s));";
    String url = REQ + "[\"u\"]";
    assertThat(scan(csharp(fetch.formatted(url, REQ + "[\"f\"]"))).shell()).isTrue();
    String fixed = fetch.formatted("\"https://example.test/rates.xml\"", "\"rates.xml\"");
    assertThat(scan(csharp(fixed)).shell()).isFalse();
  }

  @Test
  void codeRunWithAllRights() {
    String head = "<script runat=\"server\" language=\"JScript\">function run(s){";
    String rights = "var u = \"un\" + \"safe\"; return " + EV + "(s, u);}</script>";
    assertThat(scan(head + rights).shell()).isTrue();
    assertThat(scan(head + rights.replace("(s, u)", "(s)")).shell()).isFalse();
  }

  @Test
  void aCipherThatThePageBringsAlong() {
    String decode = "Function D(s)\nFor i = 1 To Len(s)\nr = r & Mid(t, InStr(u, Mid(s, i, 1)), 1)";
    String lines = decode + "\nNext\nD = r\nEnd Function\nx = \"%s\"\nc = D(x)\n" + EX + "(c)";
    String garbled = "@rFA$9p!eOkpI_}YrdWJv4X0 3E](SHx(hqoOVY^!A+W";
    assertThat(scan(basic(lines.formatted(garbled))).shell()).isTrue();
    String shown = lines.formatted(garbled).replace(EX + "(c)", "Response.Write c");
    assertThat(scan(basic(shown)).shell()).isFalse();
  }

  @Test
  void aPageThatWritesOverItself() {
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String own = "Server.MapPath(" + REQ + ".ServerVariables(\"SCRIPT_NAME\"))";
    String write = "f.CreateTextFile(%s, True).Write " + REQ + "(\"t\")";
    assertThat(scan(basic(open, write.formatted(own))).shell()).isTrue();
    String other = "Server.MapPath(\"data/visits.txt\")";
    assertThat(scan(basic(open, write.formatted(other))).shell()).isFalse();
    String beside = "File.WriteAllText(Path.Combine(%s, LogName), " + REQ + "[\"t\"]);";
    String folder = "Path.GetDirectoryName(" + REQ + ".PhysicalPath)";
    assertThat(scan(csharp(beside.formatted(folder))).shell()).isFalse();
    assertThat(scan(csharp(beside.formatted("Server.MapPath(\".\")"))).shell()).isFalse();
  }

  @Test
  void whatTheClientSendsIsSentOnToWhereItSays() {
    String make = "Set h = CreateObject(\"MSXML2.ServerXMLHTTP\")";
    String open = "h.Open \"POST\", %s, False";
    String send = "h.Send " + REQ + ".Form";
    assertThat(scan(basic(make, open.formatted(REQ + "(\"u\")"), send)).shell()).isTrue();
    String fixed = open.formatted("\"https://pay.example.test/verify\"");
    assertThat(scan(basic(make, fixed, send)).shell()).isFalse();
  }

  @Test
  void theBodyOfARequestIsNoFile() {
    String body = "new StreamReader(" + REQ + ".InputStream).ReadToEnd()";
    assertThat(scan(csharp("Orders.Save(" + body + ");")).shell()).isFalse();
    String chosen = "string p = " + body + "; new StreamWriter(p).Write(" + REQ + "[\"t\"]);";
    assertThat(scan(csharp(chosen)).shell()).isTrue();
    String ask = "var r = (HttpWebRequest)WebRequest.Create(Base + " + REQ + "[\"path\"]);";
    String send = "var s = r.GetRequestStream(); new StreamWriter(s).Write(" + REQ + "[\"q\"]);";
    String answer = "Show(new StreamReader(r.GetResponse().GetResponseStream()).ReadToEnd());";
    assertThat(scan(csharp(ask + send + answer)).shell()).isFalse();
  }

  @Test
  void aNumberOfWhatTheClientSendsIsNoName() {
    String key = "string k = " + REQ + "[\"k\"]; ";
    String write = "File.WriteAllBytes(Path.Combine(Path.GetTempPath(), %s), Build(k));";
    assertThat(scan(csharp(key + write.formatted("\"c\" + k.GetHashCode()"))).shell()).isFalse();
    assertThat(scan(csharp(key + write.formatted("k"))).shell()).isTrue();
  }

  @Test
  void textThatAnObjectOfThePageIsGivenIsReadByItsMethods() {
    String head = "Class Job\nPublic Text\nPrivate own\nPublic Property Let Held(v)\nown = v\n";
    String body = "End Property\nPublic Sub Go()\n%s\nEnd Sub\nEnd Class\nSet j = New Job\n";
    String given = "j.%s = " + REQ + "(\"c\")";
    String run = head + body.formatted(EX + " Text");
    assertThat(scan(basic(run + given.formatted("Text"), "j.Go")).shell()).isTrue();
    assertThat(scan(basic(run + given.formatted("Title"), "j.Go")).shell()).isFalse();
    String held = head + body.formatted(EX + " own");
    assertThat(scan(basic(held + given.formatted("Held"), "j.Go")).shell()).isTrue();
    assertThat(scan(basic(head + body.formatted("Print own") + given.formatted("Held"))).shell())
        .isFalse();
  }

  @Test
  void textGivenToAMethodOfAClassOfThePage() {
    String helper =
        "<script language=\"C#\" runat=\"server\">class H { public static void %s("
            + "string c) { System.Diagnostics.Process.Start(c); } }"
            + "void Page_Load(object s, EventArgs e) { H.%s(%s); }</script>";
    String client = REQ + "[\"c\"]";
    assertThat(scan(helper.formatted("Begin", "Begin", client)).shell()).isTrue();
    assertThat(scan(helper.formatted("Begin", "Begin", "\"backup.exe\"")).shell()).isFalse();
  }

  @Test
  void parametersThatAFunctionFills() {
    String take = "Sub Take(ByRef t)\nt = %s\nEnd Sub\nTake z";
    String request = REQ + "(\"c\")";
    assertThat(scan(basic(take.formatted(request), EX + " z")).shell()).isTrue();
    assertThat(scan(basic(take.formatted("Now()"), EX + " z")).shell()).isFalse();
    assertThat(scan(basic(take.formatted(request), "Print z")).shell()).isFalse();
  }

  @Test
  void whatRunsCodeKeptInAnObject() {
    String page = "<script runat=server language=JavaScript>var o = {'E' : %s}; var t = \"\";";
    String call = "switch (k) { case 'a': t = A; break; } o.E(t + '');</script>";
    assertThat(scan(page.formatted(EV) + call).shell()).isTrue();
    assertThat(scan(page.formatted("print") + call).shell()).isFalse();
  }

  @Test
  void aStylesheetThatStartsPrograms() {
    String sheet =
        "<xsl:stylesheet><msxsl:script language=\"JScript\">function f(x) {"
            + "return new ActiveXObject(\"%s\").Exec(x); }</msxsl:script></xsl:stylesheet>";
    assertThat(scan(sheet.formatted(SHELL)).shell()).isTrue();
    assertThat(scan(sheet.formatted("Shop.Prices")).shell()).isFalse();
  }

  @Test
  void aPageThatGoesThroughTheWholeRegistry() {
    String push = "s.Push(Registry.%s);";
    String walk = "var k=s.Pop(); foreach(var n in k.GetSubKeyNames()) s.Push(k.OpenSubKey(n));";
    String roots = push.formatted("LocalMachine") + push.formatted("ClassesRoot");
    assertThat(scan(csharp(roots + push.formatted("CurrentUser") + walk)).shell()).isTrue();
    String one = "var k=Registry.LocalMachine.OpenSubKey(\"SOFTWARE\\\\Shop\");";
    assertThat(scan(csharp(one + "Show(k.GetSubKeyNames());")).shell()).isFalse();
  }

  @Test
  void codeInPairsOfDigitsWithAMarkBeforeEach() {
    String page = "<%@ Language=JScript %><% var t = \"";
    String rest = "\"; " + EV + "(decode(t)); %>";
    String run = EX + "(" + REQ + "(\"c\"))";
    assertThat(scan(page + marked(run) + rest).shell()).isTrue();
    assertThat(scan(page + marked("a title of the page") + rest).shell()).isFalse();
  }

  private static String marked(String text) {
    StringBuilder digits = new StringBuilder();
    text.chars().forEach(c -> digits.append("H%02X".formatted(c)));
    return digits.toString();
  }

  @Test
  void encodedScriptThatDoesNotFitItsLength() {
    String block = "#@~^%s==3X+^!Y\u007FMVK4ms+AsAAA==^#~@";
    String fits = block.formatted("DQAAAA");
    assertThat(scan("<%" + fits + "%>").shell()).isFalse();
    assertThat(scan("<%" + fits.replace("\u007F", "") + "%>").shell()).isTrue();
    assertThat(scan("<script>" + block.formatted("IQAAAA") + "</script><% x = 1 %>").shell())
        .isFalse();
  }

  /** The connector of an editor's file manager does all of this. */
  @Test
  void aFileManagerThatStaysBelowTheSite() {
    String path = "var p = %s" + REQ + "[\"p\"]%s; ";
    String work =
        "Response.Write(p); foreach (var f in Directory.GetFiles(p)) Show(f);"
            + "File.Delete(p); File.Move(p, Server.MapPath("
            + REQ
            + "[\"n\"]));"
            + "Response.WriteFile(p); var s = new FileStream(p, FileMode.Create);";
    assertThat(scan(csharp(path.formatted("Server.MapPath(", ")") + work)).shell()).isFalse();
    assertThat(scan(csharp(path.formatted("", "") + work)).shell()).isTrue();
  }

  @Test
  void aFileBelowAFolderThatANameHolds() {
    String root = "root = Server.MapPath(\".\")";
    String name = "f = " + REQ + "(\"f\")";
    String write = "Set t = CreateObject(\"Scripting.FileSystemObject\").CreateTextFile(%s)";
    String text = "t.Write " + REQ + "(\"t\")";
    assertThat(scan(basic(root, name, write.formatted("root & f"), text)).shell()).isFalse();
    String whole = "p = root & f";
    assertThat(scan(basic(root, name, whole, write.formatted("p"), text)).shell()).isFalse();
    String either = "If f = \"\" Then f = Server.MapPath(\".\")";
    assertThat(scan(basic(name, either, write.formatted("f"), text)).shell()).isTrue();
  }

  @Test
  void aVariableForEachFieldOfAForm() {
    String each = "For Each k In " + REQ + ".Form";
    String make = EX + " k & \"=" + REQ + ".Form(\"\"\" & k & \"\"\")\"";
    assertThat(scan(basic(each, make, "Next")).shell()).isFalse();
    assertThat(scan(basic(each, EX + " k & \" : x = 1\"", "Next")).shell()).isTrue();
  }

  @Test
  void aTemplateOfThePagesOwn() {
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String run = EX + " f.OpenTextFile(Server.MapPath(%s), 1).ReadAll";
    String name = REQ + "(\"p\")";
    assertThat(scan(basic(open, run.formatted("\"tpl/\" & " + name))).shell()).isFalse();
    assertThat(scan(basic(open, run.formatted(name))).shell()).isTrue();
  }

  @Test
  void openingAFileToReadWritesNothing() {
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String take = "Set t = f.OpenTextFile(Server.MapPath(" + REQ + "(\"f\"))%s)";
    String write = "t.Write " + REQ + "(\"t\")";
    assertThat(scan(basic(open, take.formatted(", 1"), write)).shell()).isFalse();
    assertThat(scan(basic(open, take.formatted(", 2"), write)).shell()).isTrue();
  }

  /** Editors take pictures over from other sites, and look at the ending before. */
  @Test
  void picturesTakenOverFromOtherSites() {
    String take =
        "var u = "
            + REQ
            + "[\"u\"]; var e = u.Substring(u.LastIndexOf('.')); %s"
            + "new WebClient().Download"
            + "File(u, Server.MapPath(\"up/\") + Guid.NewGuid() + e);";
    String look =
        "string[] t = { \".gif\", \".png\", \".jpg\" }; if (Array.IndexOf(t, e) < 0) return;";
    assertThat(scan(csharp(take.formatted(look))).shell()).isFalse();
    assertThat(scan(csharp(take.formatted(""))).shell()).isTrue();
  }

  @Test
  void valuesGivenToAQueryAreNotTheQuery() {
    String open =
        "var a = new SqlDataAdapter(\"select b from c where d = @d\", new SqlConnection(s));";
    String value = "a.SelectCommand.Parameters.AddWithValue(\"@d\", %s); a.Fill(t);";
    String text = "a.SelectCommand.CommandText = %s; a.Fill(t);";
    String given = REQ + "[\"d\"]";
    assertThat(scan(csharp(open + value.formatted(given))).shell()).isFalse();
    assertThat(scan(csharp(open + text.formatted(given))).shell()).isTrue();
  }

  @Test
  void whatAConnectionAnswersIsNoFile() {
    String ask =
        "using (%s ns = %s) { ns.Write("
            + REQ
            + "[\"d\"]); using (StreamReader r = new StreamReader(ns)) t.Text = r.ReadToEnd(); }";
    String connection = ask.formatted("NetworkStream", "client.GetStream()");
    assertThat(scan(csharp(connection)).shell()).isFalse();
    String file = "var r = new StreamReader(" + REQ + "[\"d\"]); t.Text = r.ReadToEnd();";
    assertThat(scan(csharp(file)).shell()).isTrue();
  }

  /** The file manager of an editor takes uploads, and checks their names elsewhere. */
  @Test
  void uploadsToAFileManagerThatStaysBelowTheSite() {
    String root =
        "var p = %s" + REQ + "[\"p\"]%s; foreach (var f in Directory.GetFiles(p)) Show(f);";
    String work =
        "Response.WriteFile(p); File.Delete(p);"
            + REQ
            + ".Files[0].SaveAs(Path.Combine(p, Path.GetFileName("
            + REQ
            + ".Files[0].FileName)));";
    assertThat(scan(csharp(root.formatted("Server.MapPath(", ")") + work)).shell()).isFalse();
    assertThat(scan(csharp(root.formatted("", "") + work)).shell()).isTrue();
  }

  /** A document that is loaded by its address is not the client's, though part of that is. */
  @Test
  void documentsLoadedByTheirAddress() {
    String make = "Set s = CreateObject(\"Msxml2.DOMDocument\")";
    String show = "Response.Write x.transform" + "Node(s)";
    String given = REQ + "(\"d\")";
    assertThat(scan(basic(make, "s.load Server.MapPath(\"a/\" & " + given + ")", show)).shell())
        .isFalse();
    assertThat(scan(basic(make, "s.loadXML " + given, show)).shell()).isTrue();
  }
}
