package org.wachtpost.inspect.webshell;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A line to be put inside a page, as {@code ":eval request("a")'} in a settings file that a page
 * includes: it has no tag of its own, and nothing in it but running what the client sends.
 */
final class Fragment {
  static final ShellVerdict VERDICT =
      new ShellVerdict(
          70, true, ShellVerdict.Kind.CODE, List.of("is a line that runs what the client sends"));

  private static final List<String> RUNS = List.of("eval", "execute", "executeglobal");

  private Fragment() {}

  static boolean runsRequest(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (text.indexOf('<') >= 0) {
      return false; // a page: judged as one
    }
    int at = text.indexOf("request");
    while (at > 0) {
      int before = at;
      while (before > 0 && (text.charAt(before - 1) == ' ' || text.charAt(before - 1) == '(')) {
        before--;
      }
      int from = before;
      while (from > 0 && Character.isLetter(text.charAt(from - 1))) {
        from--;
      }
      int after = at + "request".length();
      boolean takes = after < text.length() && "(.[ ".indexOf(text.charAt(after)) >= 0;
      if (takes && before < at && RUNS.contains(text.substring(from, before))) {
        return true;
      }
      at = text.indexOf("request", after);
    }
    return false;
  }
}
