package org.wachtpost.inspect.evtx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wachtpost.inspect.generator.BinXmlPart.attribute;
import static org.wachtpost.inspect.generator.BinXmlPart.element;
import static org.wachtpost.inspect.generator.BinXmlPart.hole;
import static org.wachtpost.inspect.generator.BinXmlPart.text;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wachtpost.inspect.generator.BinXmlPart;
import org.wachtpost.inspect.generator.EvtxValue;

/** Arrays of every type ([MS-EVEN6] §3.1.4.7.5): the element that holds one is repeated. */
class ArraysTest {
  private static final Instant TIME = Instant.parse("2021-03-03T06:49:12Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "81|410000004200|A+B",
        "81|4100000042000000|A+B",
        "81|41000000000042000000|A++B",
        "81|410000000000|A+",
        "81|4100000042|A",
        "82|410042c3a900|A+B\u00e9",
        "83|01ff|1+-1",
        "84|01ff|1+255",
        "85|0100feff|1+-2",
        "86|0100feff|1+65534",
        "87|01000000feffffff|1+-2",
        "88|01000000feffffff|1+4294967294",
        "89|0100000000000000feffffffffffffff|1+-2",
        "8a|0100000000000000feffffffffffffff|1+18446744073709551614",
        "8b|0000c03f000080bf|1.5+-1",
        "8c|000000000000f83f000000000000f87f|1.5+-1.#IND",
        "8d|0000000001000000ff000000|false+true+true",
        "8f|259684547854944 9a5ba3e3b0328c30d00000000000000000000000000000000|"
            + "54849625-5478-4994-A5BA-3E3B0328C30D+00000000-0000-0000-0000-000000000000",
        "90|01000000000000000200000000000000|0x1+0x2",
        "90|0100000002000000ff000000|0x1+0x2+0xff",
        "91|00803ed5deb19d010000000000000000|"
            + "1970-01-01T00:00:00.0000000Z+1601-01-01T00:00:00.0000000Z",
        "92|e507030003000300060031000c00a20000000000000000000000000000000000|"
            + "2021-03-03T06:49:12.1620000Z+1601-01-01T00:00:00.0000000Z",
        "93|01010000000000051200000001020000000000052000000020020000|S-1-5-18+S-1-5-32-544",
        "94|0000000010000000|0x0+0x10",
        "95|00000000000000000000000000002080|0x0+0x8020000000000000"
      })
  void everyTypeRepeatsItsElement(String type, String hex, String expected) throws Exception {
    List<EvtxValue> values = List.of(plain(type, hex));
    Memory.Result result = read(element("Event", element("Item", hole(0, 0))), values);
    assertThat(items(result))
        .extracting(EvtxElement::text)
        .containsExactly(expected.split("\\+", -1));
    assertThat(result.damage()).isEmpty();
  }

  @Test
  void whatStandsBesideAnArrayIsRepeatedWithIt() throws Exception {
    BinXmlPart.Element item =
        element(
            "Item",
            List.of(attribute("N", hole(1, 1)), attribute("Left", hole(2, 1))),
            text("a "),
            hole(0, 0x84),
            element("Sub", hole(0, 0x84)));
    Memory.Result result =
        read(
            element("Event", item),
            List.of(plain("84", "0709"), EvtxValue.string("n"), EvtxValue.none()));
    assertThat(items(result)).hasSize(2);
    EvtxElement second = items(result).getLast();
    assertThat(second.attributes()).containsExactly(new EvtxElement.Attribute("N", "n"));
    assertThat(second.content().getFirst()).isEqualTo(new EvtxContent.Text("a 9"));
    assertThat(second.child("Sub").orElseThrow().text()).isEqualTo("9");
  }

  @Test
  void anArrayInAnAttributeRepeatsItsElement() throws Exception {
    BinXmlPart.Element item =
        element("Item", List.of(attribute("N", text("x"), hole(0, 0x81))), text("t"));
    Memory.Result result =
        read(element("Event", item), List.of(EvtxValue.strings(List.of("1", "", "3"))));
    assertThat(items(result))
        .extracting(one -> one.attribute("N") + one.text())
        .containsExactly("x1t", "xt", "x3t");
  }

  @Test
  void ofTwoArraysEachItemMeetsEachOther() throws Exception {
    BinXmlPart.Element item = element("Item", hole(0, 0x84), text("-"), hole(1, 0x81));
    Memory.Result result =
        read(
            element("Event", item),
            List.of(plain("84", "0102"), EvtxValue.strings(List.of("a", "b"))));
    assertThat(items(result))
        .extracting(EvtxElement::text)
        .containsExactly("1-a", "1-b", "2-a", "2-b");
  }

  @Test
  void anArrayThatEndsWithinAnItemIsShownInHexadecimal() throws Exception {
    BinXmlPart.Element item = element("Item", hole(0, 0x88));
    Memory.Result result = read(element("Event", item), List.of(plain("88", "010000000200")));
    assertThat(items(result)).extracting(EvtxElement::text).containsExactly("010000000200");
    assertThat(result.records().getFirst().integrity()).isEqualTo(Integrity.PARTIAL);
    assertThat(result.damage()).hasSize(1);
  }

  @Test
  void arraysOfArraysEndAtTheLimits() throws Exception {
    List<BinXmlPart> holes = new ArrayList<>();
    List<EvtxValue> one = new ArrayList<>();
    List<EvtxValue> two = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      holes.add(hole(i, 0x84));
      one.add(plain("84", "01"));
      two.add(plain("84", "0102"));
    }
    BinXmlPart.Element event = element("Event", element("Item", holes.toArray(BinXmlPart[]::new)));
    assertThat(items(read(event, one)).getFirst().text()).isEqualTo("1".repeat(3_000));
    Memory.Result many = read(event, two);
    assertThat(many.records()).isEmpty();
    assertThat(many.damage()).anyMatch(damage -> damage.what().contains("more nodes"));
  }

  private static EvtxValue plain(String type, String hex) {
    return new EvtxValue.Plain(
        Integer.parseInt(type, 16), HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static Memory.Result read(BinXmlPart.Element event, List<EvtxValue> values)
      throws Exception {
    return Memory.log(writer -> writer.write(TIME, new EvtxValue.Fragment(event, values, true)))
        .read();
  }

  private static List<EvtxElement> items(Memory.Result result) {
    return result.records().getFirst().root().content().stream()
        .map(EvtxElement.class::cast)
        .toList();
  }
}
