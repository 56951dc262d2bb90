package org.wachtpost.inspect.evtx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wachtpost.inspect.generator.BinXmlPart.attribute;
import static org.wachtpost.inspect.generator.BinXmlPart.element;
import static org.wachtpost.inspect.generator.BinXmlPart.hole;
import static org.wachtpost.inspect.generator.BinXmlPart.optional;
import static org.wachtpost.inspect.generator.BinXmlPart.text;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wachtpost.inspect.generator.BinXmlPart;
import org.wachtpost.inspect.generator.EvtxValue;
import org.wachtpost.inspect.generator.EvtxWriter;

/** Every token and value type of [MS-EVEN6] §2.2.12 and §2.2.18. */
class BinXmlTest {
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "01|41004200e900|ABé",
        "01|410000004200|A",
        "02|416283|Abƒ",
        "03|ff|-1",
        "04|ff|255",
        "05|feff|-2",
        "06|feff|65534",
        "07|feffffff|-2",
        "08|feffffff|4294967294",
        "09|feffffffffffffff|-2",
        "0a|feffffffffffffff|18446744073709551614",
        "0b|0000c03f|1.5",
        "0b|00000040|2",
        "0c|000000000000f83f|1.5",
        "0c|000000000000f07f|1.#INF",
        "0c|000000000000f0ff|-1.#INF",
        "0c|000000000000f8ff|-1.#IND",
        "0d|01000000|true",
        "0d|00000000|false",
        "0d|64000000|true",
        "0d|01|true",
        "0e|00ff10|00FF10",
        "0f|25968454785494 49a5ba3e3b0328c30d|54849625-5478-4994-A5BA-3E3B0328C30D",
        "10|00100000|0x1000",
        "10|0010000000000000|0x1000",
        "11|00803ed5deb19d01|1970-01-01T00:00:00.0000000Z",
        "12|e507030003000300060031000c00a200|2021-03-03T06:49:12.1620000Z",
        "13|010100000000000512000000|S-1-5-18",
        "14|0a000000|0xa",
        "15|0000000000002080|0x8020000000000000",
        "87|01000000ffffffff|1,-1",
        "86|01000200|1,2",
        "93|010100000000000512000000010100000000000513000000|S-1-5-18,S-1-5-19",
        "95|0100000000000000ff00000000000000|0x1,0xff",
        "00||''",
        "01||''"
      })
  void everyValueTypeHasItsText(String type, String hex, String expected) throws Exception {
    byte[] bytes = hex == null ? new byte[0] : HexFormat.of().parseHex(hex.replace(" ", ""));
    Memory.Result result =
        read(hole(0, 0), List.of(new EvtxValue.Plain(Integer.parseInt(type, 16), bytes)));
    assertThat(String.join(",", items(result).stream().map(EvtxElement::text).toList()))
        .isEqualTo(expected);
    assertThat(result.damage()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "13,0105000000000005,0105000000000005",
    "0f,0102,0102",
    "99,0102,0102",
    "12," + "e50763000300030006003100 0c00a200,E50763000300030006003100" + "0C00A200"
  })
  void valueThatDoesNotFitItsTypeIsShownInHexadecimalAndSaid(
      String type, String hex, String expected) throws Exception {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    Memory.Result result =
        read(hole(0, 0), List.of(new EvtxValue.Plain(Integer.parseInt(type, 16), bytes)));
    EvtxRecord record = result.records().getFirst();
    assertThat(record.integrity()).isEqualTo(Integrity.PARTIAL);
    assertThat(record.root().child("Item").orElseThrow().text()).isEqualTo(expected);
    assertThat(result.damage()).hasSize(1);
    assertThat(result.summary().partial()).isEqualTo(1);
  }

  @Test
  void arrayOfStringsRepeatsItsElement() throws Exception {
    Memory.Result result = read(hole(0, 0x81), List.of(EvtxValue.strings(List.of("a", "", "c"))));
    assertThat(items(result)).extracting(EvtxElement::text).containsExactly("a", "", "c");
  }

  @Test
  void arrayOfStringsWithoutItsLastNulIsWhole() throws Exception {
    byte[] bytes = "a\0b".getBytes(StandardCharsets.UTF_16LE);
    Memory.Result result = read(hole(0, 0x81), List.of(new EvtxValue.Plain(0x81, bytes)));
    assertThat(items(result)).extracting(EvtxElement::text).containsExactly("a", "b");
  }

  @Test
  void emptyArrayOfStringsMakesOneEmptyElement() throws Exception {
    Memory.Result result = read(hole(0, 0x81), List.of(EvtxValue.strings(List.of())));
    assertThat(items(result)).hasSize(1);
    assertThat(items(result).getFirst().text()).isEmpty();
  }

  @Test
  void tokensOfTextAreResolved() throws Exception {
    BinXmlPart.Element template =
        element(
            "Event",
            element(
                "Item",
                text("a"),
                new BinXmlPart.CharRef('<'),
                new BinXmlPart.EntityRef("amp"),
                new BinXmlPart.EntityRef("unknown"),
                hole(0, 1)),
            new BinXmlPart.Instruction("target", "some ?> data"),
            element("Note", new BinXmlPart.CData("x ]]> y")));
    EvtxRecord record =
        read(new EvtxValue.Fragment(template, List.of(EvtxValue.string("z")), true))
            .records()
            .getFirst();
    assertThat(record.root().child("Item").orElseThrow().text()).isEqualTo("a<&&unknown;z");
    assertThat(record.toXml())
        .contains("<Item>a&lt;&amp;&amp;unknown;z</Item>")
        .contains("<?target some ? > data?>")
        .contains("<![CDATA[x ]]]]><![CDATA[> y]]>");
  }

  @Test
  void attributeWhoseOptionalValueIsMissingIsLeftOut() throws Exception {
    BinXmlPart.Element template =
        element(
            "Event",
            element(
                "Item",
                List.of(attribute("A", optional(0, 1)), attribute("B", text("b"), hole(1, 8))),
                optional(0, 1)));
    EvtxRecord record =
        read(new EvtxValue.Fragment(template, List.of(EvtxValue.none(), EvtxValue.u32(7)), true))
            .records()
            .getFirst();
    EvtxElement item = record.root().child("Item").orElseThrow();
    assertThat(item.attributes()).containsExactly(new EvtxElement.Attribute("B", "b7"));
    assertThat(item.content()).isEmpty();
  }

  @Test
  void forwardedEventWithoutTemplateIsRead() throws Exception {
    BinXmlPart.Element bare =
        element(
            "Event",
            element(
                "System",
                element("Provider", List.of(attribute("Name", text("MSExchange CmdletLogs")))),
                element("EventID", List.of(attribute("Qualifiers", text("16384"))), text("1")),
                element(
                    "TimeCreated",
                    List.of(attribute("SystemTime", text("2021-11-19T16:52:33.833733500Z"))))),
            element("EventData", element("Data", text("Set-Mailbox")), element("Data")));
    EvtxRecord record = read(new EvtxValue.Fragment(bare, List.of(), false)).records().getFirst();
    assertThat(record.provider()).isEqualTo("MSExchange CmdletLogs");
    assertThat(record.eventId()).isEqualTo(1);
    assertThat(record.time()).isEqualTo(Instant.parse("2021-11-19T16:52:33.833733500Z"));
    assertThat(record.data()).extracting(EventDatum::value).containsExactly("Set-Mailbox", "");
  }

  @Test
  void severalFragmentsInOneValueAreAllRead() throws Exception {
    EvtxValue.Fragment first =
        new EvtxValue.Fragment(element("A", hole(0, 1)), List.of(EvtxValue.string("1")), true);
    EvtxValue.Fragment second = new EvtxValue.Fragment(element("B", text("2")), List.of(), false);
    Memory.Result result =
        read(
            new EvtxValue.Fragment(
                element("Event", optional(0, 0x21)),
                List.of(new EvtxValue.Embedded(List.of(first, second))),
                true));
    EvtxElement root = result.records().getFirst().root();
    assertThat(root.child("A").orElseThrow().text()).isEqualTo("1");
    assertThat(root.child("B").orElseThrow().text()).isEqualTo("2");
  }

  @Test
  void valueThatIsMissingIsEmptyAndSaid() throws Exception {
    Memory.Result result = read(hole(3, 1), List.of(EvtxValue.string("only one")));
    assertThat(result.records().getFirst().integrity()).isEqualTo(Integrity.PARTIAL);
    assertThat(result.damage()).anyMatch(damage -> damage.what().contains("not there"));
  }

  @Test
  void namesThatAreNoXmlAreMadeSo() throws Exception {
    BinXmlPart.Element template =
        element("Event", element("a <b>", List.of(attribute("x\"y", text("1"))), text("z")));
    EvtxRecord record =
        read(new EvtxValue.Fragment(template, List.of(), true)).records().getFirst();
    assertThat(record.root().child("a <b>").orElseThrow().text()).isEqualTo("z");
    assertThat(record.toXml()).contains("<a__b_ x_y=\"1\">z</a__b_>");
  }

  @Test
  void nestingBeyondTheLimitIsDamage() throws Exception {
    BinXmlPart.Element deep = element("E", text("x"));
    for (int i = 0; i <= EvtxLimits.NESTING_LEVELS; i++) {
      deep = element("E", deep);
    }
    Memory.Result result = read(new EvtxValue.Fragment(deep, List.of(), true));
    assertThat(result.records()).isEmpty();
    assertThat(result.damage()).anyMatch(damage -> damage.what().contains("deeper than the limit"));
  }

  @Test
  void expansionBeyondTheLimitIsDamageAndTheChunkEnds() throws Exception {
    List<EvtxValue> values = List.of(EvtxValue.string("x".repeat(30_000)));
    List<BinXmlPart> parts = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      parts.add(element("Data", hole(0, 1)));
    }
    BinXmlPart.Element template = element("Event", parts.toArray(BinXmlPart[]::new));
    Memory.Result result = read(new EvtxValue.Fragment(template, values, true));
    assertThat(result.records()).isEmpty();
    assertThat(result.damage())
        .anyMatch(damage -> damage.what().contains("more text than the limit"));
  }

  private static EvtxElement one(BinXmlPart content, List<EvtxValue> values) throws Exception {
    Memory.Result result = read(content, values);
    assertThat(result.damage()).isEmpty();
    assertThat(result.records()).hasSize(1);
    return result.records().getFirst().root().child("Item").orElseThrow();
  }

  private static Memory.Result read(BinXmlPart content, List<EvtxValue> values) throws Exception {
    return read(EvtxWriter.event(element("Event", element("Item", content)), values));
  }

  private static Memory.Result read(EvtxValue.Fragment event) throws Exception {
    return Memory.log(writer -> writer.write(TIME, event)).read();
  }

  private static List<EvtxElement> items(Memory.Result result) {
    return result.records().getFirst().root().content().stream()
        .map(EvtxElement.class::cast)
        .toList();
  }
}
