package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Controls that call something by themselves with what the client sends. */
class DataSourcesTest extends PageTest {
  private static final String SOURCE =
      "<form runat=\"server\"><asp:ObjectDataSource ID=\"o\" runat=\"server\" TypeName=\"%s\""
          + " SelectMethod=\"%s\"><SelectParameters><asp:QueryStringParameter Name=\"a\""
          + " QueryStringField=\"a\"/></SelectParameters></asp:ObjectDataSource></form>";

  private static final String PAGE = "<%@ Page Language=\"C#\" %>";

  @Test
  void methodsOfTheSystem() {
    String start = SOURCE.formatted("System.Diagnostics.Pro" + "cess, System", "Start");
    assertThat(isShell(PAGE + start)).isTrue();
    assertThat(isShell(PAGE + start.replace("runat=\"server\"", ""))).isFalse();
    assertThat(isShell(PAGE + SOURCE.formatted("System.Diagnostics.Process", "GetCurrentProcess")))
        .isFalse();
    assertThat(isShell(PAGE + SOURCE.formatted("Shop.Process, Shop", "Start"))).isFalse();
  }

  @Test
  void methodsOfThePage() {
    String code =
        "<script runat=\"server\">public static void Put(string n, string t) {"
            + " System.IO.File.WriteAllText(n, t); }</script>";
    assertThat(isShell(PAGE + code + SOURCE.formatted("ASP.put_aspx", "Put"))).isTrue();
    String insert = SOURCE.formatted("ASP.put_aspx", "Put").replace("Select", "Insert");
    assertThat(isShell(PAGE + code + insert)).isTrue();
    assertThat(isShell(PAGE + code + SOURCE.formatted("ASP.put_aspx", "Other"))).isFalse();
  }

  @Test
  void proceduresThatStartPrograms() {
    String sql =
        "<asp:SqlDataSource ID=\"s\" runat=\"server\" ConnectionString=\"Data Source=db\""
            + " SelectCommand=\"%s\" />";
    assertThat(isShell(PAGE + sql.formatted("EXEC master..xp_cmd" + "shell @c"))).isTrue();
    assertThat(isShell(PAGE + sql.formatted("EXEC dbo.xp_orders @c"))).isFalse();
  }

  @Test
  void namesThatAreNoneMakeNoCode() {
    String method = "a();b";
    assertThat(DataSources.code(Map.of("selectmethod", method))).isNull();
    assertThat(DataSources.code(Map.of("typename", "System.A(B)", "selectmethod", "Go")))
        .startsWith("this.Go(");
    assertThat(DataSources.code(Map.of("typename", "System.A"))).isNull();
  }
}
