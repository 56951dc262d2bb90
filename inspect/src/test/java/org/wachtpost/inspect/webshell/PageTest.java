package org.wachtpost.inspect.webshell;

import java.nio.charset.StandardCharsets;

/**
 * Pages of a test, judged by their content. Constructs are written in pieces, so that no scanner
 * takes the tests for what they describe.
 */
abstract class PageTest {
  protected static final String REQ = "Req" + "uest";
  protected static final String EV = "ev" + "al";
  protected static final String EX = "exec" + "ute";

  protected final ShellScanner scanner = new ShellScanner(ShellRules.builtIn());

  protected final boolean isShell(String page) {
    return scanner.scan(page.getBytes(StandardCharsets.UTF_8)).shell();
  }

  protected final boolean isShellInBasic(String... lines) {
    return isShell("<%\n" + String.join("\n", lines) + "\n%>");
  }

  protected final boolean isShellInCsharp(String code) {
    return isShell("<%@ Page Language=\"C#\" %><% " + code + " %>");
  }

  protected final boolean isShellInJscript(String code) {
    return isShell("<%@ Language=JScript %><% " + code + " %>");
  }
}
