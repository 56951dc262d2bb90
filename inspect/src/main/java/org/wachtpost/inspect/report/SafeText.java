package org.wachtpost.inspect.report;

/** Hostile strings made harmless for the place where they are shown. */
final class SafeText {
  private SafeText() {}

  /** For a terminal: control, direction-changing and invisible characters are shown as escapes. */
  static String terminal(String text) {
    return shown(text, false);
  }

  /** For a terminal that shows ASCII alone: all else as escapes too. */
  static String plain(String text) {
    return shown(text, true);
  }

  private static String shown(String text, boolean ascii) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (dangerous(c) || ascii && c > 0x7f) {
            out.append(c < 0x100 ? String.format("\\x%02x", c) : String.format("\\u{%x}", c));
          } else {
            out.appendCodePoint(c);
          }
        });
    return out.toString();
  }

  private static boolean dangerous(int c) {
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.PRIVATE_USE
        || type == Character.UNASSIGNED;
  }

  /** For HTML text and attributes in double quotes; what a terminal would obey is shown too. */
  static String html(String text) {
    return terminal(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** For a CSV cell: always quoted, never the beginning of a formula, in full width neither. */
  static String csv(String text) {
    String shown = terminal(text);
    boolean formula =
        !shown.isEmpty()
            && "=+-@|%\uff1d\uff0b\uff0d\uff20"
                    .indexOf(shown.stripLeading().isEmpty() ? ' ' : shown.stripLeading().charAt(0))
                >= 0;
    return '"' + (formula ? "'" : "") + shown.replace("\"", "\"\"") + '"';
  }
}
