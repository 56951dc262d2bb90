package org.wachtpost.inspect.report;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON (RFC 8259 §2) of maps, lists, text, numbers, booleans and null. */
final class Json {
  private Json() {}

  /** Writes a value, indented by two spaces per level. */
  static void write(@Nullable Object value, Appendable out) throws IOException {
    value(value, out, 0);
    out.append('\n');
  }

  private static void value(@Nullable Object value, Appendable out, int level) throws IOException {
    // Of a switch over types a class would be made at every start, which no cache has.
    if (value instanceof Map<?, ?> map) {
      object(map, out, level);
    } else if (value instanceof Iterable<?> list) {
      array(list, out, level);
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(String.valueOf(value));
    } else if (value instanceof CharSequence text) {
      string(text, out);
    } else {
      string(value.toString(), out);
    }
  }

  private static void object(Map<?, ?> map, Appendable out, int level) throws IOException {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    String separator = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      line(out, level + 1);
      string(String.valueOf(entry.getKey()), out);
      out.append(": ");
      value(entry.getValue(), out, level + 1);
      separator = ",";
    }
    line(out, level);
    out.append('}');
  }

  private static void array(Iterable<?> list, Appendable out, int level) throws IOException {
    String separator = "[";
    for (Object element : list) {
      out.append(separator);
      line(out, level + 1);
      value(element, out, level + 1);
      separator = ",";
    }
    if (separator.equals("[")) {
      out.append("[]");
      return;
    }
    line(out, level);
    out.append(']');
  }

  private static void line(Appendable out, int level) throws IOException {
    out.append('\n').append("  ".repeat(level));
  }

  private static void string(CharSequence text, Appendable out) throws IOException {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          boolean pairedHigh =
              Character.isHighSurrogate(c)
                  && i + 1 < text.length()
                  && Character.isLowSurrogate(text.charAt(i + 1));
          boolean pairedLow =
              Character.isLowSurrogate(c) && i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
          // Everything a terminal might obey is escaped too: JSON is often just printed.
          boolean plain =
              c >= 0x20 && c < 0x7f
                  || c >= 0xa1
                      && !Character.isSurrogate(c)
                      && Character.getType(c) != Character.FORMAT
                      && c != '\u2028'
                      && c != '\u2029';
          if (plain || pairedHigh || pairedLow) {
            out.append(c);
          } else {
            out.append(String.format("\\u%04x", (int) c));
          }
        }
      }
    }
    out.append('"');
  }
}
