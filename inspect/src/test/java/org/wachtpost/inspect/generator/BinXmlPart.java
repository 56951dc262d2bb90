package org.wachtpost.inspect.generator;

import java.util.List;

/** What a template of an event log is made of, for {@link EvtxWriter}. */
public sealed interface BinXmlPart {

  record Element(String name, List<Attribute> attributes, List<BinXmlPart> content)
      implements BinXmlPart {}

  record Attribute(String name, List<BinXmlPart> value) {}

  record Text(String text) implements BinXmlPart {}

  record CData(String text) implements BinXmlPart {}

  record CharRef(int value) implements BinXmlPart {}

  record EntityRef(String name) implements BinXmlPart {}

  record Instruction(String target, String text) implements BinXmlPart {}

  /** A hole for a value. */
  record Hole(int index, int type, boolean optional) implements BinXmlPart {}

  static Element element(String name, BinXmlPart... content) {
    return new Element(name, List.of(), List.of(content));
  }

  static Element element(String name, List<Attribute> attributes, BinXmlPart... content) {
    return new Element(name, attributes, List.of(content));
  }

  static Attribute attribute(String name, BinXmlPart... value) {
    return new Attribute(name, List.of(value));
  }

  static Text text(String text) {
    return new Text(text);
  }

  static Hole hole(int index, int type) {
    return new Hole(index, type, false);
  }

  static Hole optional(int index, int type) {
    return new Hole(index, type, true);
  }
}
