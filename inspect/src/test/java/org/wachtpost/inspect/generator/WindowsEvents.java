package org.wachtpost.inspect.generator;

import static org.wachtpost.inspect.generator.BinXmlPart.attribute;
import static org.wachtpost.inspect.generator.BinXmlPart.element;
import static org.wachtpost.inspect.generator.BinXmlPart.hole;
import static org.wachtpost.inspect.generator.BinXmlPart.optional;
import static org.wachtpost.inspect.generator.BinXmlPart.text;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Events in the three shapes that Windows writes: classic, manifest (EventData), UserData. */
public final class WindowsEvents {
  private static final String NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event";
  private static final BinXmlPart.Element CLASSIC = classicTemplate();
  private static final long CLASSIC_KEYWORD = 0x0080_0000_0000_0000L;

  private WindowsEvents() {}

  /** Where an event is written and by whom. */
  public record Source(String provider, String guid, String channel, String computer) {}

  /** An event of a source registered the old way: values without names. */
  public static EvtxValue.Fragment classic(
      Source source, long recordId, Instant time, int eventId, int level, List<String> data) {
    List<EvtxValue> values = new ArrayList<>();
    values.add(EvtxValue.string(source.provider()));
    values.add(EvtxValue.u16(level <= 2 ? 49_152 : level == 3 ? 32_768 : 16_384));
    values.add(EvtxValue.u16(eventId));
    values.add(EvtxValue.u8(level));
    values.add(EvtxValue.u16(1));
    values.add(EvtxValue.hex64(CLASSIC_KEYWORD));
    values.add(EvtxValue.time(time));
    values.add(EvtxValue.u64(recordId));
    values.add(EvtxValue.string(source.channel()));
    values.add(EvtxValue.string(source.computer()));
    values.add(EvtxValue.none());
    values.add(EvtxValue.strings(data));
    values.add(EvtxValue.none());
    return EvtxWriter.event(CLASSIC, values);
  }

  /** An event of a manifest provider: named values in EventData. */
  public static EvtxValue.Fragment manifest(
      Source source,
      long recordId,
      Instant time,
      int eventId,
      int level,
      String userSid,
      Map<String, String> data) {
    List<BinXmlPart> items = new ArrayList<>();
    List<EvtxValue> values = new ArrayList<>();
    data.forEach((name, value) -> {
      items.add(element("Data", List.of(attribute("Name", text(name))), hole(values.size(), 1)));
      values.add(EvtxValue.string(value));
    });
    return manifest(
        source,
        recordId,
        time,
        eventId,
        level,
        userSid,
        EvtxValue.embedded(
            element("EventData", items.toArray(BinXmlPart[]::new)), List.copyOf(values)));
  }

  /** An event of a manifest provider with UserData: one element that holds named elements. */
  public static EvtxValue.Fragment userData(
      Source source,
      long recordId,
      Instant time,
      int eventId,
      int level,
      String name,
      Map<String, String> data) {
    List<BinXmlPart> items = new ArrayList<>();
    List<EvtxValue> values = new ArrayList<>();
    data.forEach((item, value) -> {
      items.add(element(item, hole(values.size(), 1)));
      values.add(EvtxValue.string(value));
    });
    BinXmlPart.Element body =
        element(
            name,
            List.of(
                attribute(
                    "xmlns", text("http://manifests.microsoft.com/win/2004/08/windows/eventlog"))),
            items.toArray(BinXmlPart[]::new));
    return manifest(
        source,
        recordId,
        time,
        eventId,
        level,
        "",
        EvtxValue.embedded(element("UserData", body), List.copyOf(values)));
  }

  private static EvtxValue.Fragment manifest(
      Source source,
      long recordId,
      Instant time,
      int eventId,
      int level,
      String userSid,
      EvtxValue body) {
    List<EvtxValue> values = new ArrayList<>();
    values.add(EvtxValue.u8(level));
    values.add(EvtxValue.u8(0));
    values.add(EvtxValue.u16(0));
    values.add(EvtxValue.u16(eventId));
    values.add(EvtxValue.none());
    values.add(EvtxValue.hex64(0x8020_0000_0000_0000L));
    values.add(EvtxValue.time(time));
    values.add(EvtxValue.none());
    values.add(EvtxValue.u32(700));
    values.add(EvtxValue.u32(1_820));
    values.add(EvtxValue.u64(recordId));
    values.add(EvtxValue.u8(1));
    values.add(EvtxValue.sid(userSid));
    values.add(EvtxValue.string(source.channel()));
    values.add(EvtxValue.string(source.computer()));
    values.add(EvtxValue.string(source.provider()));
    values.add(EvtxValue.guid(UUID.fromString(source.guid())));
    values.add(body);
    return EvtxWriter.event(MANIFEST, values);
  }

  private static final BinXmlPart.Element MANIFEST = manifestTemplate();

  private static BinXmlPart.Element classicTemplate() {
    return element(
        "Event",
        List.of(attribute("xmlns", text(NAMESPACE))),
        element(
            "System",
            element("Provider", List.of(attribute("Name", optional(0, 1)))),
            element("EventID", List.of(attribute("Qualifiers", optional(1, 6))), optional(2, 6)),
            element("Level", optional(3, 4)),
            element("Task", optional(4, 6)),
            element("Keywords", optional(5, 0x15)),
            element("TimeCreated", List.of(attribute("SystemTime", optional(6, 0x11)))),
            element("EventRecordID", optional(7, 0x0A)),
            element("Channel", optional(8, 1)),
            element("Computer", optional(9, 1)),
            element("Security", List.of(attribute("UserID", optional(10, 0x13))))),
        element(
            "EventData", element("Data", hole(11, 0x81)), element("Binary", optional(12, 0x0E))));
  }

  private static BinXmlPart.Element manifestTemplate() {
    return element(
        "Event",
        List.of(attribute("xmlns", text(NAMESPACE))),
        element(
            "System",
            element(
                "Provider",
                List.of(attribute("Name", optional(15, 1)), attribute("Guid", optional(16, 0x0F)))),
            element("EventID", List.of(attribute("Qualifiers", optional(4, 6))), optional(3, 6)),
            element("Version", optional(11, 4)),
            element("Level", optional(0, 4)),
            element("Task", optional(2, 6)),
            element("Opcode", optional(1, 4)),
            element("Keywords", optional(5, 0x15)),
            element("TimeCreated", List.of(attribute("SystemTime", optional(6, 0x11)))),
            element("EventRecordID", optional(10, 0x0A)),
            element("Correlation", List.of(attribute("ActivityID", optional(7, 0x0F)))),
            element(
                "Execution",
                List.of(
                    attribute("ProcessID", optional(8, 8)), attribute("ThreadID", optional(9, 8)))),
            element("Channel", optional(13, 1)),
            element("Computer", optional(14, 1)),
            element("Security", List.of(attribute("UserID", optional(12, 0x13))))),
        optional(17, 0x21));
  }
}
