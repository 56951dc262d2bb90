package org.wachtpost.inspect.check;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.artefact.EcpCommand;
import org.wachtpost.inspect.log.Fields;
import org.wachtpost.inspect.log.LogFormat;
import org.wachtpost.inspect.log.Row;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/** I05: what the control panel was made to run, from its server log. */
final class EcpServerCheck extends LogCheck {
  private static final byte[] CMD = Fields.bytes("CMD=");
  private static final int MAX_ROW_CHARACTERS = 256 * 1024;

  private int time;
  private int data;

  EcpServerCheck(FindingSink sink) {
    super(sink, LogFormat.COMMA);
  }

  @Override
  public int[] fields(Fields header) {
    time = header.index("TimeStamp");
    data = header.index("EventData");
    hours().columns(time, Fields.ABSENT);
    return new int[] {time, data};
  }

  @Override
  public void row(Row row) {
    hours().row(row);
    if (data < 0 || data >= row.columns()) {
      return;
    }
    // The field is not always quoted although its text holds commas: take the rest of the row.
    if (!row.contains(data, CMD) && row.length(data) > 0 && !mayFollow(row)) {
      return;
    }
    String text = row.rest(data, MAX_ROW_CHARACTERS);
    if (text.endsWith("\"")) {
      text = text.substring(0, text.length() - 1).replace("\"\"", "\"");
    }
    Map<String, String> pairs = EcpCommand.pairs(text);
    String commandText = pairs.get("CMD");
    if (commandText != null) {
      command(row, EcpCommand.parse(commandText), commandText, pairs);
    }
  }

  private boolean mayFollow(Row row) {
    return row.rest(data, MAX_ROW_CHARACTERS).contains("CMD=");
  }

  private void command(Row row, EcpCommand command, String text, Map<String, String> pairs) {
    String name = command.name().toLowerCase(Locale.ROOT);
    if (!name.endsWith("virtualdirectory")) {
      return;
    }
    Instant moment = hours().moment(row);
    boolean written = false;
    if (name.startsWith("set-") || name.startsWith("new-")) {
      List<String> addresses = command.addresses();
      for (String address : addresses) {
        written |= address(row, moment, command, address, pairs);
      }
      if (addresses.isEmpty() && EcpCommand.markup(text) != null) {
        written = address(row, moment, command, text, pairs);
      }
    }
    if (!written && (name.startsWith("remove-") || name.startsWith("new-"))) {
      sink()
          .report(
              sighting(row, moment, command, pairs, "virtual directory removed or made anew")
                  .because(
                      Confidence.LOW,
                      "administrators do this too; resetting one is how the"
                          + " address put into it is written to a file"));
    }
  }

  /** Reports an address that no administrator gives; false if one may. */
  private boolean address(
      Row row,
      @Nullable Instant moment,
      EcpCommand command,
      String address,
      Map<String, String> pairs) {
    String markup = EcpCommand.markup(address);
    boolean odd = EcpCommand.oddHost(address);
    if (markup == null && !odd) {
      return false;
    }
    sink()
        .report(
            sighting(
                    row,
                    moment,
                    command,
                    pairs,
                    markup != null
                        ? "web shell put into a virtual directory's address"
                        : "made-up host put into a virtual directory's address")
                .because(
                    markup != null ? Confidence.HIGH : Confidence.MEDIUM,
                    markup != null
                        ? "an address never holds '" + markup + "'"
                        : "a host of so few letters is what exploits write")
                .decisive(markup != null)
                .see(Published.VOLEXITY)
                .detail("address", address));
    return true;
  }

  private Sighting sighting(
      Row row,
      @Nullable Instant moment,
      EcpCommand command,
      Map<String, String> pairs,
      String title) {
    String canary = Canaries.in(pairs.getOrDefault("URL", ""));
    return new Sighting(CheckId.I05, Stage.WRITTEN, title, Source.line(path(), row.line()))
        .at(moment)
        .see(Published.PROXYLOGON_LOGS)
        .detail("cmdlet", command.name())
        .detail("chain", "ProxyLogon")
        .detail("canary", canary)
        .detail("requestId", pairs.get("REQID"))
        .detail("user", pairs.getOrDefault("USER", pairs.get("SID")))
        // A copy of the log has the same line at the same time.
        .sameAs(command.name() + " " + row.line() + " " + moment);
  }
}
