package org.wachtpost.inspect.evtx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Fills templates in: from parsed tokens to the elements of one record. */
final class Expansion {
  private final Chunk chunk;
  private final boolean whole;
  private final BiConsumer<Integer, String> unreadableValue;

  /**
   * @param whole fails where a part is damaged or cut off: what looks like a deleted record may be
   *     pieces of two
   * @param unreadableValue told of each value that cannot be read: offset in the chunk, why
   */
  Expansion(Chunk chunk, boolean whole, BiConsumer<Integer, String> unreadableValue) {
    this.chunk = chunk;
    this.whole = whole;
    this.unreadableValue = unreadableValue;
  }

  /** The root element of a record. */
  Optional<EvtxElement> root(List<Node> nodes) throws BinXmlException {
    List<EvtxContent> content = new ArrayList<>();
    expand(nodes, Filling.NONE, content, 0);
    for (EvtxContent part : content) {
      if (part instanceof EvtxElement element) {
        return Optional.of(element);
      }
    }
    return Optional.empty();
  }

  /** The root element with its System part alone; empty if the record is built otherwise. */
  Optional<EvtxElement> head(List<Node> nodes) throws BinXmlException {
    for (Node node : nodes) {
      if (node instanceof Node.Element element) {
        return head(element, Filling.NONE);
      }
      if (node instanceof Node.Instance instance) {
        for (Node inner : instance.template().nodes()) {
          if (inner instanceof Node.Element element) {
            return head(element, Filling.of(instance.values()));
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<EvtxElement> head(Node.Element event, Filling values) throws BinXmlException {
    for (Node node : event.content()) {
      if (node instanceof Node.Element part && part.name().equals("System")) {
        List<EvtxContent> system = new ArrayList<>();
        element(part, values, system, 2);
        return Optional.of(new EvtxElement(event.name(), List.of(), system));
      }
    }
    return Optional.empty();
  }

  private void expand(List<Node> nodes, Filling values, List<EvtxContent> into, int level)
      throws BinXmlException {
    StringBuilder text = new StringBuilder();
    for (Node node : nodes) {
      chunk.budget.node(0);
      switch (node) {
        case Node.Text(String part) -> append(text, part, 0);
        case Node.Substitution hole -> {
          Value value = value(values, hole);
          if (value.type() == Value.BIN_XML && value.length() > 0) {
            flush(text, into);
            embedded(value, values, into, level + 1);
          } else {
            append(text, text(value), value.offset());
          }
        }
        case Node.CData(String part) -> {
          flush(text, into);
          into.add(new EvtxContent.CData(count(part, 0)));
        }
        case Node.ProcessingInstruction(String target, String part) -> {
          flush(text, into);
          into.add(new EvtxContent.ProcessingInstruction(target, count(part, 0)));
        }
        case Node.Element element -> {
          flush(text, into);
          element(element, values, into, level + 1);
        }
        case Node.Instance instance -> {
          flush(text, into);
          BinXmlParser.checkLevel(level, instance.offset());
          if (whole && !instance.named()) {
            throw new BinXmlException(instance.offset(), "its template was overwritten");
          }
          expand(instance.template().nodes(), Filling.of(instance.values()), into, level + 1);
        }
      }
    }
    flush(text, into);
  }

  /**
   * What is damaged in an event's own part costs that part: who wrote it and when stands before.
   */
  private void embedded(Value value, Filling values, List<EvtxContent> into, int level)
      throws BinXmlException {
    List<Node> nodes;
    try {
      nodes = BinXmlParser.fragments(chunk, value.offset(), value.offset() + value.length(), level);
    } catch (BinXmlException e) {
      if (whole) {
        throw e;
      }
      unreadableValue.accept(e.offset(), e.what());
      String hex = ValueText.hex(chunk, value);
      into.add(new EvtxContent.Text(count(hex, value.offset())));
      return;
    }
    expand(nodes, values, into, level);
  }

  private void element(Node.Element element, Filling values, List<EvtxContent> into, int level)
      throws BinXmlException {
    BinXmlParser.checkLevel(level, element.offset());
    int array = array(element, values);
    if (array >= 0) {
      repeat(element, values, array, into, level);
      return;
    }
    List<EvtxElement.Attribute> attributes = attributes(element, values);
    List<EvtxContent> content = new ArrayList<>();
    expand(element.content(), values, content, level);
    into.add(new EvtxElement(element.name(), attributes, content));
  }

  /** An array makes one element for each item, and an empty one an empty element. */
  private void repeat(
      Node.Element element, Filling values, int array, List<EvtxContent> into, int level)
      throws BinXmlException {
    Value value = values.get(array);
    for (Value item : items(value)) {
      chunk.budget.node(value.offset());
      element(element, values.with(array, item), into, level);
    }
  }

  private List<Value> items(Value array) throws BinXmlException {
    try {
      List<Value> items = ValueText.items(chunk, array);
      return items.isEmpty() ? List.of(new Value(Value.NULL, array.offset(), 0)) : items;
    } catch (BinXmlException e) {
      unreadableValue.accept(e.offset(), e.what());
      return List.of(new Value(Value.BINARY, array.offset(), array.length()));
    }
  }

  /** The first value that is an array and stands in the element itself, its attributes last. */
  private static int array(Node.Element element, Filling values) {
    int array = array(element.content(), values);
    for (int i = 0; array < 0 && i < element.attributes().size(); i++) {
      array = array(element.attributes().get(i).value(), values);
    }
    return array;
  }

  private static int array(List<Node> nodes, Filling values) {
    for (Node node : nodes) {
      if (node instanceof Node.Substitution hole
          && hole.index() < values.size()
          && values.get(hole.index()).isArray()
          && values.depth() < Filling.MAX_DEPTH) {
        return hole.index();
      }
    }
    return -1;
  }

  private List<EvtxElement.Attribute> attributes(Node.Element element, Filling values)
      throws BinXmlException {
    if (element.attributes().isEmpty()) {
      return List.of();
    }
    List<EvtxElement.Attribute> attributes = new ArrayList<>(element.attributes().size());
    for (Node.Attribute attribute : element.attributes()) {
      chunk.budget.node(element.offset());
      StringBuilder text = new StringBuilder();
      for (Node part : attribute.value()) {
        switch (part) {
          case Node.Text(String literal) -> append(text, literal, 0);
          case Node.Substitution hole -> append(text, text(value(values, hole)), hole.offset());
          case Node.CData _, Node.ProcessingInstruction _, Node.Element _, Node.Instance _ ->
              throw new BinXmlException(element.offset(), "an attribute holds more than text");
        }
      }
      if (!text.isEmpty()) {
        attributes.add(new EvtxElement.Attribute(attribute.name(), text.toString()));
      }
    }
    return attributes;
  }

  private Value value(Filling values, Node.Substitution hole) {
    if (hole.index() >= values.size()) {
      if (!hole.optional()) {
        unreadableValue.accept(hole.offset(), "a template asks for a value that is not there");
      }
      return new Value(Value.NULL, hole.offset(), 0);
    }
    return values.get(hole.index());
  }

  private String text(Value value) throws BinXmlException {
    if (value.type() == Value.CUT_OFF) {
      if (whole) {
        throw new BinXmlException(value.offset(), "a value is cut off");
      }
      unreadableValue.accept(value.offset(), "a value is cut off");
      return "";
    }
    if (value.isEmpty()) {
      return "";
    }
    try {
      return ValueText.of(chunk, value);
    } catch (BinXmlException e) {
      unreadableValue.accept(e.offset(), e.what());
      return ValueText.hex(chunk, value);
    }
  }

  private void append(StringBuilder text, String part, int offset) throws BinXmlException {
    text.append(count(part, offset));
  }

  private String count(String part, int offset) throws BinXmlException {
    chunk.budget.characters(offset, part.length());
    return part;
  }

  private static void flush(StringBuilder text, List<EvtxContent> into) {
    if (!text.isEmpty()) {
      into.add(new EvtxContent.Text(text.toString()));
      text.setLength(0);
    }
  }
}
