package org.wachtpost.inspect.evtx;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of a record stand in a template of the usual shape (System, then EventData), so
 * that they are taken straight from the values that fill it, and no element is built.
 *
 * <p>Gives what {@link Expansion} and {@link EventFields} give, or null: whatever is unusual about
 * a template or a value is left to them ({@code TemplateFieldsTest}). One thread.
 */
final class TemplateFields {
  private static final EvtxElement NO_ELEMENTS = new EvtxElement("Event", List.of(), List.of());

  /** How deep in elements and templates the EventData of an event stands. */
  private static final int NESTED_LEVEL = 3;

  /** No number, time or identifier has more characters. */
  private static final int MOST_CHARACTERS = 40;

  /** One element of EventData: a Data with or without a name, or one that is its own name. */
  record Datum(String name, Field value) {}

  /** Which values fill the texts of a part of a template, as often as they do, and what else. */
  private static final class Holes {
    private int[] indexes = new int[8];
    private int count;
    private int parts;
    private int characters;

    void add(int index) {
      if (count == indexes.length) {
        indexes = Arrays.copyOf(indexes, 2 * count);
      }
      indexes[count++] = index;
    }

    /** True if content is nothing but text and holes, which are added. */
    boolean add(List<Node> content) {
      for (Node node : content) {
        parts++;
        switch (node) {
          case Node.Substitution hole -> add(hole.index());
          case Node.Text(String text) -> characters += text.length();
          case Node.CData _, Node.ProcessingInstruction _, Node.Element _, Node.Instance _ -> {
            return false;
          }
        }
      }
      return true;
    }

    /** The same for the values of attributes; false as well if a name stands there twice. */
    boolean attributes(List<Node.Attribute> attributes) {
      List<String> seen = new ArrayList<>();
      for (Node.Attribute attribute : attributes) {
        if (seen.contains(attribute.name()) || !add(attribute.value())) {
          return false;
        }
        seen.add(attribute.name());
      }
      return true;
    }

    /** True if one of the values is an array. */
    boolean array(TemplateInstance values) {
      for (int i = 0; i < count; i++) {
        if (values.isArray(indexes[i])) {
          return true;
        }
      }
      return false;
    }

    /**
     * True if each value is there and has a text whatever its bytes are, and all of that is within
     * the limits.
     *
     * @param arrays may be among them
     */
    boolean usual(Chunk chunk, TemplateInstance values, boolean arrays) throws BinXmlException {
      long nodes = parts;
      long most = characters;
      for (int i = 0; i < count; i++) {
        int hole = indexes[i];
        if (hole >= values.size() || !TemplateFields.usual(chunk, values, hole)) {
          return false;
        }
        int length = values.length(hole);
        most += MOST_CHARACTERS + 2L * length;
        if (values.isArray(hole)) {
          if (!arrays) {
            return false; // it would repeat an element of which one is looked for
          }
          nodes += length / 2 + 1;
        }
      }
      return chunk.budget.reserve(nodes, most);
    }
  }

  private Field provider = Field.NONE;
  private Field eventSource = Field.NONE;
  private Field eventId = Field.NONE;
  private Field level = Field.NONE;
  private Field time = Field.NONE;
  private Field channel = Field.NONE;
  private Field computer = Field.NONE;
  private Field userId = Field.NONE;
  private final List<Datum> data = new ArrayList<>();
  private final Holes ofSystem = new Holes();
  private final Holes ofData = new Holes();
  private final Holes ofRest = new Holes();

  /** The value of an event's template that holds its EventData, or -1. */
  private int nested = -1;

  private boolean dataAlone;

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
    boolean usual = ofRest.attributes(event.attributes());
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
      } else {
        return false;
      }
    }
    return usual && systems == 1 && datas <= 1;
  }

  private boolean system(Node.Element system) {
    List<String> seen = new ArrayList<>();
    if (!ofSystem.attributes(system.attributes())) {
      return false;
    }
    for (Node node : system.content()) {
      if (!(node instanceof Node.Element part)
          || seen.contains(part.name())
          || !ofSystem.attributes(part.attributes())
          || !ofSystem.add(part.content())) {
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
    if (!ofRest.attributes(section.attributes())) {
      return false;
    }
    for (Node node : section.content()) {
      if (!(node instanceof Node.Element item) || !ofRest.attributes(item.attributes())) {
        return false;
      }
      boolean named = item.name().equals("Data");
      String name = named ? attribute(item, "Name").literal : item.name();
      if (name == null || !named && !item.attributes().isEmpty()) {
        return false;
      }
      // A value that is all of an element may be an array, which repeats the element.
      boolean whole =
          item.content().size() == 1 && item.content().getFirst() instanceof Node.Substitution;
      if (!(whole ? ofData : ofRest).add(item.content())) {
        return false;
      }
      data.add(new Datum(name, new Field(item.content())));
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

  /**
   * The record without its data, or null if a value of its System part is unusual.
   *
   * @throws BinXmlException if a value is
   */
  @Nullable EvtxRecord head(
      Chunk chunk, TemplateInstance values, long recordId, Instant written, long offset)
      throws BinXmlException {
    if (dataAlone || !ofSystem.usual(chunk, values, false)) {
      return null;
    }
    String source = provider.repeated(chunk, values);
    return new EvtxRecord(
        recordId,
        time(chunk, values, written),
        source.isEmpty() ? eventSource.repeated(chunk, values) : source,
        eventId.number(chunk, values),
        level.number(chunk, values),
        channel.repeated(chunk, values),
        computer.repeated(chunk, values),
        userId.repeated(chunk, values),
        List.of(),
        Integrity.INTACT,
        offset,
        NO_ELEMENTS);
  }

  /**
   * The data of the same record, or null if any of its values is unusual.
   *
   * @throws BinXmlException if a value is
   */
  @Nullable List<EventDatum> data(KnownTemplates known, Chunk chunk, TemplateInstance values)
      throws BinXmlException {
    if (!ofRest.usual(chunk, values, false)) {
      return null;
    }
    if (nested < 0) {
      return ownData(chunk, values);
    }
    if (nested >= values.size() || values.type(nested) != Value.BIN_XML) {
      return null;
    }
    int from = values.offset(nested);
    int end = from + values.length(nested);
    TemplateInstance instance = TemplateInstance.of(chunk, from, end, true);
    if (instance == null) {
      return null;
    }
    TemplateFields fields = known.fields(chunk, instance.definition, NESTED_LEVEL + 1);
    return fields != null && fields.dataAlone && fields.ofRest.usual(chunk, instance, false)
        ? fields.ownData(chunk, instance)
        : null;
  }

  private @Nullable List<EventDatum> ownData(Chunk chunk, TemplateInstance values)
      throws BinXmlException {
    if (!ofData.usual(chunk, values, true)) {
      return null;
    }
    return ofData.array(values)
        ? LateData.repeated(chunk, values, data)
        : LateData.of(chunk, values, data);
  }

  private static boolean usual(Chunk chunk, TemplateInstance values, int index)
      throws BinXmlException {
    int type = values.type(index);
    int length = values.length(index);
    if (type == Value.NULL || length == 0) {
      return type != Value.BIN_XML && type != Value.CUT_OFF;
    }
    return switch (type) {
      case Value.STRING, Value.ARRAY | Value.STRING, Value.BINARY -> true;
      case 0x0D -> length == 1 || length >= 4;
      case Value.SIZE_T -> length == 4 || length >= 8;
      case Value.UINT8, Value.UINT16, 0x07, 0x08, 0x09, 0x0A, 0x0F, Value.FILE_TIME, 0x14, 0x15 ->
          length >= ValueText.fixedSize(type);
      case Value.SID -> length >= 8 && length >= 8 + 4 * chunk.u8(values.offset(index) + 1);
      default -> false;
    };
  }

  private Instant time(Chunk chunk, TemplateInstance values, Instant written)
      throws BinXmlException {
    int hole = time.hole;
    if (hole >= 0 && values.type(hole) == Value.FILE_TIME && values.length(hole) > 0) {
      return ValueText.fileTime(chunk.i64(values.offset(hole)));
    }
    return EventFields.time(time.text(chunk, values), written);
  }
}
