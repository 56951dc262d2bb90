package org.wachtpost.cli;

import static org.wachtpost.cli.Common.bytes;
import static org.wachtpost.cli.Common.request;
import static org.wachtpost.cli.Common.shown;

import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wachtpost.queue.QueueId;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code wachtpost queue}. */
@Command(name = "queue", description = "Mail on its way out.", mixinStandardHelpOptions = true)
final class QueueCommand {
  /** Destinations that people are shown. */
  private static final int DESTINATIONS = 40;

  @Command(name = "list", description = "Show what is in the queue.")
  int list(
      @Mixin Common common,
      @Option(
              names = "--account",
              paramLabel = "ADDRESS",
              description = "only what this account submitted")
          @Nullable String account,
      @Option(
              names = "--finished",
              description = "instead what has left or failed in the last days")
          boolean finished) {
    return common.runLongList(
        request("queue-list").put("account", account).put("finished", finished ? "yes" : null),
        QueueCommand::message);
  }

  @Command(name = "show", description = "Show what happened with a message.")
  int show(@Mixin Common common, @Parameters(paramLabel = "ID") QueueId id) {
    return common.run(
        request("queue-show").put("id", id.toString()),
        r -> {
          StringBuilder text = new StringBuilder(message(r));
          for (JsonNode entry : r.path("trace")) {
            text.append("\n").append(shown(entry, "time"));
            for (String line : entry.path("words").asString("").split("\n", -1)) {
              text.append("\n    ").append(shown(line));
            }
          }
          return text.toString();
        });
  }

  /** One message, or all of an account. */
  static final class Chosen {
    @Parameters(paramLabel = "ID", arity = "0..1", description = "a message of the queue")
    @Nullable QueueId id;

    @Option(
        names = "--account",
        paramLabel = "ADDRESS",
        description = "every message that this account submitted")
    @Nullable String account;
  }

  @Command(name = "retry", description = "Try a message now.")
  int retry(@Mixin Common common, @ArgGroup(multiplicity = "1") Chosen chosen) {
    return change(common, "queue-retry", chosen, "recipients to be tried now");
  }

  @Command(name = "hold", description = "Keep a message back until it is released.")
  int hold(@Mixin Common common, @ArgGroup(multiplicity = "1") Chosen chosen) {
    return change(common, "queue-hold", chosen, "recipients held");
  }

  @Command(name = "release", description = "Let a message go that was held.")
  int release(@Mixin Common common, @ArgGroup(multiplicity = "1") Chosen chosen) {
    return change(common, "queue-release", chosen, "recipients released");
  }

  @Command(name = "remove", description = "Remove a message; nobody is told.")
  int remove(@Mixin Common common, @ArgGroup(multiplicity = "1") Chosen chosen) {
    return change(common, "queue-remove", chosen, "messages removed");
  }

  @Command(name = "tls-results", description = "Show how TLS went with other domains.")
  int tlsResults(
      @Mixin Common common,
      @Option(
              names = "--day",
              paramLabel = "DATE",
              description = "a day in UTC, such as 2026-01-31 (default: today)")
          @Nullable LocalDate day) {
    return common.runList(
        request("queue-tls-results").put("day", day == null ? null : day.toString()),
        r ->
            shown(r, "domain")
                + "  "
                + shown(r, "policy")
                + "  "
                + shown(r, "result")
                + "  "
                + shown(r, "host")
                + "  "
                + r.path("sessions").asLong()
                + " sessions  "
                + shown(r, "words"));
  }

  @Command(name = "stats", description = "Count what is in the queue.")
  int stats(@Mixin Common common) {
    return common.run(request("queue-stats"), QueueCommand::stats);
  }

  private static String stats(JsonNode r) {
    StringBuilder text = new StringBuilder();
    text.append(r.path("messages").asLong()).append(" messages, ");
    text.append(bytes(r.path("bytes").asLong())).append(", ");
    text.append(r.path("domains").asLong()).append(" domains; recipients: ");
    text.append(r.path("waiting").asLong()).append(" waiting, ");
    text.append(r.path("held").asLong()).append(" held");
    if (r.path("oldest").isString()) {
      text.append("; the oldest since ").append(shown(r, "oldest"));
    }
    JsonNode done = r.path("since_start");
    if (done.isObject()) {
      text.append("\nsince the start: ").append(done.path("attempts").asLong());
      text.append(" attempts; recipients: ").append(done.path("delivered").asLong());
      text.append(" delivered, ").append(done.path("deferred").asLong());
      text.append(" deferred, ").append(done.path("failed").asLong()).append(" failed");
    }
    int shown = 0;
    for (Map.Entry<String, JsonNode> each : r.path("destinations").properties()) {
      if (++shown > DESTINATIONS) {
        text.append("\n  and ").append(r.path("destinations").size() - DESTINATIONS);
        text.append(" more (--json names them all)");
        break;
      }
      JsonNode state = each.getValue();
      text.append("\n  ").append(Common.shown(each.getKey())).append(": ");
      text.append(state.path("waiting").asLong()).append(" in hand, ");
      text.append(state.path("connections").asLong()).append(" of ");
      text.append(state.path("connections_allowed").asLong()).append(" connections");
      if (state.path("pause_ms").asLong() > 0) {
        text.append(", a pause of ").append(state.path("pause_ms").asLong()).append(" ms");
      }
      if (state.path("closed_until").isString()) {
        text.append(", not reached, tried again ").append(shown(state, "closed_until"));
      }
    }
    return text.toString();
  }

  private static int change(Common common, String operation, Chosen chosen, String done) {
    String id = chosen.id == null ? null : chosen.id.toString();
    return common.run(
        request(operation).put("id", id).put("account", chosen.account),
        r -> r.path("changed").asInt() + " " + done);
  }

  private static String message(JsonNode r) {
    StringBuilder text = new StringBuilder(shown(r, "id"));
    text.append("  from <").append(shown(r, "sender")).append(">  ");
    text.append(bytes(r.path("bytes").asLong())).append("  since ").append(shown(r, "accepted"));
    for (JsonNode each : r.path("recipients")) {
      text.append("\n  ").append(shown(each, "address")).append("  ").append(shown(each, "state"));
      text.append(", tried ").append(each.path("attempts").asInt()).append(" times");
      if (each.has("next")) {
        text.append(", next ").append(shown(each, "next"));
      }
      text.append("\n    ").append(shown(each, "status"));
    }
    return text.toString();
  }
}
