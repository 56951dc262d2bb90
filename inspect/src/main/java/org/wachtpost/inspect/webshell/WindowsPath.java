package org.wachtpost.inspect.webshell;

import java.util.Locale;
import java.util.Set;

/**
 * A path as evidence names it, made comparable: lower case, backslashes, version folders as {@code
 * <ver>}.
 *
 * @param text the whole path
 */
record WindowsPath(String text) {
  /** Endings that IIS gives to a script engine as Exchange sets it up, or by default. */
  private static final Set<String> EXECUTED =
      Set.of(
          "aspx", "ashx", "asmx", "asax", "ascx", "master", "svc", "asp", "asa", "cer", "cdx",
          "soap", "rem", "cshtml", "vbhtml", "xamlx", "axd", "php", "jsp", "stm", "shtm", "shtml");

  static WindowsPath of(String path) {
    String flat = path.replace('/', '\\').toLowerCase(Locale.ROOT);
    StringBuilder text = new StringBuilder(flat.length());
    for (String part : flat.split("\\\\", -1)) {
      // trailing dots and spaces are not part of a name on Windows, a stream is not another file
      String name = part.strip();
      int colon = name.indexOf(':', 2);
      name = colon > 0 ? name.substring(0, colon) : name;
      while ((name.endsWith(".") || name.endsWith(" ")) && name.length() > 2) {
        name = name.substring(0, name.length() - 1);
      }
      text.append(isVersion(name) ? "<ver>" : name).append('\\');
    }
    text.setLength(Math.max(0, text.length() - 1));
    return new WindowsPath(text.toString());
  }

  /** The path under the Exchange folder, without a leading backslash; empty if it is not there. */
  String underExchange() {
    int v15 = text.indexOf("\\exchange server\\v15\\");
    if (v15 >= 0) {
      return text.substring(v15 + "\\exchange server\\v15\\".length());
    }
    String rooted = "\\" + text;
    for (String top : new String[] {"\\frontend\\httpproxy\\", "\\clientaccess\\"}) {
      int at = rooted.indexOf(top);
      if (at >= 0) {
        return rooted.substring(at + 1);
      }
    }
    return "";
  }

  String fileName() {
    return text.substring(text.lastIndexOf('\\') + 1);
  }

  String folder() {
    int end = text.lastIndexOf('\\');
    return end < 0 ? "" : text.substring(0, end);
  }

  /** The file name without its ending. */
  String stem() {
    String name = fileName();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  boolean isExecuted() {
    String name = fileName();
    return EXECUTED.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static boolean isVersion(String name) {
    int dots = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return dots >= 2 && name.startsWith("15.");
  }
}
