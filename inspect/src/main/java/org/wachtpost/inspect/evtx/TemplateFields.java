package org.wachtpost.inspect.evtx;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of a record stand in a template of the usual shape (System, then EventData), so
 * that they are taken straight from the values that fill it, and no element is built.
 *
 * <p>Gives what {@link Expansion} and {@link EventFields} give, or null: whatever is unusual about
 * a template or a value is left to them ({@code TemplateFieldsTest}).
 */
final class TemplateFields {
  private static final EvtxElement NO_ELEMENTS = new EvtxElement("Event", List.of(), List.of());
  private static final int FILE_TIME = 0x11;

  /** How deep in elements and templates the EventData of an event stands. */
  private static final int NESTED_LEVEL = 3;

  /** A text with holes. */
  private record Field(List<Node> parts) {
    static final Field NONE = new Field(List.of());

    /** The hole that is all of it, or null. */
    Node.@Nullable Substitution only() {
      return parts.size() == 1 && parts.getFirst() instanceof Node.Substitution hole ? hole : null;
    }
  }

  /** One element of EventData: a Data with or without a name, or one that is its own name. */
  private record Datum(Field name, Field value) {}

  private Field provider = Field.NONE;
  private Field eventSource = Field.NONE;
  private Field eventId = Field.NONE;
  private Field level = Field.NONE;
  private Field time = Field.NONE;
  private Field channel = Field.NONE;
  private Field computer = Field.NONE;
  private Field userId = Field.NONE;
  private final List<Datum> data = new ArrayList<>();

  /** Values of which an array would repeat an element of which one is looked for. */
  private final List<Integer> single = new ArrayList<>();

  /** The value of an event's template that holds its EventData, or -1. */
  private int nested = -1;

  private boolean dataAlone;
  private int valuesNeeded;
  private int parts;

  private TemplateFields() {}

  /** The places in a template of a whole event or of EventData; null if it has another shape. */
  static @Nullable TemplateFields of(Template template) {
    if (template.nodes().size() != 1
        || !(template.nodes().getFirst() instanceof Node.Element root)) {
      return null;
    }
    TemplateFields fields = new TemplateFields();
    fields.dataAlone = root.name().equals("EventData");
    return (fields.dataAlone ? fields.eventData(root) : fields.event(root)) ? fields : null;
  }

  private boolean event(Node.Element event) {
    int systems = 0;
    int datas = 0;
    boolean usual = texts(event.attributes());
    for (Node node : event.content()) {
      if (node instanceof Node.Element part && part.name().equals("System")) {
        systems++;
        usual &= system(part);
      } else if (node instanceof Node.Element part && part.name().equals("EventData")) {
        datas++;
        usual &= eventData(part);
      } else if (node instanceof Node.Substitution hole) {
        datas++;
        nested = hole.index();
        valuesNeeded = Math.max(valuesNeeded, nested + 1);
      } else {
        return false;
      }
    }
    return usual && systems == 1 && datas <= 1;
  }

  private boolean system(Node.Element system) {
    List<String> seen = new ArrayList<>();
    if (!texts(system.attributes())) {
      return false;
    }
    for (Node node : system.content()) {
      if (!(node instanceof Node.Element part)
          || seen.contains(part.name())
          || !texts(part.attributes())
          || !text(part.content())) {
        return false;
      }
      seen.add(part.name());
      Field content = new Field(part.content());
      switch (part.name()) {
        case "Provider" -> {
          provider = attribute(part, "Name");
          eventSource = attribute(part, "EventSourceName");
        }
        case "EventID" -> eventId = content;
        case "Level" -> level = content;
        case "TimeCreated" -> time = attribute(part, "SystemTime");
        case "Channel" -> channel = content;
        case "Computer" -> computer = content;
        case "Security" -> userId = attribute(part, "UserID");
        default -> {} // no field is made of it
      }
    }
    return true;
  }

  private boolean eventData(Node.Element section) {
    if (!texts(section.attributes())) {
      return false;
    }
    for (Node node : section.content()) {
      if (!(node instanceof Node.Element item) || !texts(item.attributes())) {
        return false;
      }
      Field value = new Field(item.content());
      Node.Substitution only = value.only();
      if (only != null) {
        valuesNeeded = Math.max(valuesNeeded, only.index() + 1); // an array repeats the datum
        parts++;
      } else if (!text(value.parts())) {
        return false;
      }
      if (item.name().equals("Data")) {
        data.add(new Datum(attribute(item, "Name"), value));
      } else if (item.attributes().isEmpty()) {
        data.add(new Datum(new Field(List.of(new Node.Text(item.name()))), value));
      } else {
        return false;
      }
    }
    return true;
  }

  private static Field attribute(Node.Element element, String name) {
    for (Node.Attribute attribute : element.attributes()) {
      if (attribute.name().equals(name)) {
        return new Field(attribute.value());
      }
    }
    return Field.NONE;
  }

  /** True if attributes hold nothing but text and holes, and no name stands there twice. */
  private boolean texts(List<Node.Attribute> attributes) {
    List<String> seen = new ArrayList<>();
    for (Node.Attribute attribute : attributes) {
      if (seen.contains(attribute.name()) || !text(attribute.value())) {
        return false;
      }
      seen.add(attribute.name());
    }
    return true;
  }

  private boolean text(List<Node> content) {
    for (Node node : content) {
      parts++;
      if (node instanceof Node.Substitution hole) {
        valuesNeeded = Math.max(valuesNeeded, hole.index() + 1);
        single.add(hole.index());
      } else if (!(node instanceof Node.Text)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The record without its data, or null if a value is unusual.
   *
   * @throws BinXmlException if the chunk has expanded to more than the limit
   */
  @Nullable EvtxRecord head(
      Chunk chunk, List<Value> values, long recordId, Instant written, long offset)
      throws BinXmlException {
    if (dataAlone || !usual(chunk, values)) {
      return null;
    }
    String source = text(chunk, provider, values);
    return new EvtxRecord(
        recordId,
        time(chunk, values, written),
        source.isEmpty() ? text(chunk, eventSource, values) : source,
        EventFields.number(text(chunk, eventId, values)),
        EventFields.number(text(chunk, level, values)),
        text(chunk, channel, values),
        text(chunk, computer, values),
        text(chunk, userId, values),
        List.of(),
        Integrity.INTACT,
        offset,
        NO_ELEMENTS);
  }

  /** The data of the same record, or null if a value is unusual. */
  @Nullable List<EventDatum> data(Chunk chunk, List<Value> values) throws BinXmlException {
    if (nested < 0) {
      return ownData(chunk, values);
    }
    Value value = values.get(nested);
    if (value.type() != Value.BIN_XML || value.isEmpty()) {
      return null;
    }
    int end = value.offset() + value.length();
    List<Node> nodes = BinXmlParser.fragments(chunk, value.offset(), end, NESTED_LEVEL);
    if (nodes.size() != 1 || !(nodes.getFirst() instanceof Node.Instance instance)) {
      return null;
    }
    TemplateFields fields = chunk.fields(instance.template());
    return fields != null && fields.dataAlone && fields.usual(chunk, instance.values())
        ? fields.ownData(chunk, instance.values())
        : null;
  }

  private List<EventDatum> ownData(Chunk chunk, List<Value> values) throws BinXmlException {
    List<EventDatum> all = new ArrayList<>(data.size());
    for (Datum datum : data) {
      String name = text(chunk, datum.name(), values);
      Node.Substitution only = datum.value().only();
      if (only == null || !values.get(only.index()).isArray()) {
        all.add(new EventDatum(name, text(chunk, datum.value(), values)));
        continue;
      }
      List<Value> items = ValueText.items(chunk, values.get(only.index()));
      if (items.isEmpty()) {
        all.add(new EventDatum(name, ""));
      }
      for (Value item : items) {
        chunk.budget.node(item.offset());
        all.add(new EventDatum(name, text(chunk, item)));
      }
    }
    return all;
  }

  /** True if there are values enough, and each has a text whatever its bytes are. */
  private boolean usual(Chunk chunk, List<Value> values) throws BinXmlException {
    if (values.size() < valuesNeeded) {
      return false;
    }
    for (int i = 0; i < values.size(); i++) {
      if (i != nested && !usual(chunk, values.get(i))) {
        return false;
      }
    }
    for (int index : single) {
      if (values.get(index).isArray()) {
        return false;
      }
    }
    for (int i = 0; i < parts; i++) {
      chunk.budget.node(0);
    }
    return true;
  }

  private static boolean usual(Chunk chunk, Value value) throws BinXmlException {
    int type = value.type();
    if (value.isEmpty()) {
      return type != Value.BIN_XML && type != Value.CUT_OFF;
    }
    return switch (type) {
      case Value.STRING, Value.ARRAY | Value.STRING, Value.BINARY -> true;
      case 0x0D -> value.length() == 1 || value.length() >= 4;
      case Value.SIZE_T -> value.length() == 4 || value.length() >= 8;
      case 0x04, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0F, FILE_TIME, 0x14, 0x15 ->
          value.length() >= ValueText.fixedSize(type);
      case Value.SID ->
          value.length() >= 8 && value.length() >= 8 + 4 * chunk.u8(value.offset() + 1);
      default -> false;
    };
  }

  private Instant time(Chunk chunk, List<Value> values, Instant written) throws BinXmlException {
    Node.Substitution only = time.only();
    if (only != null) {
      Value value = values.get(only.index());
      if (value.type() == FILE_TIME && !value.isEmpty()) {
        return ValueText.fileTime(chunk.i64(value.offset()));
      }
    }
    return EventFields.time(text(chunk, time, values), written);
  }

  private static String text(Chunk chunk, Field field, List<Value> values) throws BinXmlException {
    if (field.parts().size() == 1) {
      return text(chunk, field.parts().getFirst(), values);
    }
    StringBuilder text = new StringBuilder();
    for (Node part : field.parts()) {
      text.append(text(chunk, part, values));
    }
    return text.toString();
  }

  private static String text(Chunk chunk, Node part, List<Value> values) throws BinXmlException {
    if (part instanceof Node.Text literal) {
      chunk.budget.characters(0, literal.text().length());
      return literal.text();
    }
    Node.Substitution hole = (Node.Substitution) part; // text() lets nothing else in
    return text(chunk, values.get(hole.index()));
  }

  private static String text(Chunk chunk, Value value) throws BinXmlException {
    String text = value.isEmpty() ? "" : ValueText.of(chunk, value);
    chunk.budget.characters(value.offset(), text.length());
    return text;
  }
}
