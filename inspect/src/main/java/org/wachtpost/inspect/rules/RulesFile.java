package org.wachtpost.inspect.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A rules file: lines of cells with commas between them, comments after {@code #}, of which {@code
 * # version:} and {@code # date:} must be there.
 */
record RulesFile(String name, String version, String date, List<Line> lines) {

  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[01][0-9]-[0-3][0-9]");

  /** One line with its place, for error messages. */
  record Line(String file, int number, List<String> cells) {
    String cell(int index) throws RulesException {
      if (index >= cells.size()) {
        throw new RulesException(
            file + ":" + number + ": needs at least " + (index + 1) + " cells");
      }
      return cells.get(index);
    }

    /** A cell that holds something: an empty one is in every name, path and program. */
    String filled(int index) throws RulesException {
      String cell = cell(index);
      if (cell.isEmpty()) {
        throw new RulesException(file + ":" + number + ": cell " + (index + 1) + " is empty");
      }
      return cell;
    }

    /** A cell of a form that is said in words for whoever wrote another. */
    String like(int index, Pattern form, String words) throws RulesException {
      String cell = filled(index);
      if (!form.matcher(cell).matches()) {
        throw new RulesException(file + ":" + number + ": needs " + words + ", not " + cell);
      }
      return cell;
    }
  }

  static RulesFile parse(String name, String text) throws RulesException {
    List<Line> lines = new ArrayList<>();
    String version = "";
    String date = "";
    int number = 0;
    for (String raw : text.split("\n", -1)) {
      number++;
      String line = raw.strip();
      if (line.startsWith("# version:")) {
        version = line.substring("# version:".length()).strip();
      } else if (line.startsWith("# date:")) {
        date = line.substring("# date:".length()).strip();
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.split(",", -1)) {
          cells.add(cell.strip());
        }
        lines.add(new Line(name, number, cells));
      }
    }
    if (version.isEmpty() || date.isEmpty()) {
      throw new RulesException(name + ": needs the lines '# version:' and '# date:'");
    }
    if (!DATE.matcher(date).matches()) {
      throw new RulesException(name + ": needs a date like 2026-11-23, not " + date);
    }
    return new RulesFile(name, version, date, lines);
  }
}
