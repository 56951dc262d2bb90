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
  private static final Pattern LOGIN =
      Pattern.compile("login|authenticate|auth|pass", Pattern.CASE_INSENSITIVE);
  private static final Pattern WORKED = Pattern.compile("\\bR=\"?ok\\b", Pattern.CASE_INSENSITIVE);

  /** What the log of PowerShell at the back end calls itself. */
  static final String POWERSHELL = "rps http";

  /** Carries who the sender says that he is: ProxyShell's only way to say so. */
  private static final byte[] TOKEN = Fields.bytes("x-rps-cat");

  /** Makes the front end take the way of ProxyShell. */
  private static final byte[] ASKED_FOR = Fields.bytes("email=");

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
  private int query;
  private String type = "";

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
    type = "";
  }

  @Override
  public int[] fields(Fields header) {
    int time = first(header, TIMES);
    client = first(header, CLIENTS);
    agent = header.index("UserAgent");
    data = header.index("EventData");
    program = header.index("ClientInfo");
    status = header.index("HttpStatus");
    query = header.index("UrlQuery");
    fields = header;
    hours().columns(time == Fields.ABSENT ? 0 : time, Fields.ABSENT);
    return new int[] {Math.max(time, 0), client, agent, data, program, status, query};
  }

  @Override
  public void directive(String text, long line) {
    if (text.startsWith("Log-type:")) {
      type = text;
      powerShell = text.toLowerCase(Locale.ROOT).contains(POWERSHELL);
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
    if (powerShell && query != Fields.ABSENT && row.containsAnyCase(query, TOKEN)) {
      token(row);
    } else if (powerShell && program != Fields.ABSENT && row.length(program) > 0) {
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
    // An administrator's own programs come from inside.
    boolean outside = Urls.outside(from(row));
    session(
        row,
        "OWASSRF",
        outside ? Confidence.MEDIUM : Confidence.LOW,
        "no program of WinRM's, which alone comes here by itself"
            + (outside ? "" : "; it came from inside, as administrators' own programs do"));
  }

  /** Servers of other versions pass cmdlets on so too; they are inside and ask for nobody. */
  private void token(Row row) {
    boolean sure = Urls.outside(from(row)) || row.containsAnyCase(query, ASKED_FOR);
    session(
        row,
        "ProxyShell",
        sure ? Confidence.HIGH : Confidence.LOW,
        "the sender said himself who he is"
            + (sure ? "" : "; it came from inside, as from a server of another version"));
  }

  private void session(Row row, String chain, Confidence confidence, String reason) {
    boolean worked = row.number(status) == 200;
    sink()
        .report(
            sighting(
                    CheckId.I08,
                    row,
                    worked ? Stage.SESSION_GRANTED : Stage.ATTEMPTED,
                    worked
                        ? chain + ": PowerShell through the front end"
                        : chain + ": tried to reach PowerShell through the front end")
                .because(confidence, reason)
                .see(ChainRules.reference(chain))
                .detail("chain", chain)
                .detail("client", from(row))
                .detail("userAgent", row.text(program))
                .sameAs(from(row) + " " + row.text(program)));
  }

  /** The client, before the proxies that it came by. */
  private String from(Row row) {
    return Urls.client(row.text(client).strip().split(" ", 2)[0]);
  }

  private void published(Row row, String address) {
    List<String> cells = Csv.cells(row.line(MAX_ROW_CHARACTERS));
    // As the logs of IMAP and POP have it: a command that names somebody, and what came of it.
    boolean in =
        LOGIN.matcher(cell(cells, "command")).matches()
            && WORKED.matcher(cell(cells, "context")).find();
    sink()
        .report(
            sighting(
                    row,
                    in ? Stage.SESSION_GRANTED : Stage.PROBED,
                    in
                        ? "log-in from an address published as an attacker's"
                        : "client address published as an attacker's")
                .because(
                    Confidence.LOW,
                    "weak alone: addresses change hands" + (in ? "; ask the account's owner" : ""))
                .see(rules.address(address).orElse(Published.CISA))
                .detail("client", address)
                .sameAs(address + " " + type));
  }

  private String cell(List<String> cells, String name) {
    int column = fields.index(name);
    return column >= 0 && column < cells.size() ? cells.get(column) : "";
  }

  private Sighting sighting(Row row, Stage stage, String title) {
    return sighting(CheckId.I15, row, stage, title);
  }

  /** With what the row says of who did what, under the names that the logs give it. */
  private Sighting sighting(CheckId check, Row row, Stage stage, String title) {
    Sighting sighting =
        new Sighting(check, stage, title, Source.line(path(), row.line()))
            .at(hours().moment(row))
            .detail("client", client == Fields.ABSENT ? "" : Urls.client(row.text(client)))
            .detail("userAgent", row.text(agent));
    List<String> cells = Csv.cells(row.line(MAX_ROW_CHARACTERS));
    for (String[] known : DETAILS) {
      sighting.detail(known[1], cell(cells, known[0]));
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
