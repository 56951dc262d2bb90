package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * What a client can choose, each time beside the ordinary page that comes closest. Constructs are
 * written in pieces, so that no scanner takes this file for what it describes.
 */
class ChosenByTheClientTest extends PageTest {
  private static final String FILES = "Set f = CreateObject(\"Scripting.FileSystemObject\")";

  @Test
  void includesWithSpacesBeforeTheirSign() {
    assertThat(isShell("<!-- #include file=\"logo.gif\" -->")).isTrue();
    assertThat(isShell("<!--\t#include file=\"head.asp\" -->")).isFalse();
    assertThat(isShell("<!-- a note # include \"logo.gif\" -->")).isFalse();
  }

  @Test
  void includesInTextOfTwoBytesWithoutAMark() {
    String page = "<html><!--%s#include file=\"logo.gif\" --></html>".repeat(2);
    for (String space : new String[] {"", " ", " ".repeat(20)}) {
      String text = page.formatted(space, space);
      assertThat(scanner.scan(text.getBytes(StandardCharsets.UTF_16LE)).shell()).isTrue();
      assertThat(scanner.scan(text.getBytes(StandardCharsets.UTF_16BE)).shell()).isTrue();
    }
  }

  @Test
  void theFormThatAnUploadCameWith() {
    String component = "Set u = Server.CreateObject(\"Any.Upload\")";
    String save = "u.Save %s";
    assertThat(isShellInBasic(component, save.formatted("u.Form(\"to\")"))).isTrue();
    assertThat(isShellInBasic(component, save.formatted("Server.MapPath(\".\")"))).isTrue();
    assertThat(isShellInBasic(component, save.formatted("\"d:\\uploads\""))).isFalse();
    String report = component.replace("Upload", "Report");
    assertThat(isShellInBasic(report, save.formatted("Server.MapPath(\".\")"))).isFalse();
    String checked = "If Right(u.Form(\"to\"), 3) = \"gif\" Then u.Save u.Form(\"to\")";
    assertThat(isShellInBasic(component, checked)).isFalse();
  }

  @Test
  void functionsUnderAnotherName() {
    String function = "Sub Go(x)\n" + EX + " x\nEnd Sub\nSet g = GetRef(\"Go\")";
    assertThat(isShellInBasic(function, "g " + REQ + "(\"q\")")).isTrue();
    assertThat(isShellInBasic(function, "g Session(\"q\")")).isFalse();
    String member = "var o = {}; o['r'] = function(c) { return " + EV + "(c); };";
    assertThat(isShellInJscript(member + "o['r'](" + REQ + "('q') + '');")).isTrue();
    assertThat(isShellInJscript(member + "o['s'](" + REQ + "('q') + '');")).isFalse();
  }

  @Test
  void theResultOfAFunctionIsNoArgumentOfIt() {
    String take = "Function Take(v)\nTake = " + REQ + ".Form(v)\nEnd Function";
    String make = "Function Make(v)\nSet Make = " + EV + "(\"Cls \" & v)\nEnd Function";
    assertThat(isShellInBasic(take, make)).isFalse();
    assertThat(isShellInBasic(take, make, "Make Take(\"c\")")).isTrue();
  }

  @Test
  void charactersMadeOutOfNumbers() {
    String spell = "For Each n In Split(\"12 33 41\")\nr = r & Chr(n + 60)\nNext";
    assertThat(isShellInBasic(spell, EX + " r")).isTrue();
    assertThat(isShellInBasic(spell, "Response.Write r", EX + " \"Call Show\" & k")).isFalse();
    String random = "r = r & Chr(Int(26 * Rnd) + 65)";
    assertThat(isShellInBasic(random, EX + " \"Set a = New \" & r")).isFalse();
    String script = "for (var i in k) s += String.fromCharCode(k[i]);";
    assertThat(isShellInJscript(script + EV + "(s);")).isTrue();
    assertThat(isShellInJscript(script + EV + "(t + 1);")).isFalse();
  }

  @Test
  void codeThatOnlyFetchesCode() {
    String inner = EV + "(\"" + REQ + "('c')\")";
    assertThat(isShellInJscript(EV + "(" + inner + " + '');")).isTrue();
    assertThat(isShellInJscript("var x = " + inner + ";")).isFalse();
    String parts = "a = d(1) : " + EX + " a & \"%s\"";
    assertThat(isShellInBasic(parts.formatted(REQ + "(\"\"c\"\"))"))).isTrue();
    String ordinary = "a = d(1) : " + EX + " a & \"=" + REQ + "(\"\"\" & a & \"\"\")\"";
    assertThat(isShellInBasic(ordinary)).isFalse();
  }

  @Test
  void functionsMadeByTheConstructorOfAText() {
    String make = "''.constructor.constructor(";
    assertThat(isShellInJscript(make + REQ + "('k') + '')();")).isTrue();
    assertThat(isShellInJscript(make + "'return 1')();")).isFalse();
    String body = "var f = new Func" + "tion('c', 'return " + EV + "(c, \"un' + 'safe\")');";
    assertThat(isShellInJscript(body + "f(" + REQ + "('k'));")).isTrue();
    assertThat(isShellInJscript("var f = new Func" + "tion('c', 'return c + 1');")).isFalse();
  }

  @Test
  void pagesThatADatabaseIsToWrite() {
    String hex = "0x3C25657865637574652072657175657374282263222925" + "3E";
    String back = "c.Execute \"insert into t values (%s)\"";
    assertThat(isShellInBasic(back.formatted(hex))).isTrue();
    assertThat(isShellInBasic(back.formatted(hex.replace("3C25", "3C70")))).isFalse();
  }

  @Test
  void whatIsFetchedGoesWhereTheClientSays() {
    String fetch = "Set x = CreateObject(\"Microsoft.XMLHTTP\")\nx.Open \"GET\", %s, 0\nx.Send";
    String save =
        "Set s = CreateObject(\"ADODB.Stream\")\ns.Write x.ResponseBody\n"
            + "s.SaveToFile Server.MapPath(%s), 2";
    String from = REQ + "(\"u\")";
    String to = REQ + "(\"f\")";
    assertThat(isShellInBasic(fetch.formatted(from), save.formatted(to))).isTrue();
    String picture = "\"pics/\" & Year(Now) & \".png\"";
    assertThat(isShellInBasic(fetch.formatted(from), save.formatted(picture))).isFalse();
    String file = "new System.Net.WebClient().DownloadFile(" + REQ + "[\"u\"], %s);";
    assertThat(isShellInCsharp(file.formatted(REQ + "[\"f\"]"))).isTrue();
    assertThat(isShellInCsharp(file.formatted("Cache.Path"))).isFalse();
  }

  @Test
  void aPlaceInsteadOfTheOwnFolder() {
    String list = "foreach (var f in new DirectoryInfo(d).GetFiles()) Response.Write(f);";
    String either = "var d = " + REQ + "[\"d\"] ?? Server.MapPath(\".\");";
    assertThat(isShellInCsharp(either + list)).isTrue();
    String below = "var d = Server.MapPath(" + REQ + "[\"d\"] ?? \".\");";
    assertThat(isShellInCsharp(below + list)).isFalse();
    String within = "Set d = f.GetFolder(\"d:\\docs\\\" & " + REQ + "(\"d\"))";
    assertThat(isShellInBasic(FILES, within)).isFalse();
    assertThat(isShellInBasic(FILES, within.replace("\"d:\\docs\\\" & ", ""))).isTrue();
  }

  @Test
  void copiesOfThePageAndTimesOfFiles() {
    String own = "Server.MapPath(" + REQ + ".ServerVariables(\"SCRIPT_NAME\"))";
    String copy = "f.CopyFile " + own + ", ";
    assertThat(isShellInBasic(FILES, copy + REQ + "(\"to\")")).isTrue();
    assertThat(isShellInBasic(FILES, copy + "Server.MapPath(" + REQ + "(\"to\"))")).isFalse();
    String time = "File.SetLastWriteTime(%s, DateTime.Parse(" + REQ + "[\"t\"]));";
    assertThat(isShellInCsharp(time.formatted(REQ + "[\"f\"]"))).isTrue();
    assertThat(isShellInCsharp(time.formatted("Cache.Path"))).isFalse();
  }

  @Test
  void aStatementBehindItsCondition() {
    String run = "System.Diagnostics.Process.Start(c);";
    String given = "string c = \"\"; if (" + REQ + "[\"c\"] != null) c = %s; " + run;
    assertThat(isShellInCsharp(given.formatted(REQ + "[\"c\"]"))).isTrue();
    assertThat(isShellInCsharp("string c = Tool.Path; if (Old()) c = Tool.OldPath; " + run))
        .isFalse();
  }

  @Test
  void aNumberIsNothingToStart() {
    String start = "var p = new Process(); p.StartInfo.Arguments = \"invoice \" + %s; p.Start();";
    assertThat(isShellInCsharp(start.formatted("int.Parse(" + REQ + "[\"i\"])"))).isFalse();
    assertThat(isShellInCsharp(start.formatted("Text.Parse(" + REQ + "[\"i\"])"))).isTrue();
    String whole = "var p = new Process { StartInfo = { FileName = \"a\", Arguments = %s } };";
    assertThat(isShellInCsharp(whole.formatted(REQ + "[\"i\"]") + "p.Start();")).isTrue();
    assertThat(isShellInCsharp(whole.formatted("Tool.Options") + "p.Start();")).isFalse();
  }

  @Test
  void stylesheetsAndMembersByName() {
    String sheet =
        "var d = new XmlDocument(); d.LoadXml(%s);"
            + "new XslCompiledTransform().Load(d, XsltSettings.TrustedXslt, null);";
    assertThat(isShellInCsharp(sheet.formatted(REQ + "[\"x\"]"))).isTrue();
    assertThat(isShellInCsharp(sheet.formatted("Shop.Sheet"))).isFalse();
    String load =
        "Type.GetType(\"%s\").InvokeMember(\"Load\", f, null, null, new object[] {"
            + "Convert.FromBase64String("
            + REQ
            + "[\"a\"])});";
    assertThat(isShellInCsharp(load.formatted("System.Reflection.Ass" + "embly"))).isTrue();
    assertThat(isShellInCsharp(load.formatted("Shop.Orders"))).isFalse();
  }

  @Test
  void registryAndManagementOfTheHost() {
    String keys = "r.EnumKey &H80000002, %s, a";
    String open = "Set r = GetObject(\"winmgmts:root/default:StdRegProv\")";
    assertThat(isShellInBasic(open, keys.formatted(REQ + "(\"k\")"))).isTrue();
    assertThat(isShellInBasic(open, keys.formatted("\"SOFTWARE\\Shop\""))).isFalse();
    String ask = "new ManagementObjectSearcher(%s).Get();";
    assertThat(isShellInCsharp(ask.formatted(REQ + "[\"q\"]"))).isTrue();
    assertThat(isShellInCsharp(ask.formatted("\"select Name from Win32_Printer\""))).isFalse();
  }

  @Test
  void anAccountMadeThroughTheDirectory() {
    String make =
        "var u = new DirectoryEntry(\"WinNT://.\").Children.Add(%s, \"user\");"
            + "u.Invoke(\"SetPass"
            + "word\", p);";
    String group = "var g = d.Children.Find(\"Administrators\", \"group\");";
    String named = make.formatted(REQ + "[\"u\"]");
    assertThat(isShellInCsharp(named + group)).isTrue();
    assertThat(isShellInCsharp(named)).isFalse();
  }

  @Test
  void aPageThatTellsWhichComponentsThereAre() {
    String names = "n = \"WScript.Sh" + "ell\" : m = \"WScript.Network\"";
    String probe = "Set o = Server.CreateObject(" + REQ + "(\"o\"))";
    String drives = "For Each d In f.Drives : Response.Write d : Next";
    assertThat(isShellInBasic(FILES, names, probe, drives)).isFalse();
    String tool = "Set e = CreateObject(\"ASPExec.Execute\")\n";
    String given = "e.Parameters = " + REQ + "(\"c\")";
    assertThat(isShellInBasic(tool + given, "e.ExecuteDosApp")).isTrue();
  }

  @Test
  void otherWaysToCallWhatRunsCode() {
    String given = "(" + REQ + "('q') + '')";
    assertThat(isShellInJscript("(0, " + EV + ")" + given + ";")).isTrue();
    assertThat(isShellInJscript(EV + ".call(null, " + REQ + "('q') + '');")).isTrue();
    assertThat(isShellInJscript("(0, show)" + given + ";")).isFalse();
    assertThat(isShellInJscript("show.call(null, " + REQ + "('q') + '');")).isFalse();
  }

  @Test
  void aComponentWhoseNameIsHidden() {
    String spell =
        "Function N(h)\nFor i = 1 To Len(h)\na = a & Chr(Asc(Mid(h, i, 1)) - 1)\nNext\n"
            + "N = a\nEnd Function\n";
    assertThat(isShellInBasic(spell, "Set o = CreateObject(N(\"XTdsjqu\"))")).isTrue();
    assertThat(isShellInBasic(spell, "Set o = CreateObject(Session(\"n\"))", "t = N(u)")).isFalse();
  }

  @Test
  void textGoneThroughCharacterByCharacter() {
    String loop = "For i = 1 To Len(s) Step 2\nr = r & Mid(s, i, 1)\nNext";
    assertThat(isShellInBasic(loop, EX + " r")).isTrue();
    assertThat(isShellInBasic(loop, "Response.Write r", EX + " \"Call A\" & k")).isFalse();
    assertThat(isShellInBasic(loop.replace("i, 1", "i, 9"), EX + " r")).isFalse();
  }

  @Test
  void headersThatAreRun() {
    String take = "r = " + REQ + ".ServerVariables(\"HTTP_REFERER\")";
    assertThat(isShellInBasic(take, EX + " Mid(r, 20)")).isTrue();
    assertThat(isShellInBasic(take, "Response.Redirect Mid(r, 20)")).isFalse();
  }

  @Test
  void aPageThatSpreads() {
    String own = "p = " + REQ + ".ServerVariables(\"PATH_TRANSLATED\")";
    String walk = "For Each x In f.GetFolder(d).SubFolders\nf.CopyFile %s, %s\nNext";
    String each = "x.Path & \"\\index.asp\"";
    assertThat(isShellInBasic(FILES, own, walk.formatted("p", each))).isTrue();
    assertThat(isShellInBasic(FILES, own, walk.formatted("t", each))).isFalse();
    String backup = "f.CopyFile p, Server.MapPath(\"backup/\" & n)";
    assertThat(isShellInBasic(FILES, own, backup)).isFalse();
  }

  @Test
  void pagesInLanguagesThatAreAddedToWindows() {
    String page = "<%@ Language=\"PerlScript\" %><% $c = $" + REQ + "->Form('c')->Item; ";
    assertThat(isShell(page + "$Response->Write(`$c`); %>")).isTrue();
    assertThat(isShell(page + "open(P, \"$c |\"); %>")).isTrue();
    assertThat(isShell(page + "$Response->Write($c); %>")).isFalse();
    assertThat(isShell(page + EV + " $c; %>")).isTrue();
    assertThat(isShell(page + EV + " { $o->load($c); }; %>")).isFalse();
    assertThat(isShell(page + "sys" + "tem $c; %>")).isTrue();
    assertThat(isShell(page + "$Response->Write('The sys" + "tem knows you'); %>")).isFalse();
    String python = "<%@ Language=\"Python\" %><% import os; os.popen(str(" + REQ + "('c'))) %>";
    assertThat(isShell(python)).isTrue();
    assertThat(isShell(python.replace("popen", "getenv"))).isFalse();
  }

  @Test
  void codeThatThePageCarries() {
    String load = "Assembly.Load(Inflate(Convert.FromBase64String(\"%s\")));";
    String carried = "7Vt7cFzVef4O3bt3V6uHvXrYssH2".repeat(4);
    assertThat(isShellInCsharp(load.formatted(carried))).isTrue();
    String name = "Assembly.Load(\"Shop.Web, Version=4.0.0.0, PublicKeyToken=b03f5f7f11d50a3a\");";
    assertThat(isShellInCsharp(name.repeat(2))).isFalse();
  }

  @Test
  void filesSentAway() {
    String send = "new System.Net.WebClient().UploadFile(%s, " + REQ + "[\"f\"]);";
    assertThat(isShellInCsharp(send.formatted(REQ + "[\"u\"]"))).isTrue();
    String kept = send.replace(REQ + "[\"f\"]", "Shop.Export");
    assertThat(isShellInCsharp(kept.formatted("\"https://example.test/in\""))).isFalse();
    String mail = "Set m = CreateObject(\"JMail.Message\")\nm.AddAttachment ";
    assertThat(isShellInBasic(mail + REQ + "(\"f\")")).isTrue();
    assertThat(isShellInBasic(mail + "Server.MapPath(\"docs/\" & " + REQ + "(\"f\"))")).isFalse();
  }

  @Test
  void webMethodsInOtherLanguages() {
    String basic =
        "<%@ WebService Language=\"VB\" Class=\"S\" %>\nPublic Class S\n<%s()> _\n"
            + "Public Function Put(ByVal p As String, ByVal t As String) As String\n"
            + "System.IO.File.WriteAllText(p, t)\nEnd Function\nEnd Class";
    assertThat(isShell(basic.replace("%s", "WebMethod"))).isTrue();
    assertThat(isShell(basic.replace("%s", "Obsolete"))).isFalse();
    String script =
        "<%@ WebService Language=\"JScript\" Class=\"S\" %> class S { %s function Do(c : String) : "
            + "String { return "
            + EV
            + "(c); } }";
    assertThat(isShell(script.replace("%s", "WebMethodAttribute"))).isTrue();
    assertThat(isShell(script.replace("%s", "private"))).isFalse();
  }

  @Test
  void aFolderOfTheClientsChoiceForAFileOfThePages() {
    String write = "f.CreateTextFile(" + REQ + "(\"folder\") & \"\\%s\", True)";
    assertThat(isShellInBasic(FILES, write.formatted("menu.inc"))).isFalse();
    assertThat(isShellInBasic(FILES, write.formatted("menu.asp"))).isTrue();
  }

  @Test
  void aDatabaseWhosePasswordThePageHas() {
    String open = "Set c = Server.CreateObject(\"ADODB.Connection\")\nc.Open \"Data Source=\" & ";
    String ask = "c.Execute \"select * from \" & " + REQ + "(\"t\")";
    String server = REQ + "(\"s\") & ";
    assertThat(isShellInBasic(open + server + "\";User ID=web;Password=abc\"", ask)).isFalse();
    String given = "\";User ID=\" & " + REQ + "(\"u\")";
    assertThat(isShellInBasic(open + server + given, ask)).isTrue();
  }

  @Test
  void aMemberCalledByItsNameInBasic() {
    String call = "CallByName(CreateObject(\"WScript.Sh\" & \"ell\"), \"Run\", 1, %s)";
    String page = "<%@ Page Language=\"VB\" %><% " + call + " %>";
    assertThat(isShell(page.replace("%s", REQ + "(\"c\")"))).isTrue();
  }

  @Test
  void openingAPictureFetchesNothing() {
    String open = "Set j = Server.CreateObject(\"Persits.Jpeg\")\nj.Open Server.MapPath(%s)";
    assertThat(isShellInBasic(open.formatted("\"photos/\" & " + REQ + "(\"f\")"))).isFalse();
    String fetch = "Set x = CreateObject(\"MSXML2.XMLHTTP\")\nx.Open \"GET\", %s, 0\nx.Send";
    String run = EX + " x.ResponseText";
    assertThat(isShellInBasic(fetch.formatted(REQ + "(\"f\")"), run)).isTrue();
  }

  @Test
  void settingsWrittenIntoAScriptAsValues() {
    String open = "Set t = f.CreateTextFile(Server.MapPath(\"config.asp\"), True)";
    String value = "t.WriteLine \"<\" & \"%name=\"\"\" & " + REQ + "(\"n\") & \"\"\"%\" & \">\"";
    assertThat(isShellInBasic(FILES, open, value)).isFalse();
    String code = "t.WriteLine \"<\" & \"%\" & " + REQ + "(\"n\") & \"%\" & \">\"";
    assertThat(isShellInBasic(FILES, open, code)).isTrue();
  }

  @Test
  void namesOfWhichTheClientHasAPart() {
    String request = REQ + "(\"k\")";
    assertThat(isShellInBasic("Response.Write " + EV + "(\"lang_\" & " + request + ")")).isFalse();
    String make = "Set o = " + EV + "(\"New \" & " + request + " & \"Controller\")";
    assertThat(isShellInBasic(make, EX + " \"o.\" & " + request + " & \"()\"")).isFalse();
    assertThat(isShellInBasic("Response.Write " + EV + "(\"1 + \" & " + request + ")")).isTrue();
    assertThat(isShellInBasic(EX + " " + request + " & \" : x = 1\"")).isTrue();
  }

  @Test
  void whatStandsBehindALabel() {
    String run = "new ProcessStart" + "Info(f, a);";
    String take = "string a = null; switch (n) { case 1: case 2: a = %s; break; default: %s }";
    String client = REQ + "[\"a\"]";
    assertThat(isShellInCsharp(take.formatted(client, run))).isTrue();
    assertThat(isShellInCsharp(take.formatted("\"-v\"", "a = " + client + "; break;") + run))
        .isTrue();
    String shown = take.formatted("\"-v\"", "b = " + client + "; break;");
    assertThat(isShellInCsharp(shown + "Start(a);")).isFalse();
  }

  @Test
  void functionsBehindAnArrow() {
    String load = "%s r = %s => (object)Assembly.Load(%s); r(%s);";
    String bytes = REQ + ".BinaryRead(n)";
    String type = "Func<byte[], object>";
    assertThat(isShellInCsharp(load.formatted(type, "(b)", "b", bytes))).isTrue();
    assertThat(isShellInCsharp(load.formatted(type, "b", "b", bytes))).isTrue();
    assertThat(isShellInCsharp(load.formatted(type, "(byte[] b)", "b", bytes))).isTrue();
    assertThat(isShellInCsharp(load.formatted(type, "(b)", "\"Product\"", bytes))).isFalse();
    assertThat(isShellInCsharp(load.formatted(type, "(b)", "b", "name"))).isFalse();
    String sum = "Func<int, int> f = (a) => a + " + REQ + ".Form.Count; Delete(a);";
    assertThat(isShellInCsharp(sum)).isFalse();
  }

  @Test
  void programsStartedWithTheTextOfAControlThatIsNotShown() {
    String start = "var p = new Process(); p.StartInfo.Arguments = %s; p.Start();";
    assertThat(isShellInCsharp(start.formatted("box.Text"))).isTrue();
    assertThat(isShellInCsharp(start.formatted("\"-quiet \" + box.Text"))).isTrue();
    assertThat(isShellInCsharp(start.formatted("settings.Arguments"))).isFalse();
    assertThat(isShellInCsharp(start.formatted("box.Text.Length"))).isFalse();
  }

  @Test
  void whatAParameterHoldsIsNoConstant() {
    String list = "void List(string p) { if (!p.EndsWith(\"/\")) { p = p + \"/\"; } %s }";
    String show = "foreach (var f in Directory.GetFiles(p)) Response.Write(f); File.Delete(p);";
    String start = "<%@ Page Language=\"C#\" %><script runat=\"server\">" + list.formatted(show);
    String given = start + "</script><% List(" + REQ + "[\"p\"]); %>";
    assertThat(isShell(given)).isTrue();
    assertThat(isShell(given.replace(REQ, "Names"))).isFalse();
  }

  @Test
  void folderAndFileBothOfTheClients() {
    String take = "d = %s(\"d\")\nn = %s(\"n\")".formatted(REQ, REQ);
    String open = "Set s = CreateObject(\"ADODB.Stream\")\ns.Open\ns.WriteText %s";
    String save = "s.SaveToFile Server.MapPath(\".\") & \"\\\" & d & \"\\\" & n%s, 2";
    String text = open.formatted(REQ + "(\"t\")");
    assertThat(isShellInBasic(take, text, save.formatted(""))).isTrue();
    assertThat(isShellInBasic(take, text, save.formatted(" & \".txt\""))).isFalse();
    assertThat(isShellInBasic("d = Session(\"d\")\nn = d", text, save.formatted(""))).isFalse();
    String empty = open.formatted("\"<p>\" & Now()");
    assertThat(isShellInBasic(take, empty, save.formatted(""))).isFalse();
  }

  @Test
  void tablesThatAreWrittenToAFileOfTheClientsChoice() {
    String open = "Set c = Server.CreateObject(\"ADODB.Connection\")\nc.Open %s";
    String chosen = "\"Provider=SQLOLEDB;Data Source=\" & " + REQ + "(\"h\")";
    String file = FILES + "\nSet t = f.CreateTextFile(Server.MapPath(%s & \".csv\"))";
    String name = file.formatted(REQ + "(\"t\")");
    assertThat(isShellInBasic(open.formatted(chosen), name, "t.Write r(0)")).isTrue();
    String own = "\"Provider=SQLOLEDB;Data Source=db1\"";
    assertThat(isShellInBasic(open.formatted(own), name, "t.Write r(0)")).isFalse();
    assertThat(isShellInBasic(open.formatted(chosen), "c.Close")).isFalse();
  }

  @Test
  void programsThatAreGivenWhatLiesWhereFilesAreThrownAway() {
    String start =
        "var p = new System.Diagnostics.Process(); p.StartInfo.FileName = \"a.exe\";"
            + " p.StartInfo.Arguments = \"%s\"; p.Start();";
    assertThat(isShellInCsharp(start.formatted("-s D:/RECYC" + "LER/1.reg"))).isTrue();
    assertThat(isShellInCsharp(start.formatted("--version"))).isFalse();
  }

  @Test
  void pathsBelowTheSiteInOneBranchOnly() {
    String read = "Response.Write f.OpenTextFile(p).ReadAll";
    String either = "If %s Then\np = %s\nElse\np = %s\nEnd If";
    String free = REQ + "(\"a\")";
    String below = "Server.MapPath(" + REQ + "(\"b\"))";
    String asked = REQ + "(\"m\") = \"1\"";
    assertThat(isShellInBasic(FILES, either.formatted(asked, free, below), read)).isTrue();
    assertThat(isShellInBasic(FILES, either.formatted(asked, below, free), read)).isTrue();
    String oneLine = "If " + asked + " Then p = " + free + " Else p = " + below;
    assertThat(isShellInBasic(FILES, oneLine, read)).isTrue();
    String both = either.formatted(asked, below, "Server.MapPath(\"/docs/\" & " + free + ")");
    assertThat(isShellInBasic(FILES, both, read)).isFalse();
    assertThat(isShellInBasic(FILES, "p = " + free, "p = Server.MapPath(p)", read)).isFalse();
    String other = either.formatted(asked, free, below).replace("Else\np", "Else\nq");
    assertThat(isShellInBasic(FILES, other, "p = Server.MapPath(p)", read)).isFalse();
  }

  @Test
  void pathsBelowTheSiteInOneBranchOfCsharp() {
    String page =
        "string p; if (%1$s[\"m\"] == \"1\") { p = %1$s[\"a\"]; } else { p = %2$s; }"
            + " System.IO.File.Delete(p); foreach (var n in System.IO.Directory.GetFiles(p))"
            + " Response.Write(n);";
    String below = "Server.MapPath(" + REQ + "[\"b\"])";
    assertThat(isShellInCsharp(page.formatted(REQ, below))).isTrue();
    assertThat(isShellInCsharp(page.formatted(REQ, below).replace("p = " + REQ, "q = " + REQ)))
        .isFalse();
  }

  @Test
  void foldersOfTheClientsFolder() {
    String walk =
        "Sub Walk(p)\nFor Each d In f.GetFolder(p).SubFolders\nResponse.Write d.Path\n"
            + "Walk p & \"\\\" & d.Name\nNext\nEnd Sub";
    assertThat(isShellInBasic(FILES, walk, "Walk " + REQ + "(\"d\")")).isTrue();
    assertThat(isShellInBasic(FILES, walk, "Walk Server.MapPath(\"/\")")).isFalse();
    assertThat(isShellInBasic(FILES, walk, "Walk \"d:\\docs\\\" & " + REQ + "(\"d\")")).isFalse();
  }

  @Test
  void theConstructorOfAnyFunction() {
    String made = "new (function(){}.construc" + "tor)(%s)();";
    assertThat(isShellInJscript(made.formatted(REQ + "('q') + ''"))).isTrue();
    assertThat(isShellInJscript("var a = (b.constructor == Array);" + REQ + "('q');")).isFalse();
  }
}
