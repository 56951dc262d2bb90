package org.wachtpost.inspect.check;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wachtpost.inspect.log.Fields;
import org.wachtpost.inspect.log.LogFormat;
import org.wachtpost.inspect.log.Row;
import org.wachtpost.inspect.log.SliceTable;
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/** I15 over Exchange's other comma-separated logs, and their coverage. */
final class PlainLogCheck extends LogCheck {
  private static final String[] TIMES = {
    "DateTime", "TimeStamp", "date-time", "dateTime", "StartTime", "#Fields: date-time"
  };
  private static final String[] CLIENTS = {
    "ClientIpAddress", "cIp", "client-ip", "ClientIP", "remote-endpoint", "original-client-ip"
  };

  private static final String[][] DETAILS = {
    {"AuthenticatedUser", "user"},
    {"user", "user"},
    {"SoapAction", "action"},
    {"command", "action"},
    {"HttpStatus", "status"},
    {"context", "result"}
  };
  private static final Pattern ADDRESS = Pattern.compile("\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b");
  private static final int MAX_ROW_CHARACTERS = 64 * 1024;

  private final Rules rules;
  private final ServerFacts facts;
  private final KnownAddresses clients;
  private final SliceTable agents;
  private Fields fields = new Fields(List.of());
  private int client;
  private int agent;
  private int data;
  private int program;
  private int status;

  /** Other logs have programs of clients too, which are anybody's there. */
  private boolean powerShell;

  PlainLogCheck(FindingSink sink, Rules rules, ServerFacts facts) {
    super(sink, LogFormat.COMMA);
    this.rules = rules;
    this.facts = facts;
    this.clients = new KnownAddresses(rules);
    this.agents =
        new SliceTable(text ->
            rules.agent(text).orElse("").equals("shell")
                    || text.toLowerCase(Locale.ROOT).contains("exchangeservicesclient/0.0.0.0")
                ? 1
                : 0);
  }

  @Override
  void begin(String file, SourceTracker tracker) {
    super.begin(file, tracker);
    powerShell = false;
  }

  @Override
  public int[] fields(Fields header) {
    int time = first(header, TIMES);
    client = first(header, CLIENTS);
    agent = header.index("UserAgent");
    data = header.index("EventData");
    program = header.index("ClientInfo");
    status = header.index("HttpStatus");
    fields = header;
    hours().columns(time == Fields.ABSENT ? 0 : time, Fields.ABSENT);
    return new int[] {Math.max(time, 0), client, agent, data, program, status};
  }

  @Override
  public void directive(String text, long line) {
    if (text.startsWith("Log-type:")) {
      powerShell = text.toLowerCase(Locale.ROOT).contains("rps http");
    }
    if (text.startsWith("Version:")) {
      facts.logVersion(text.substring("Version:".length()).strip(), path(), line);
    }
  }

  @Override
  public void row(Row row) {
    hours().row(row);
    if (client != Fields.ABSENT && clients.contains(row, client)) {
      published(row, Urls.client(row.text(client)));
    } else if (client == Fields.ABSENT && data != Fields.ABSENT) {
      // The control panel's activity log has its addresses among other values.
      Matcher address = ADDRESS.matcher(row.rest(data, MAX_ROW_CHARACTERS));
      while (address.find()) {
        if (rules.address(address.group()).isPresent()) {
          published(row, address.group());
          break;
        }
      }
    }
    if (powerShell && program != Fields.ABSENT && row.length(program) > 0) {
      throughTheFrontEnd(row);
    }
    if (agent != Fields.ABSENT && agents.judge(row, agent) != 0) {
      sink()
          .report(
              sighting(row, Stage.ATTEMPTED, "client program as intruders used it")
                  .because(Confidence.LOW, "weak alone: others send this name too")
                  .see(Published.VOLEXITY)
                  .sameAs(row.text(agent) + " " + row.text(client)));
    }
  }

  /**
   * OWASSRF over the log of PowerShell at the back end (Rps_Http): its clients are WinRM and the
   * server's own probes; the program of whoever comes through the front end stands in their place.
   */
  private void throughTheFrontEnd(Row row) {
    String name = row.text(program);
    String lower = name.toLowerCase(Locale.ROOT);
    if (name.isBlank() || lower.contains("winrm") || lower.contains("exchange backend probes")) {
      return;
    }
    boolean worked = row.number(status) == 200;
    String from = Urls.client(row.text(client).strip().split(" ", 2)[0]);
    sink()
        .report(
            sighting(
                    row,
                    worked ? Stage.SESSION_GRANTED : Stage.ATTEMPTED,
                    worked
                        ? "OWASSRF: PowerShell through the front end"
                        : "OWASSRF: tried to reach PowerShell through the front end")
                .because(
                    Confidence.MEDIUM, "no program of WinRM's, which alone comes here by itself")
                .see(Published.OWASSRF)
                .detail("chain", "OWASSRF")
                .detail("client", from)
                .detail("userAgent", name)
                .sameAs(from + " " + name));
  }

  private void published(Row row, String address) {
    sink()
        .report(
            sighting(row, Stage.PROBED, "client address published as an attacker's")
                .because(Confidence.LOW, "weak alone: addresses change hands")
                .see(rules.address(address).orElse(Published.CISA))
                .detail("client", address)
                .sameAs(address));
  }

  /** With what the row says of who did what, under the names that the logs give it. */
  private Sighting sighting(Row row, Stage stage, String title) {
    Sighting sighting =
        new Sighting(CheckId.I15, stage, title, Source.line(path(), row.line()))
            .at(hours().moment(row))
            .detail("client", client == Fields.ABSENT ? "" : Urls.client(row.text(client)))
            .detail("userAgent", row.text(agent));
    List<String> cells = Csv.cells(row.line(MAX_ROW_CHARACTERS));
    for (String[] known : DETAILS) {
      int column = fields.index(known[0]);
      if (column >= 0 && column < cells.size()) {
        sighting.detail(known[1], cells.get(column));
      }
    }
    return sighting;
  }

  private static int first(Fields header, String[] names) {
    for (String name : names) {
      if (header.has(name)) {
        return header.index(name);
      }
    }
    return Fields.ABSENT;
  }
}
