package org.wachtpost.inspect.evtx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A text of a template, with holes that the values of an instance fill. One thread. */
final class Field {
  static final Field NONE = new Field(List.of());

  /** The text, if no value fills it; else null. */
  final @Nullable String literal;

  /** Which value is all of it, or -1. */
  final int hole;

  private final List<Node> parts;
  private byte[] lastBytes = {};
  private int lastType;
  private String lastText = "";

  /**
   * @param parts nothing but {@link Node.Text} and {@link Node.Substitution}
   */
  Field(List<Node> parts) {
    this.parts = parts;
    Node only = parts.size() == 1 ? parts.getFirst() : new Node.Text("");
    hole = only instanceof Node.Substitution substitution ? substitution.index() : -1;
    literal = parts.size() <= 1 && only instanceof Node.Text(String text) ? text : null;
  }

  String text(Chunk chunk, TemplateInstance values) throws BinXmlException {
    if (literal != null) {
      return literal;
    }
    if (hole >= 0) {
      return text(chunk, values.get(hole));
    }
    StringBuilder text = new StringBuilder();
    for (Node part : parts) {
      text.append(
          part instanceof Node.Substitution one
              ? text(chunk, values.get(one.index()))
              : ((Node.Text) part).text());
    }
    return text.toString();
  }

  static String text(Chunk chunk, Value value) throws BinXmlException {
    return value.isEmpty() ? "" : ValueText.of(chunk, value);
  }

  /** The same; a record mostly has the text of the one before, which is made once. */
  String repeated(Chunk chunk, TemplateInstance values) throws BinXmlException {
    if (hole < 0) {
      return text(chunk, values);
    }
    int offset = values.offset(hole);
    int length = values.length(hole);
    int type = values.type(hole);
    if (type != lastType
        || length != lastBytes.length
        || !chunk.same(offset, lastBytes, 0, length)) {
      lastText = text(chunk, values.get(hole));
      lastBytes = chunk.copy(offset, length);
      lastType = type;
    }
    return lastText;
  }

  /** The number that it says, or -1. */
  int number(Chunk chunk, TemplateInstance values) throws BinXmlException {
    if (hole >= 0 && values.length(hole) > 0) {
      int type = values.type(hole);
      if (type == Value.UINT8) {
        return chunk.u8(values.offset(hole));
      }
      if (type == Value.UINT16) {
        return chunk.u16(values.offset(hole));
      }
    }
    return EventFields.number(text(chunk, values));
  }
}
