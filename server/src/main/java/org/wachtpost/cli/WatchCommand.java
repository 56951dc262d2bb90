package org.wachtpost.cli;

import static org.wachtpost.cli.Common.request;
import static org.wachtpost.cli.Common.shown;

import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code wachtpost watch}. */
@Command(name = "watch", description = "Who came to the door.", mixinStandardHelpOptions = true)
final class WatchCommand {

  @Command(name = "events", description = "Show access events.")
  int events(
      @Mixin Common common,
      @Option(
              names = "--since",
              required = true,
              paramLabel = "DATE",
              description = "from when on: 2020-09-01, or a time as 2020-09-01T12:00:00Z")
          Instant since,
      @Option(
              names = "--account",
              paramLabel = "ADDRESS",
              description = "only what concerns this account")
          String account) {
    ObjectNode request = request("watch-events").put("since", since.toString());
    if (account != null) {
      request.put("account", account);
    }
    common.runItems(
        request,
        event ->
            common
                .out()
                .println(common.json ? Common.JSON.writeValueAsString(event) : line(event)));
    return 0;
  }

  @Command(name = "verify", description = "Check that the access log was not edited or cut short.")
  int verify(
      @Mixin Common common,
      @Option(
              names = "--heads",
              paramLabel = "FILE",
              description =
                  "a copy of access-log-heads.txt that was kept elsewhere: compare with it too")
          Path heads) {
    ObjectNode request = request("watch-verify");
    if (heads != null) {
      request.put("heads", heads.toAbsolutePath().toString());
    }
    JsonNode result = common.runItems(request, item -> {});
    boolean whole = result.path("whole").asBoolean();
    if (common.json) {
      common.out().println(Common.JSON.writeValueAsString(result));
    } else if (whole) {
      common.out().println("the access log is whole");
    } else {
      result.path("problems").forEach(p -> common.out().println(shown(p.asString())));
    }
    return whole ? 0 : Cli.FAILED;
  }

  static String line(JsonNode event) {
    StringBuilder line = new StringBuilder();
    line.append(shown(event, "time")).append("  ");
    line.append(shown(event, "event"));
    if (event.has("success")) {
      line.append(event.path("success").asBoolean() ? " SUCCESS" : " FAILED");
    }
    event
        .properties()
        .forEach(entry -> {
          String name = entry.getKey();
          JsonNode value = entry.getValue();
          boolean said = name.equals("time") || name.equals("event") || name.equals("success");
          if (!said && !value.isNull()) {
            line.append("  ").append(name).append('=').append(word(value.asString()));
          }
        });
    return line.toString();
  }

  /** A value that nobody takes for another field, whatever a client calls itself. */
  private static String word(String value) {
    boolean plain =
        value
            .codePoints()
            .noneMatch(c -> Character.isWhitespace(c) || c == '"' || c == '=' || c == '\\');
    return plain && !value.isEmpty()
        ? shown(value)
        : '"' + shown(value.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
  }
}
