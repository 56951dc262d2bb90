package org.wachtpost.inspect.log;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The columns of a log as its header names them; names are compared without letter case. */
public final class Fields {
  /** A column that the header does not have. */
  public static final int ABSENT = -1;

  private final List<String> names;
  private final Map<String, Integer> indexes = new HashMap<>();

  /** Columns in order; of a name given twice the first counts. */
  public Fields(List<String> names) {
    this.names = List.copyOf(names);
    for (int i = 0; i < names.size(); i++) {
      indexes.putIfAbsent(names.get(i).toLowerCase(Locale.ROOT), i);
    }
  }

  /** The names of a header line, without {@code #Fields:}. */
  static Fields parse(String header, char separator) {
    String[] parts = header.strip().split(separator == ' ' ? " +" : String.valueOf(separator), -1);
    List<String> names = new java.util.ArrayList<>(parts.length);
    for (String part : parts) {
      String name = part.strip();
      if (name.length() > 1 && name.startsWith("\"") && name.endsWith("\"")) {
        name = name.substring(1, name.length() - 1);
      }
      names.add(name);
      if (names.size() == LogScanner.MAX_COLUMNS) {
        break;
      }
    }
    return new Fields(names);
  }

  /** The column's place counted from 0, or {@link #ABSENT}. */
  public int index(String name) {
    return indexes.getOrDefault(name.toLowerCase(Locale.ROOT), ABSENT);
  }

  /** True if the header has this column. */
  public boolean has(String name) {
    return index(name) != ABSENT;
  }

  /** How many columns the header names. */
  public int size() {
    return names.size();
  }

  /** The name of a column. */
  public String name(int index) {
    return names.get(index);
  }

  /** A constant for comparing with {@link Row}. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
