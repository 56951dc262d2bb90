package org.wachtpost.inspect.check;

import java.util.ArrayList;
import java.util.List;

/** Cuts one row into all its cells; for rows already known to matter. */
final class Csv {
  private Csv() {}

  /** The cells of an RFC 4180 row; a quote that is not closed ends with the row. */
  static List<String> cells(String row) {
    List<String> cells = new ArrayList<>();
    int at = 0;
    int length = row.length();
    while (length > 0 && (row.charAt(length - 1) == '\r' || row.charAt(length - 1) == '\n')) {
      length--;
    }
    while (at <= length) {
      if (at == length || row.charAt(at) != '"') {
        int comma = row.indexOf(',', at);
        int end = comma < 0 || comma > length ? length : comma;
        cells.add(row.substring(at, end));
        at = end + 1;
        continue;
      }
      StringBuilder cell = new StringBuilder();
      if (row.charAt(at) == '"') {
        at++;
        while (at < length) {
          char c = row.charAt(at++);
          if (c != '"') {
            cell.append(c);
          } else if (at < length && row.charAt(at) == '"') {
            cell.append('"');
            at++;
          } else {
            break;
          }
        }
      }
      while (at < length && row.charAt(at) != ',') {
        cell.append(row.charAt(at++));
      }
      cells.add(cell.toString());
      at++;
    }
    return cells;
  }
}
