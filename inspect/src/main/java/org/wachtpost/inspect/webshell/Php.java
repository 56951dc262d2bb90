package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Blocks of PHP, which a server may run beside ASP whatever the file is called. They are not
 * parsed: what runs the client's text in the statement that reads it is a shell.
 */
final class Php {
  static final ShellVerdict VERDICT =
      new ShellVerdict(
          75, true, ShellVerdict.Kind.CODE, List.of("runs in PHP what the client sends"));

  static final String START = "<?php";

  /** Longer blocks are looked at up to here. */
  private static final int MAX_CHARS = 64 << 10;

  private static final String SENT = "[^;]{0,200}\\$_(?:post|get|request|cookie)\\b";

  private static final Pattern RUNS =
      Pattern.compile(
          "(?i)(?<![>:\\w])(?:eval|assert|system|exec|shell_exec|passthru|popen|proc_open"
              + "|create_function|call_user_func|call_user_func_array)\\s*\\("
              + SENT
              + "|(?<!\\w)preg_replace\\s*\\(\\s*[\"'][^\"']{1,100}/[imsxu]{0,5}e[imsxu]{0,5}[\"']"
              + SENT
              + "|`[^`;]{0,200}\\$_(?:post|get|request|cookie)\\b");

  private Php() {}

  static boolean runsRequest(SourceText source) {
    int at = source.indexOfIgnoreCase(START, source.from());
    while (at >= 0) {
      int close = source.indexOfIgnoreCase("?>", at);
      int end = Math.min(close < 0 ? source.to() : close, at + MAX_CHARS);
      if (RUNS.matcher(source.part(at, end)).find()) {
        return true;
      }
      at = close < 0 ? -1 : source.indexOfIgnoreCase(START, close);
    }
    return false;
  }
}
