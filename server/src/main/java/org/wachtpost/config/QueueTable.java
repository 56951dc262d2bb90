package org.wachtpost.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wachtpost.queue.Login;
import org.wachtpost.queue.Route;

/** Reads {@code [queue]} and {@code [[queue.route]]}. */
final class QueueTable {
  private static final int SMTP = 25;
  private static final int SUBMISSION = 587;

  private QueueTable() {}

  static Config.Queue read(Table table) {
    boolean enabled = table.flag("enabled", true);
    int days = (int) table.number("days", 5, 1, 30);
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
    table.requireNoOther();
    return new Config.Queue(enabled, days, routes);
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
