package org.wachtpost.inspect.check;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Confidence;

/**
 * Whether a PowerShell script that names a tool of intruders uses it or looks for it. A responder's
 * own script names such tools too, in its texts or behind a command that searches; and whoever
 * wants to be taken for one adds such a command. So a name counts as looked for only if it stands
 * there alone, and if the rest of the script runs nothing that it did not bring. Pure.
 */
final class Scripts {
  /** Longer blocks are judged by their beginning; Windows splits scripts at about 20,000. */
  private static final int MAX_CHARACTERS = 256 * 1024;

  /** How sure it is that a tool is used, and why. */
  record Judgement(Confidence confidence, String reason) {}

  private static final Pattern TOOL =
      Pattern.compile(
          "powercat|nishang|mimikatz|invoke-powershelltcp|sekurlsa::|lsadump::|out-minidump"
              + "|minidumpwritedump|comsvcs[^\\n]{0,1000}?minidump|procdump[^\\n]{0,200}?\\blsass",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern SEARCHES =
      Pattern.compile(
          "select-string|findstr|-i?match\\b|web ?shells?\\b", Pattern.CASE_INSENSITIVE);

  /** Runs what is not written in the script itself, or reaches into memory. */
  private static final Pattern RUNS =
      Pattern.compile(
          "\\b(?:iex|invoke-expression|download(?:string|data|file)|frombase64string|start-process"
              + "|invoke-command|icm|invoke-item|virtualalloc|writeprocessmemory|createthread"
              + "|dllimport|minidumpwritedump|getdelegateforfunctionpointer)\\b"
              + "|reflection\\.assembly|\\s-e(?:nc|ncodedcommand)?\\s"
              + "|(?:^|[;|{(=&\\n])\\s{0,99}+(?:[^\\s;|{(=&]{0,200}\\\\)?"
              + "(?:cmd|powershell|pwsh|rundll32"
              + "|procdump(?:64)?|psexec(?:64)?|mshta)(?:\\.exe)?\\s"
              + "|\\bwmic\\b[^\\n;|]{0,200}?\\bcreate\\b|\\bschtasks\\b[^\\n;|]{0,99}?/create\\b"
              + "|(?:^|[;|{(=\\n])\\s{0,99}+[&.]\\s{0,9}[$('\"]",
          Pattern.CASE_INSENSITIVE);

  private static final Set<String> SEARCHERS =
      Set.of(
          "select-string",
          "sls",
          "findstr",
          "get-childitem",
          "gci",
          "dir",
          "ls",
          "test-path",
          "get-process",
          "get-service",
          "where-object",
          "where",
          "write-host",
          "write-output",
          "echo",
          "find",
          "get-content",
          "cat",
          "type",
          "get-winevent",
          "get-eventlog");

  private static final Pattern STATEMENT = Pattern.compile("[;|\\n{}()]");
  private static final Pattern BLANK = Pattern.compile("\\s");

  private Scripts() {}

  /**
   * The judgement on a script; null if it names no tool.
   *
   * @param whole false for a later part of a script: it may begin in a text, which then cannot be
   *     told from what is run
   */
  static @Nullable Judgement judge(String script, boolean whole) {
    String text = script.length() > MAX_CHARACTERS ? script.substring(0, MAX_CHARACTERS) : script;
    if (!TOOL.matcher(text).find()) {
      return null;
    }
    String code = code(text);
    if (uses(code)) {
      return new Judgement(
          Confidence.HIGH, "the script uses a tool that administrators do not use");
    }
    boolean searches = SEARCHES.matcher(text).find();
    if (!RUNS.matcher(whole ? code : text).find()) {
      return new Judgement(
          Confidence.LOW,
          "the script names such a tool in its texts alone, as one does that looks for it");
    }
    return searches
        ? new Judgement(
            Confidence.MEDIUM,
            "the script names such a tool as one does that looks for it, and runs what is not"
                + " written in it")
        : new Judgement(
            Confidence.HIGH, "the script names such a tool and runs what is not written in it");
  }

  /** A tool's name outside of texts, in a command that does not search. */
  private static boolean uses(String code) {
    for (String statement : STATEMENT.split(code)) {
      if (TOOL.matcher(statement).find()) {
        String command = statement.strip();
        String verb = BLANK.split(command, 2)[0].toLowerCase(Locale.ROOT);
        if (!SEARCHERS.contains(verb)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The script without its remarks, and its texts empty. */
  static String code(String script) {
    String text = straight(script);
    StringBuilder code = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith("<#", at)) {
        at = after(text, "#>", at + 2);
      } else if (c == '#' && (at == 0 || " \t\n;{}()".indexOf(text.charAt(at - 1)) >= 0)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == '@' && begins(text, at)) {
        char quote = text.charAt(at + 1);
        code.append(quote).append(quote);
        at = after(text, "\n" + quote + "@", at + 2);
      } else if (c == '\'' || c == '"') {
        int end = quoted(text, at, c);
        boolean runs = c == '"' && text.substring(at, end).contains("$(");
        code.append(c).append(runs ? text.substring(at + 1, end) : "").append(c);
        at = end;
      } else if (c == '`' && at + 1 < text.length()) {
        char escaped = text.charAt(at + 1);
        code.append(escaped == '\'' || escaped == '"' ? ' ' : escaped);
        at += 2;
      } else {
        code.append(c);
        at++;
      }
    }
    return code.toString();
  }

  /** To PowerShell the quotes of printed text are quotes too, and end those of the keyboard. */
  private static String straight(String text) {
    StringBuilder straight = new StringBuilder(text);
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c >= '\u2018' && c <= '\u201b') {
        straight.setCharAt(at, '\'');
      } else if (c >= '\u201c' && c <= '\u201e') {
        straight.setCharAt(at, '"');
      }
    }
    return straight.toString();
  }

  /** Whether a text of several lines begins here; blanks may follow its quote. */
  private static boolean begins(String text, int start) {
    if (start + 1 >= text.length() || "'\"".indexOf(text.charAt(start + 1)) < 0) {
      return false;
    }
    int at = start + 2;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at < text.length() && (text.charAt(at) == '\n' || text.charAt(at) == '\r');
  }

  private static int after(String text, String end, int from) {
    int found = text.indexOf(end, from);
    return found < 0 ? text.length() : found + end.length();
  }

  /** Where a text that begins at {@code start} has ended: quotes in it are doubled or escaped. */
  private static int quoted(String text, int start, char quote) {
    int at = start + 1;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '`' && quote == '"') {
        at++;
      } else if (c == quote) {
        if (at + 1 >= text.length() || text.charAt(at + 1) != quote) {
          return at + 1;
        }
        at++;
      }
      at++;
    }
    return text.length();
  }
}
