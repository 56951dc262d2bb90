package org.wachtpost.inspect.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * A rules file: lines of cells with commas between them, comments after {@code #}, of which {@code
 * # version:} and {@code # date:} must be there.
 */
record RulesFile(String name, String version, String date, List<Line> lines) {

  /** One line with its place, for error messages. */
  record Line(String file, int number, List<String> cells) {
    String cell(int index) throws RulesException {
      if (index >= cells.size()) {
        throw new RulesException(
            file + ":" + number + ": needs at least " + (index + 1) + " cells");
      }
      return cells.get(index);
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
    return new RulesFile(name, version, date, lines);
  }
}
