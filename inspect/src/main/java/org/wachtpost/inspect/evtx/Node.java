package org.wachtpost.inspect.evtx;

import java.util.List;

/** A parsed token of BinXml ([MS-EVEN6] §2.2.12), before templates are filled in. */
sealed interface Node {

  record Element(int offset, String name, List<Attribute> attributes, List<Node> content)
      implements Node {}

  record Attribute(String name, List<Node> value) {}

  record Text(String text) implements Node {}

  record CData(String text) implements Node {}

  record ProcessingInstruction(String target, String text) implements Node {}

  /** A hole that the instance of a template fills. */
  record Substitution(int offset, int index, boolean optional) implements Node {}

  /**
   * A template and what fills it.
   *
   * @param named the template has the identifier that the instance names
   */
  record Instance(int offset, Template template, List<Value> values, boolean named)
      implements Node {}
}
