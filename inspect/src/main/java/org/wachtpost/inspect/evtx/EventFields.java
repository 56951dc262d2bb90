package org.wachtpost.inspect.evtx;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** Picks the fields of a record out of its elements. */
final class EventFields {
  private static final EvtxElement NONE = new EvtxElement("none", List.of(), List.of());

  private EventFields() {}

  static EvtxRecord of(
      EvtxElement root, long recordId, Instant written, Integrity integrity, long offset) {
    EvtxElement system = root.child("System").orElse(NONE);
    EvtxElement provider = system.child("Provider").orElse(NONE);
    String source = provider.attribute("Name");
    return new EvtxRecord(
        recordId,
        time(system.child("TimeCreated").orElse(NONE).attribute("SystemTime"), written),
        source.isEmpty() ? provider.attribute("EventSourceName") : source,
        number(text(system, "EventID")),
        number(text(system, "Level")),
        text(system, "Channel"),
        text(system, "Computer"),
        system.child("Security").orElse(NONE).attribute("UserID"),
        data(root),
        integrity,
        offset,
        root);
  }

  private static List<EventDatum> data(EvtxElement root) {
    List<EventDatum> data = new ArrayList<>();
    for (EvtxContent part : root.content()) {
      if (part instanceof EvtxElement section) {
        switch (section.name()) {
          case "System", "RenderingInfo" -> {}
          case "EventData" -> eventData(section, data);
          default -> leaves(section, data); // UserData, DebugData, ProcessingErrorData
        }
      }
    }
    return data;
  }

  private static void eventData(EvtxElement section, List<EventDatum> data) {
    for (EvtxContent part : section.content()) {
      if (part instanceof EvtxElement item) {
        if (item.name().equals("Data")) {
          data.add(new EventDatum(item.attribute("Name"), item.text()));
          // A Data that holds elements (ComplexData): their text, not nothing.
          leavesBelow(item, data);
        } else {
          leaves(item, data);
        }
      }
    }
  }

  private static void leaves(EvtxElement element, List<EventDatum> data) {
    for (EvtxElement.Attribute attribute : element.attributes()) {
      if (!attribute.name().startsWith("xmlns")) {
        data.add(new EventDatum(attribute.name(), attribute.value()));
      }
    }
    String text = element.text();
    if (!text.isBlank() || isLeaf(element) && element.attributes().isEmpty()) {
      data.add(new EventDatum(element.name(), text));
    }
    leavesBelow(element, data);
  }

  private static void leavesBelow(EvtxElement element, List<EventDatum> data) {
    for (EvtxContent part : element.content()) {
      if (part instanceof EvtxElement child) {
        leaves(child, data);
      }
    }
  }

  private static boolean isLeaf(EvtxElement element) {
    for (EvtxContent part : element.content()) {
      if (part instanceof EvtxElement) {
        return false;
      }
    }
    return true;
  }

  /** The time that an event says, or when it was written. */
  static Instant time(String text, Instant written) {
    if (text.isEmpty()) {
      return written;
    }
    Instant plain = ValueText.time(text);
    if (plain != null) {
      return plain;
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return written; // forwarded events carry text of the sender's making
    }
  }

  /** A number as an event has it, or -1. */
  static int number(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static String text(EvtxElement system, String name) {
    return system.child(name).orElse(NONE).text();
  }
}
