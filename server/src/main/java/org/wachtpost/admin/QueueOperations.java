package org.wachtpost.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessLog;
import org.wachtpost.directory.Directory;
import org.wachtpost.queue.FinishedMail;
import org.wachtpost.queue.Outbox;
import org.wachtpost.queue.QueueControl;
import org.wachtpost.queue.QueueId;
import org.wachtpost.queue.QueueMetrics;
import org.wachtpost.queue.QueuedMessage;
import org.wachtpost.queue.QueuedRecipient;
import org.wachtpost.queue.RecipientState;
import org.wachtpost.queue.TlsFailure;
import org.wachtpost.queue.TlsResults;
import org.wachtpost.queue.TraceEntry;
import org.wachtpost.store.AccountId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The outbound queue. */
public final class QueueOperations {
  private final Outbox outbox;
  private final QueueControl control;

  private final Directory people;
  private final TlsResults tlsResults;
  private final AccessLog accessLog;
  private final InstantSource time;
  private final Supplier<Optional<QueueMetrics>> metrics;

  /**
   * @param accessLog is told of each change
   * @param metrics what the queue has done; empty where no server runs
   */
  public QueueOperations(
      Outbox outbox,
      Directory people,
      TlsResults tlsResults,
      AccessLog accessLog,
      InstantSource time,
      Supplier<Optional<QueueMetrics>> metrics) {
    this.outbox = outbox;
    this.control = new QueueControl(outbox, time);
    this.people = people;
    this.tlsResults = tlsResults;
    this.accessLog = accessLog;
    this.time = time;
    this.metrics = metrics;
  }

  /** Adds these operations to the table. */
  public void addTo(Operations operations) {
    operations
        .add("queue-list", (a, b, i) -> list(a, i))
        .add("queue-show", (a, b, i) -> show(id(a)))
        .add("queue-retry", (a, b, i) -> changed("queue-retry", a, control::retry))
        .add("queue-hold", (a, b, i) -> changed("queue-hold", a, control::hold))
        .add("queue-release", (a, b, i) -> changed("queue-release", a, control::release))
        .add(
            "queue-remove",
            (a, b, i) -> changed("queue-remove", a, id -> control.remove(id) ? 1 : 0))
        .add("queue-tls-results", (a, b, i) -> tlsResults(a))
        .add("queue-stats", (a, b, i) -> stats());
  }

  private static QueueId id(Arguments arguments) {
    String text = arguments.text("id");
    return QueueId.parse(text)
        .orElseThrow(() -> new AdminException(text + " is no queue id; they look like Q0-42"));
  }

  private QueuedMessage message(QueueId id) {
    return outbox
        .message(id)
        .orElseThrow(() -> new AdminException("there is no message " + id + " in the queue"));
  }

  private Optional<AccountId> account(Arguments arguments) {
    return arguments
        .optionalText("account")
        .map(address ->
            people
                .account(address)
                .orElseThrow(() -> new AdminException("no account " + address))
                .id());
  }

  /** Each as an item: there may be many. */
  private JsonNode list(Arguments arguments, Consumer<JsonNode> items) {
    Optional<AccountId> account = account(arguments);
    int[] count = {0};
    Consumer<QueuedMessage> item =
        message -> {
          if (account.isEmpty() || account.get().equals(message.origin())) {
            items.accept(json(message, outbox.recipients(message.id())));
            count[0]++;
          }
        };
    if (arguments.optionalText("finished").isPresent()) {
      outbox.forEachFinished(finished -> item.accept(finished.message()));
    } else {
      outbox.forEach(item);
    }
    return Frames.JSON.createObjectNode().put("messages", count[0]);
  }

  private ObjectNode json(QueuedMessage message, List<QueuedRecipient> recipients) {
    ObjectNode json =
        Frames.JSON
            .createObjectNode()
            .put("id", message.id().toString())
            .put("sender", message.sender())
            .put("account", accountOf(message))
            .put("accepted", message.accepted().toString())
            .put("bytes", message.size());
    ArrayNode array = json.putArray("recipients");
    for (QueuedRecipient recipient : recipients) {
      ObjectNode each =
          array
              .addObject()
              .put("address", recipient.recipient().address())
              .put("state", recipient.state().name().toLowerCase(Locale.ROOT))
              .put("attempts", recipient.attempts())
              .put("status", recipient.lastStatus());
      if (recipient.state() == RecipientState.WAITING) {
        each.put("next", recipient.nextAttempt().toString());
      }
    }
    return json;
  }

  /** The account that submitted it, or null. */
  private @Nullable String accountOf(QueuedMessage message) {
    AccountId origin = message.origin();
    return origin == null
        ? null
        : people
            .account(origin)
            .map(account -> account.address().toString())
            .orElse(origin.toString());
  }

  private JsonNode show(QueueId id) {
    Optional<FinishedMail.Finished> finished = outbox.finished(id);
    QueuedMessage message = finished.isPresent() ? finished.get().message() : message(id);
    ObjectNode json = json(message, outbox.recipients(id));
    finished.ifPresent(done -> json.put("finished", done.at().toString()));
    ArrayNode trace = json.putArray("trace");
    for (TraceEntry entry : outbox.trace(id)) {
      trace.addObject().put("time", entry.time().toString()).put("words", entry.words());
    }
    return json;
  }

  /** Of one message, or of all that an account has in the queue. */
  private JsonNode changed(String what, Arguments arguments, ToIntFunction<QueueId> change) {
    Optional<AccountId> account = account(arguments);
    int changed;
    if (account.isPresent()) {
      List<QueueId> ids = outbox.idsOf(account.get());
      changed = ids.stream().mapToInt(change).sum();
      report(what, arguments, arguments.textOrNull("account"), ids.size() + " messages");
    } else {
      QueueId id = id(arguments);
      QueuedMessage message = message(id);
      changed = change.applyAsInt(id);
      report(what, arguments, accountOf(message), id + " from <" + message.sender() + ">");
    }
    return Frames.JSON.createObjectNode().put("changed", changed);
  }

  private void report(String what, Arguments arguments, @Nullable String account, String detail) {
    Directory.Actor actor = arguments.actor();
    accessLog.record(
        new AccessEvent.Change(
            time.instant(), actor.origin(), actor.name(), account, what, detail));
  }

  /** How TLS went on a day: today unless the request says another. */
  private JsonNode tlsResults(Arguments arguments) {
    LocalDate day;
    try {
      day =
          arguments
              .optionalText("day")
              .map(LocalDate::parse)
              .orElse(LocalDate.ofInstant(time.instant(), ZoneOffset.UTC));
    } catch (DateTimeParseException e) {
      throw new AdminException("not a day: " + e.getParsedString() + "; write 2026-01-31");
    }
    tlsResults.flush();
    ArrayNode list = Frames.JSON.createArrayNode();
    for (TlsResults.Result result : tlsResults.of(day)) {
      TlsFailure failure = result.failure();
      ObjectNode each =
          list.addObject()
              .put("day", day.toString())
              .put("domain", result.domain())
              .put("policy", result.policy().kind().word())
              .put("result", failure == null ? "success" : failure.word())
              .put("host", result.host())
              .put("words", result.words())
              .put("sessions", result.sessions());
      ArrayNode lines = each.putArray("policy_text");
      result.policy().lines().forEach(lines::add);
    }
    return list;
  }

  private JsonNode stats() {
    QueueControl.Stats stats = control.stats();
    ObjectNode json =
        Frames.JSON
            .createObjectNode()
            .put("messages", stats.messages())
            .put("bytes", stats.bytes())
            .put("domains", stats.domains());
    for (RecipientState state : RecipientState.values()) {
      json.put(state.name().toLowerCase(Locale.ROOT), stats.recipients().getOrDefault(state, 0L));
    }
    Instant oldest = stats.oldest();
    json.put("oldest", oldest == null ? null : oldest.toString());
    if (oldest != null) {
      long age = Duration.between(oldest, time.instant()).toSeconds();
      json.put("oldest_age_seconds", Math.max(0, age));
    }
    metrics.get().ifPresent(live -> add(json, live));
    return json;
  }

  private static void add(ObjectNode json, QueueMetrics live) {
    json.putObject("since_start")
        .put("attempts", live.attempts())
        .put("delivered", live.delivered())
        .put("deferred", live.deferred())
        .put("failed", live.failed());
    ObjectNode destinations = json.putObject("destinations");
    live.destinations()
        .forEach((name, state) -> {
          Instant closed = state.closedUntil();
          destinations
              .putObject(name)
              .put("waiting", state.waiting())
              .put("connections", state.active())
              .put("connections_allowed", state.window())
              .put("pause_ms", state.pause().toMillis())
              .put("failures", state.failures())
              .put("closed_until", closed == null ? null : closed.toString());
        });
  }
}
