package org.wachtpost.admin;

import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.wachtpost.queue.Outbox;
import org.wachtpost.queue.QueueControl;
import org.wachtpost.queue.QueueId;
import org.wachtpost.queue.QueuedMessage;
import org.wachtpost.queue.QueuedRecipient;
import org.wachtpost.queue.RecipientState;
import org.wachtpost.queue.TraceEntry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The outbound queue. */
public final class QueueOperations {
  private final Outbox outbox;
  private final QueueControl control;

  public QueueOperations(Outbox outbox, QueueControl control) {
    this.outbox = outbox;
    this.control = control;
  }

  /** Adds these operations to the table. */
  public void addTo(Operations operations) {
    operations
        .add("queue-list", (a, b, i) -> list())
        .add("queue-show", (a, b, i) -> show(id(a)))
        .add("queue-retry", (a, b, i) -> changed(a, control::retry))
        .add("queue-hold", (a, b, i) -> changed(a, control::hold))
        .add("queue-release", (a, b, i) -> changed(a, control::release))
        .add("queue-remove", (a, b, i) -> remove(a))
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

  private JsonNode list() {
    ArrayNode list = Frames.JSON.createArrayNode();
    outbox.forEach(message -> list.add(json(message, outbox.recipients(message.id()))));
    return list;
  }

  private static ObjectNode json(QueuedMessage message, List<QueuedRecipient> recipients) {
    ObjectNode json =
        Frames.JSON
            .createObjectNode()
            .put("id", message.id().toString())
            .put("sender", message.sender())
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

  private JsonNode show(QueueId id) {
    ObjectNode json = json(message(id), outbox.recipients(id));
    ArrayNode trace = json.putArray("trace");
    for (TraceEntry entry : outbox.trace(id)) {
      trace.addObject().put("time", entry.time().toString()).put("words", entry.words());
    }
    return json;
  }

  private JsonNode changed(Arguments arguments, ToIntFunction<QueueId> change) {
    QueueId id = id(arguments);
    message(id);
    return Frames.JSON.createObjectNode().put("changed", change.applyAsInt(id));
  }

  private JsonNode remove(Arguments arguments) {
    QueueId id = id(arguments);
    if (!control.remove(id)) {
      throw new AdminException("there is no message " + id + " in the queue");
    }
    return Frames.JSON.createObjectNode().put("removed", id.toString());
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
    return json;
  }
}
