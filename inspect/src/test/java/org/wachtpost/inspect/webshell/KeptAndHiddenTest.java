package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * Code that is kept elsewhere or put together out of pieces, and what sends or writes without any
 * of the usual names, each beside the ordinary page that comes closest. Constructs are written in
 * pieces, so that no scanner takes this file for what it describes.
 */
class KeptAndHiddenTest extends PageTest {
  @Test
  void codeThatReadsTheRequestBehindBase64() {
    String call = "popup(popup(Encoding.UTF8.GetString(Convert.FromBase64String(\"%s\"))));";
    String hidden = "UmVxdWVzdC5J" + "dGVtWyJ6Il0=";
    assertThat(isShell("<% " + call.formatted(hidden) + " %>")).isTrue();
    assertThat(isShellInCsharp(call.formatted(hidden))).isTrue();
    assertThat(isShellInCsharp(call.formatted("T3JkZXIuSXRlbVsieiJd"))).isFalse();
  }

  @Test
  void codeOutOfTheElementsOfAnArray() {
    String[] parts = {"a(0) = \"ev\" : a(1) = \"al(\"", "a(2) = \"" + REQ + "(\"\"z\"\"))\""};
    assertThat(isShellInBasic("Dim a(2)", parts[0], parts[1], EX + " a(0) & a(1) & a(2)")).isTrue();
    assertThat(isShellInBasic("Dim a(2)", parts[0], parts[1], EX + "Page a(0) & a(1)")).isFalse();
    String taken = "a(1) = n";
    assertThat(isShellInBasic("Dim a(2)", parts[0], taken, EX + " a(0) & a(1)")).isFalse();
  }

  @Test
  void codeThatADatabaseKeeps() {
    String open = "Set c = Server.CreateObject(\"ADODB.Connection\")\nc.Open k";
    String field = "Set r = c.Execute(\"select code from t\")\n" + EX + " r(\"code\")";
    assertThat(isShellInBasic(open, field)).isTrue();
    String set = "Set r = Server.CreateObject(\"ADODB.Recordset\")\nr.Open \"t\", c";
    assertThat(isShellInBasic(open, set, "s = r.Fields(\"x\").Value", EX + "Global s")).isTrue();
    String shown = "Response.Write r(\"code\")";
    assertThat(isShellInBasic(open, set, shown, EX + " \"Call A\" & k")).isFalse();
    String product = "<!--#include file=\"conn.asp\"--><% " + set + "\n" + EX + " r(\"code\") %>";
    assertThat(isShell(product)).isFalse();
  }

  @Test
  void codeThatThePageReadsOutOfItself() {
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String own = REQ + ".ServerVariables(\"SCRIPT_NAME\")";
    String read = "t = f.OpenTextFile(Server.MapPath(%s)).ReadAll";
    String run = EX + " StrReverse(Mid(t, 900))";
    assertThat(isShellInBasic(open, read.formatted(own), run)).isTrue();
    assertThat(isShellInBasic(open, read.formatted("\"lang.inc\""), run)).isFalse();
    assertThat(isShellInBasic(open, read.formatted(own), "Response.Write t")).isFalse();
  }

  @Test
  void documentsSavedWhereTheClientSays() {
    String make = "Set d = CreateObject(\"Microsoft.XMLDOM\")\nd.loadXML %s\nd.save %s";
    String text = REQ + "(\"x\")";
    String name = REQ + "(\"n\")";
    assertThat(isShellInBasic(make.formatted(text, name))).isTrue();
    assertThat(isShellInBasic(make.formatted(text, "Server.MapPath(" + name + ")"))).isTrue();
    String below = "Server.MapPath(\"orders/\" & " + name + " & \".xml\")";
    assertThat(isShellInBasic(make.formatted(text, below))).isFalse();
    assertThat(isShellInBasic(make.formatted(text, "Server.MapPath(\"a.xml\")"))).isFalse();
    String picture = "var b = new Bitmap(640, 480); b.Save(Path.Combine(Shop.Folder, %s));";
    assertThat(isShellInCsharp(picture.formatted(REQ + "[\"n\"]"))).isFalse();
  }

  @Test
  void aComponentThatIsAScriptElsewhere() {
    String get = "Set o = GetObject(\"%s\" & " + REQ + "(\"u\"))";
    assertThat(isShellInBasic(get.formatted("script:"))).isTrue();
    assertThat(isShellInBasic(get.formatted("LDAP:"))).isFalse();
  }

  @Test
  void portsTriedByConnectionsToDatabases() {
    String open =
        "Set c = Server.CreateObject(\"ADODB.Connection\")\nOn Error Resume Next\n"
            + "c.Open \"Provider=SQLOLEDB;Data Source=\" & "
            + REQ
            + "(\"ip\") & \",\" & p & \";User ID=a;Password=;\"";
    String tell = "If InStr(Err.Description, \"%s\") > 0 Then Response.Write p";
    assertThat(isShellInBasic(open, tell.formatted("(Connect())."))).isTrue();
    assertThat(isShellInBasic(open, tell.formatted("Login failed"))).isFalse();
  }

  @Test
  void whatOthersSendIsListenedTo() {
    String socket = "var s = new Socket(AddressFamily.InterNetwork, SocketType.Raw, %s);";
    String listen = "s.IOControl(IOControlCode.ReceiveAll, on, off);";
    assertThat(isShellInCsharp(socket.formatted("ProtocolType.IP") + listen)).isTrue();
    assertThat(isShellInCsharp(socket.formatted("ProtocolType.Icmp") + "s.SendTo(b, e);"))
        .isFalse();
  }

  @Test
  void theConstructorOfAnObjectRunsNothing() {
    String take = "var a = " + REQ + "(\"k\") + \"\";";
    assertThat(isShellInJscript(take + "if (a.constructor == String) a = " + REQ + "(\"b\");"))
        .isFalse();
    assertThat(isShellInJscript(take + "var o = new this.constructor; o.name = a;")).isFalse();
    assertThat(isShellInJscript("''.constructor.constructor(" + REQ + "(\"k\") + '')();")).isTrue();
  }

  @Test
  void controlsWhoseTagEndsBehindABareValue() {
    String page =
        "<%%@ Page Language=\"C#\" %%><script runat=server>void A(object o, EventArgs e) {"
            + " new TcpClient().Connect(ip.Text, 80); }</script>"
            + "<form runat=server><asp:TextBox id=ip %s/></form>";
    assertThat(isShell(page.formatted("runat=server"))).isTrue();
    assertThat(isShell(page.formatted("name=ip"))).isFalse();
  }

  @Test
  void evalUnderAnotherName() {
    String run = "f(" + REQ + "(\"k\") + '');";
    assertThat(isShellInJscript("var f = this[\"ev\" + \"al\"]; " + run)).isTrue();
    assertThat(isShellInJscript("var f = this[\"sh\" + \"ow\"]; " + run)).isFalse();
    String global = "var g = this; g[\"ev\" + \"al\"](" + REQ + "(\"k\") + '');";
    assertThat(isShellInJscript(global)).isTrue();
    assertThat(isShellInJscript(global.replace("= this;", "= new Sheet();"))).isFalse();
  }

  @Test
  void tablesOfADatabaseWhosePasswordThePageHas() {
    String open = "var c = new SqlConnection(\"Server=db;Uid=web;Pwd=%s\");";
    String show = "foreach (DataColumn k in t.Columns) Response.Write(k.ColumnName);";
    String endless = "Server.ScriptTimeout = 999999999; ";
    String known = open.formatted("abc");
    assertThat(isShellInCsharp(endless + known + show)).isTrue();
    assertThat(isShellInCsharp("Server.ScriptTimeout = 600; " + known + show)).isFalse();
    assertThat(isShellInCsharp(endless + open.formatted("") + show)).isFalse();
    assertThat(isShellInCsharp(endless + known + "Response.Write(t.Rows[0][\"n\"]);")).isFalse();
  }

  @Test
  void accountsAndSecretsOfTheHost() {
    String list = "For Each u In GetObject(\"%s\") : Response.Write u.Name : Next";
    assertThat(isShellInBasic(list.formatted("WinNT://."))).isTrue();
    assertThat(isShellInBasic(list.formatted("WinNT://CORP"))).isFalse();
    String read = "Response.Write CreateObject(\"WScript.Sh\" & \"ell\").RegRead(\"HKLM\\%s\")";
    String port = "SYSTEM\\Control\\Terminal Server\\WinStations\\RDP-Tcp\\PortNumber";
    assertThat(isShellInBasic(read.formatted(port))).isTrue();
    assertThat(isShellInBasic(read.formatted("SOFTWARE\\Shop\\Version"))).isFalse();
  }

  @Test
  void theFirstPageOfEveryFolder() {
    String walk =
        "Set f = CreateObject(\"Scripting.FileSystemObject\")\nFor Each k In "
            + "f.GetFolder(%s).SubFolders\nf.CreateTextFile(k.Path & \"\\%s\").Write t\nNext";
    assertThat(isShellInBasic(walk.formatted("\"d:\\sites\"", "index.htm"))).isTrue();
    assertThat(isShellInBasic(walk.formatted("Server.MapPath(\"/\")", "index.htm"))).isFalse();
    assertThat(isShellInBasic(walk.formatted("\"d:\\sites\"", "stats.txt"))).isFalse();
  }

  @Test
  void aFileOfAKnownKind() {
    String send = "var f = Path.Combine(Shop.Folder, %s); Response.TransmitFile(f);";
    String name = REQ + "[\"f\"]";
    assertThat(isShellInCsharp(send.formatted(name + " + \".jpg\""))).isFalse();
    assertThat(isShellInCsharp(send.formatted(name))).isTrue();
  }

  @Test
  void codeOutOfWhatAnotherServerSends() {
    String fetch = "Set x = CreateObject(\"MSXML2.XMLHTTP\")\nx.Open \"GET\", u & n, 0\nx.Send";
    assertThat(isShellInBasic(fetch, EX + "Global ToText(x.ResponseBody)")).isTrue();
    assertThat(isShellInBasic(fetch, "Response.BinaryWrite x.ResponseBody")).isFalse();
  }

  @Test
  void evalAsSitesThatShowItRewriteIt() {
    String given = "(" + REQ + "(\"k\"))";
    assertThat(isShellInBasic(EV + "_r" + given)).isTrue();
    assertThat(isShellInBasic(EV + "_row" + given)).isFalse();
  }

  @Test
  void phpInAFileOfAnotherName() {
    String page = "<html><?php %s ?></html>";
    String sent = "$_PO" + "ST['c']";
    assertThat(isShell(page.formatted("@" + EV + "(" + sent + ");"))).isTrue();
    assertThat(isShell(page.formatted("preg_replace('/x/e', " + sent + ", 's');"))).isTrue();
    assertThat(isShell(page.formatted("$n = preg_replace('/x/i', '', " + sent + ");"))).isFalse();
    assertThat(isShell(page.formatted("$db->exec('n' . " + sent + ");"))).isFalse();
    assertThat(isShell(page.formatted("echo " + sent + "; " + EV + "($t);"))).isFalse();
    assertThat(isShell("<?xml version=\"1.0\"?>" + EV + "(" + sent + ")")).isFalse();
  }

  @Test
  void blockBehindTheSignOfOneInAPicture() {
    String chance = "GIF89a<%\1\2\3\4\5\6 k \1\2";
    assertThat(isShell(chance + "<%" + EV + " " + REQ + "(\"c\")%>")).isTrue();
    assertThat(isShell(chance + "<%=" + REQ + "(\"c\")%>")).isFalse();
  }

  @Test
  void codeThatItsOwnNameIsChangedInto() {
    String held = "k = \"ev0a0l re0qu0est(0%s0)\"";
    String change = "k = Replace(k, \"0\", \"\")";
    String run = EX + " k";
    assertThat(isShellInBasic(held.formatted("\"\"p\"\""), change, run)).isTrue();
    assertThat(isShellInBasic("k = \"Ca0ll Sh0ow\"", change, run)).isFalse();
    assertThat(isShellInBasic("k = Names(1)", change, run)).isFalse();
    String[] twice = {"k = LCase(Mid(k, 2))", "k = StrReverse(k)"};
    String back = new StringBuilder("x" + EV + "(" + REQ + "(1))").reverse().toString();
    assertThat(isShellInBasic("k = \"-" + back + "\"", twice[0], twice[1], run)).isTrue();
  }

  @Test
  void piecesInADictionary() {
    String make = "Set d = Server.CreateObject(\"Scripting.Dictionary\")";
    String first = "d.Add \"a\", \"ev\"";
    String second = "d.Add(\"b\", \"al(" + REQ + "(\"\"z\"\"))\")";
    String third = "d(\"b\") = \"al(" + REQ + "(\"\"z\"\"))\"";
    String run = EX + " d.Item(\"a\") & d(\"b\")";
    assertThat(isShellInBasic(make, first, second, run)).isTrue();
    assertThat(isShellInBasic(make, first, third, run)).isTrue();
    assertThat(isShellInBasic(make, first, "d.Add \"b\", \"en = 1\"", run)).isFalse();
    String shown = "Response.Write d.Item(\"a\") & d(\"b\")";
    assertThat(isShellInBasic(make, first, second, shown)).isFalse();
  }

  @Test
  void whatRunsCodeHandedOnAsAValue() {
    String take = "function t() { return " + REQ + "('a') + ''; } ";
    String give = "function g() { return " + EV + " } g()(t());";
    assertThat(isShellInJscript(take + give)).isTrue();
    assertThat(isShellInJscript(take + "var a = [" + EV + "]; a[0](t());")).isTrue();
    assertThat(isShellInJscript(take + "r(" + EV + ", t()); function r(f, c) { f(c) }")).isTrue();
    String asks = "if (typeof(" + EV + ") == 'function') { Response.Write(t()); }";
    assertThat(isShellInJscript(take + asks)).isFalse();
    assertThat(isShellInJscript(take + "var e = " + EV + "('1 + 1'); Response.Write(t());"))
        .isFalse();
    String made = "Function(" + REQ + ".Item['a'] + '')();";
    assertThat(isShellInJscript(made)).isTrue();
    assertThat(isShellInJscript("(function(a) { Response.Write(a) })(" + REQ + "('a'));"))
        .isFalse();
    String global = "var g = this; var a = ['ev', 'al']; g[%s](" + REQ + "('a') + '');";
    assertThat(isShellInJscript(global.formatted("a.join('')"))).isTrue();
    assertThat(isShellInJscript(global.formatted("name"))).isFalse();
  }

  @Test
  void filesThatTheServerRunsInThePlaceOfThePage() {
    String run = "Server." + EX + " %s";
    String chosen = REQ + "(\"p\")";
    assertThat(isShellInBasic(run.formatted(chosen))).isTrue();
    assertThat(isShellInBasic(run.formatted("(" + chosen + ")"))).isTrue();
    assertThat(isShellInBasic(run.formatted("\"pages/\" & " + chosen + " & \".asp\""))).isFalse();
    String checks = "If InStr(names, %s) = 0 Then Response.Redirect \"/\"\n".formatted(chosen);
    String shows = "Response.Write \"<p>one of the pages of this site</p>\"\n".repeat(4);
    assertThat(isShellInBasic(checks, shows, run.formatted(chosen))).isFalse();
    assertThat(isShellInBasic(run.formatted("\"/logo.gif\""))).isTrue();
    assertThat(isShellInBasic(run.formatted("\"/logo.asp\""))).isFalse();
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String write = "f.CreateTextFile(Server.MapPath(\"%s.inc\"), True).Write %s";
    String[] own = {write.formatted("t", chosen), run.formatted("\"t.inc\"")};
    assertThat(isShellInBasic(open, own[0], own[1])).isTrue();
    assertThat(isShellInBasic(open, own[0], run.formatted("\"foot.inc\""))).isFalse();
    assertThat(isShellInBasic(open, write.formatted("t", "Now()"), own[1])).isFalse();
  }

  @Test
  void aLineWithoutATagThatCompares() {
    String line = "if %s(\"a\") <> \"\" then %sGlobal %s(\"a\")".formatted(REQ, EX, REQ);
    assertThat(isShell(line)).isTrue();
    assertThat(isShell("<p>" + line + "</p>")).isFalse();
    assertThat(isShell(line.replace(EX, "Execut"))).isFalse();
    assertThat(scanner.scan(line.getBytes(StandardCharsets.UTF_16LE)).shell()).isTrue();
    assertThat(scanner.scan(line.getBytes(StandardCharsets.UTF_16)).shell()).isTrue();
  }

  @Test
  void namesOutOfArraysOfCharacters() {
    String spelled = "new string(new char[] {'P','r','o','c','e','s','s'})";
    String type = "Type.GetType(\"System.Diagnostics.\" + %s + \", System\")";
    String call = ".GetMethod(\"Start\").Invoke(null, new object[] {\"x\", %s});";
    String client = REQ + "[\"a\"]";
    assertThat(isShellInCsharp(type.formatted(spelled) + call.formatted(client))).isTrue();
    assertThat(isShellInCsharp("Show(" + spelled + ", " + client + ");")).isFalse();
    String read = "Sys.Load(new string(new char[] {'/', sign}), " + client + ");";
    assertThat(isShellInCsharp(read)).isFalse();
  }

  /** Whoever asks for it, a page with code is there afterwards. */
  @Test
  void pagesThatOnlyPlantAnotherOne() {
    String handler = "<%@ WebHandler Language=\"C#\" Class=\"H\" %>public class H : IHttpHandler {";
    String body = "public void ProcessRequest(HttpContext c) { %s } }";
    String write = "var f = File.CreateText(c.Server.MapPath(\"a.%s\")); f.Write(\"%s\");";
    String include = "<!--#include file=\\\"b.aspx\\\" -->";
    assertThat(isShell(handler + body.formatted(write.formatted("aspx", include)))).isTrue();
    assertThat(isShell(handler + body.formatted(write.formatted("html", include)))).isFalse();
    assertThat(isShell(handler + body.formatted(write.formatted("aspx", "closed")))).isFalse();
    String broken = "<%eval(Request[\"k\"])%>".replace("eval", EV);
    assertThat(isShell(handler + body.formatted(write.formatted("asp", broken)))).isTrue();
    String open = "Set f = CreateObject(\"Scripting.FileSystemObject\")";
    String make = "Set t = f.CreateTextFile(Server.MapPath(\"inc/a.asp\"), True)";
    String value = "t.Write \"<\" & \"%n=\"\"\" & " + REQ + "(\"n\") & \"\"\"%\" & \">\"";
    assertThat(isShellInBasic(open, make, value)).isFalse();
  }

  @Test
  void namesThatNothingIsGivenTo() {
    String make = "Set s = Server.CreateObject(\"WSc\"%s\"ript.Sh\"%s\"ell\")";
    String run = "Response.Write s.Exec(" + REQ + "(\"c\")).StdOut.ReadAll";
    assertThat(isShellInBasic(make.formatted(" & q & ", " & q & "), run)).isTrue();
    assertThat(isShellInBasic("Dim q, r", make.formatted(" & q & ", "&r&"), run)).isTrue();
    assertThat(isShellInBasic("q = \"x\"", make.formatted(" & q & ", " & q & "), run)).isFalse();
    String given = "Set s = Server.CreateObject(\"WScript.\" & q & \"hell\")";
    assertThat(isShell("<%@ Page Language=\"VB\" %><%Dim q = \"S\"\n" + given + "\n" + run + "%>"))
        .isTrue();
    String parts = "Set s = Server.CreateObject(\"Shop\" & q & \"Cart.Lines\")";
    assertThat(isShellInBasic(parts, run)).isFalse();
  }

  @Test
  void aTextFileThatThePageWritesAndRuns() {
    String files = "Set s = CreateObject(\"Scripting.FileSystemObject\")";
    String place = "Server.MapPath(\".\") & \"\\visits.log\"";
    String write = "Set f = s.CreateTextFile(" + place + ", True)";
    String text = "f.Write " + REQ + "(\"c\")";
    assertThat(isShellInBasic(files, write, text, "Server.Execute \"visits.log\"")).isTrue();
    assertThat(isShellInBasic(files, write, text, "Server.Transfer \"/visits.log\"")).isTrue();
    String read = EX + " s.OpenTextFile(" + place + ").ReadAll";
    assertThat(isShellInBasic(files, write, text, read)).isTrue();
    String page = "<%" + String.join("\n", files, write, text) + "%><!--#include file=\"%s\"-->";
    assertThat(isShell(page.replace("%s", "visits.log"))).isTrue();
    assertThat(isShell(page.replace("%s", "foot.inc"))).isFalse();
    assertThat(isShellInBasic(files, write, text)).isFalse();
    assertThat(isShellInBasic(files, write, text, "Server.Transfer \"done.asp\"")).isFalse();
  }

  @Test
  void aFileThatOnlySharesItsNameWithOneThatIsRun() {
    String keep =
        "Set f = CreateObject(\"Scripting.FileSystemObject\")\n"
            + "f.OpenTextFile(Server.MapPath(\"%s\"),"
            + " 8).Write "
            + REQ
            + "(\"text\")";
    String thank = "If late Then Response.Redirect \"thanks.htm\"\nServer.Transfer \"thanks.htm\"";
    assertThat(isShellInBasic(keep.formatted("feedback.log"), thank)).isFalse();
    assertThat(isShellInBasic(keep.formatted("thanks.htm"), thank)).isTrue();
  }
}
