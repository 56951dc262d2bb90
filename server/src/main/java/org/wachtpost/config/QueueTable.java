package org.wachtpost.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wachtpost.courier.CourierSettings;
import org.wachtpost.queue.AccountLimits;
import org.wachtpost.queue.AddressRange;
import org.wachtpost.queue.Login;
import org.wachtpost.queue.QueueSettings;
import org.wachtpost.queue.QueueSettings.Schedule;
import org.wachtpost.queue.Route;

/** Reads {@code [queue]} and {@code [[queue.route]]}. */
final class QueueTable {
  private static final int SMTP = 25;
  private static final int SUBMISSION = 587;

  private QueueTable() {}

  static Config.Queue read(Table table, Path directory) {
    boolean enabled = table.flag("enabled", true);
    boolean tlsReports = table.flag("tls_reports", true);
    Schedule schedule = schedule(table);
    Config.Connecting connecting = connecting(table, directory);
    List<Route> routes = new ArrayList<>();
    for (Table each : table.tables("route")) {
      String domain = each.text("domain", "");
      String host = each.text("host", "");
      int port = (int) each.number("port", SMTP, 1, 65_535);
      routes.add(route(each, domain, host, port, ""));
      each.requireNoOther();
    }
    String smarthost = table.optionalText("smarthost");
    int port = (int) table.number("smarthost_port", SUBMISSION, 1, 65_535);
    if (smarthost != null) {
      routes.add(route(table, "*", smarthost, port, "smarthost_"));
    }
    AccountLimits.Limits standard = AccountLimits.Limits.STANDARD;
    AccountLimits.Limits limits =
        new AccountLimits.Limits(
            limit(table, "account_recipients_per_hour", standard.recipients()),
            limit(table, "account_new_recipients_per_hour", standard.newRecipients()),
            limit(table, "account_bounces_per_hour", standard.bounces()));
    table.requireNoOther();
    return new Config.Queue(enabled, routes, schedule, connecting, limits, tlsReports);
  }

  private static Schedule schedule(Table table) {
    Schedule standard = Schedule.STANDARD;
    Duration first = seconds(table, "first_retry_seconds", standard.firstRetry(), 86_400);
    Duration longest = seconds(table, "longest_retry_seconds", standard.longestRetry(), 86_400);
    Duration report = seconds(table, "delay_report_seconds", standard.delayReport(), 30 * 86_400);
    int days = (int) table.number("days", standard.lifetime().toDays(), 1, 30);
    try {
      return new Schedule(first, longest, Duration.ofDays(days), report);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("queue: " + e.getMessage());
    }
  }

  private static Config.Connecting connecting(Table table, Path directory) {
    QueueSettings standard = QueueSettings.of("");
    CourierSettings waits = CourierSettings.of("");
    String authorities = table.optionalText("authorities");
    return new Config.Connecting(
        (int) table.number("connections", standard.connections(), 1, 10_000),
        (int)
            table.number(
                "connections_per_destination", standard.connectionsPerDestination(), 1, 1_000),
        seconds(table, "connect_seconds", waits.connect(), 3_600),
        seconds(table, "reply_seconds", waits.command(), 3_600),
        seconds(table, "end_of_data_seconds", waits.end(), 3_600),
        Config.addresses("queue.source_addresses", table.texts("source_addresses", List.of())),
        ranges(table.texts("private_networks", List.of())),
        authorities == null ? null : directory.resolve(authorities));
  }

  private static Duration seconds(Table table, String key, Duration otherwise, long most) {
    return Duration.ofSeconds(table.number(key, otherwise.toSeconds(), 1, most));
  }

  private static List<AddressRange> ranges(List<String> texts) {
    List<AddressRange> ranges = new ArrayList<>();
    for (String text : texts) {
      try {
        ranges.add(AddressRange.of(text));
      } catch (IllegalArgumentException e) {
        throw new ConfigException("queue.private_networks: no network: " + text);
      }
    }
    return ranges;
  }

  /** 0 is no limit. */
  private static int limit(Table table, String key, int otherwise) {
    int number = (int) table.number(key, otherwise, 0, 1_000_000);
    return number == 0 ? Integer.MAX_VALUE : number;
  }

  private static Route route(Table table, String domain, String host, int port, String prefix) {
    String user = table.optionalText(prefix + "user");
    String password = table.optionalText(prefix + "password");
    if ((user == null) != (password == null)) {
      throw new ConfigException("queue: " + prefix + "user and " + prefix + "password go together");
    }
    Login login = user == null || password == null ? null : new Login(user, password);
    String tls = table.text(prefix + "tls", login == null ? "opportunistic" : "verified");
    try {
      return new Route(
          domain, host, port, security(tls), login, table.flag(prefix + "allow_private", false));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("queue: " + e.getMessage());
    }
  }

  private static Route.Security security(@Nullable String word) {
    for (Route.Security each : Route.Security.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(word)) {
        return each;
      }
    }
    throw new ConfigException("queue: tls = " + word + " is none of none, opportunistic, verified");
  }
}
