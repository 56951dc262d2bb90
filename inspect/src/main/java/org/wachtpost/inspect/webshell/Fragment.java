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
    String octets = new String(content, StandardCharsets.ISO_8859_1);
    String text = octets.replace("\0", "").toLowerCase(Locale.ROOT); // UTF-16 as well
    if (hasTag(text)) {
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

  /** Whether a tag stands in it, and not just {@code a < b} or {@code a <> b}. */
  private static boolean hasTag(String text) {
    int at = text.indexOf('<');
    while (at >= 0) {
      char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
      if (Character.isLetter(next) || "%!/?".indexOf(next) >= 0) {
        return true;
      }
      at = text.indexOf('<', at + 1);
    }
    return false;
  }
}
