package org.wachtpost.inspect.check;

import org.wachtpost.inspect.log.Fields;
import org.wachtpost.inspect.log.LogFormat;
import org.wachtpost.inspect.log.Row;
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

  private final Rules rules;
  private final KnownAddresses clients;
  private int client;

  PlainLogCheck(FindingSink sink, Rules rules) {
    super(sink, LogFormat.COMMA);
    this.rules = rules;
    this.clients = new KnownAddresses(rules);
  }

  @Override
  public int[] fields(Fields header) {
    int time = first(header, TIMES);
    client = first(header, CLIENTS);
    hours().columns(time == Fields.ABSENT ? 0 : time, Fields.ABSENT);
    return new int[] {Math.max(time, 0), client};
  }

  @Override
  public void row(Row row) {
    hours().row(row);
    if (client != Fields.ABSENT && clients.contains(row, client)) {
      String address = Urls.client(row.text(client));
      sink()
          .report(
              new Sighting(
                      CheckId.I15,
                      Stage.PROBED,
                      "client address published as an attacker's",
                      Source.line(path(), row.line()))
                  .at(hours().moment(row))
                  .because(Confidence.LOW, "weak alone: addresses change hands")
                  .see(rules.address(address).orElse(Published.CISA))
                  .detail("client", address)
                  .sameAs(address));
    }
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
