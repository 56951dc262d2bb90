package org.wachtpost.inspect.webshell;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a block of server code is read: where statements end, what a comment and a string is. */
enum Dialect {
  /** VBScript and Visual Basic .NET. */
  VB,
  CSHARP,
  JSCRIPT;

  /** From a {@code language} attribute; null if it is not one that a Windows web server has. */
  static @Nullable Dialect named(String language) {
    String name = language.toLowerCase(Locale.ROOT).strip();
    if (name.startsWith("vb") || name.startsWith("visualbasic")) {
      return VB;
    }
    if (name.startsWith("c#") || name.startsWith("cs") || name.startsWith("visualc")) {
      return CSHARP;
    }
    return name.startsWith("js") || name.startsWith("javascript") ? JSCRIPT : null;
  }

  /** A guess for code whose page does not say: lines that end as C does, or words of Basic. */
  static Dialect guess(String code, boolean dotNet) {
    int basic = 0;
    int braces = 0;
    int line = 0;
    while (line < code.length()) {
      int end = code.indexOf('\n', line);
      int stop = end < 0 ? code.length() : end;
      String text = code.substring(line, Math.min(stop, line + 400)).strip();
      if (text.endsWith(";") || text.endsWith("{") || text.endsWith("}") || text.startsWith("//")) {
        braces++;
      } else if (startsBasic(text.toLowerCase(Locale.ROOT))) {
        basic++;
      }
      line = stop + 1;
    }
    if (braces > basic) {
      return dotNet ? CSHARP : JSCRIPT;
    }
    return VB;
  }

  private static boolean startsBasic(String text) {
    return text.startsWith("dim ")
        || text.startsWith("set ")
        || text.startsWith("if ")
        || text.startsWith("end ")
        || text.startsWith("sub ")
        || text.startsWith("function ")
        || text.startsWith("next")
        || text.startsWith("else")
        || text.startsWith("on error")
        || text.startsWith("'");
  }
}
