package org.wachtpost.inspect.check;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.wachtpost.inspect.log.Fields;
import org.wachtpost.inspect.log.LogFormat;
import org.wachtpost.inspect.log.Row;
import org.wachtpost.inspect.log.SliceTable;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.rules.Rules;

/** I08 and I20 over the Rps_Cmdlet logs of remote PowerShell. */
final class CmdletLogCheck extends LogCheck {
  private static final int MAX_ROW_CHARACTERS = 256 * 1024;

  private final CmdletRules review;
  private final SliceTable cmdlets;
  private Fields fields = new Fields(List.of());
  private int cmdlet;

  CmdletLogCheck(FindingSink sink, Rules rules) {
    super(sink, LogFormat.COMMA);
    review = new CmdletRules(rules, sink);
    Set<String> listed = new HashSet<>();
    rules.cmdlets().forEach(one -> listed.add(one.name().toLowerCase(Locale.ROOT)));
    cmdlets =
        new SliceTable(name -> {
          String lower = name.toLowerCase(Locale.ROOT);
          return listed.contains(lower) || lower.endsWith("virtualdirectory") ? 1 : 0;
        });
  }

  @Override
  public int[] fields(Fields header) {
    fields = header;
    int time = Math.max(header.index("DateTime"), header.index("StartTime"));
    if (header.has("DateTime")) {
      time = header.index("DateTime");
    }
    cmdlet = header.index("Cmdlet");
    hours().columns(Math.max(time, 0), Fields.ABSENT);
    return new int[] {Math.max(time, 0), cmdlet};
  }

  @Override
  public void row(Row row) {
    hours().row(row);
    if (cmdlet == Fields.ABSENT || cmdlets.judge(row, cmdlet) == 0) {
      return;
    }
    List<String> cells = Csv.cells(row.line(MAX_ROW_CHARACTERS));
    String result = cell(cells, "ExecutionResult");
    review.review(
        new CmdletRules.Run(
            cell(cells, "Cmdlet"),
            cell(cells, "Parameters"),
            cell(cells, "AuthenticatedUser"),
            cell(cells, "ClientApplication"),
            result.isEmpty() || result.equalsIgnoreCase("Success"),
            hours().moment(row),
            Source.line(path(), row.line()),
            cell(cells, "ClientIpAddress")));
  }

  private String cell(List<String> cells, String name) {
    int index = fields.index(name);
    return index >= 0 && index < cells.size() ? cells.get(index) : "";
  }
}
