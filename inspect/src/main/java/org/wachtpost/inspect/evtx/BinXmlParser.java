package org.wachtpost.inspect.evtx;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses BinXml tokens ([MS-EVEN6] §2.2.12) of a chunk, from one offset to another.
 *
 * <p>Elements inside a template definition carry a dependency identifier of two bytes, others do
 * not; writers differ, so the place where a sound name stands decides.
 */
final class BinXmlParser {
  private static final int MORE = 0x40;
  private static final int EOF = 0x00;
  private static final int OPEN_START_ELEMENT = 0x01;
  private static final int CLOSE_START_ELEMENT = 0x02;
  private static final int CLOSE_EMPTY_ELEMENT = 0x03;
  private static final int END_ELEMENT = 0x04;
  private static final int VALUE = 0x05;
  private static final int ATTRIBUTE = 0x06;
  private static final int CDATA = 0x07;
  private static final int CHAR_REF = 0x08;
  private static final int ENTITY_REF = 0x09;
  private static final int PI_TARGET = 0x0A;
  private static final int PI_DATA = 0x0B;
  static final int TEMPLATE_INSTANCE = 0x0C;
  private static final int NORMAL_SUBSTITUTION = 0x0D;
  private static final int OPTIONAL_SUBSTITUTION = 0x0E;
  static final int FRAGMENT_HEADER = 0x0F;
  static final int FRAGMENT_HEADER_SIZE = 4;
  private static final int TEMPLATE_HEADER_SIZE = 24;

  private final Chunk chunk;
  private final int end;
  private final boolean inTemplate;
  private final int level;
  private int at;

  /** Where the offsets of names stood. */
  private final List<Integer> names = new ArrayList<>();

  /** Each element of a template had a dependency identifier and a sound name. */
  private boolean sound = true;

  private BinXmlParser(Chunk chunk, int from, int end, boolean inTemplate, int level) {
    this.chunk = chunk;
    this.at = from;
    this.end = end;
    this.inTemplate = inTemplate;
    this.level = level;
  }

  /**
   * The fragments of a record or of an embedded value.
   *
   * @param level how deep in elements and templates this stands
   */
  static List<Node> fragments(Chunk chunk, int from, int end, int level) throws BinXmlException {
    return new BinXmlParser(chunk, from, end, false, level).fragments();
  }

  private List<Node> fragments() throws BinXmlException {
    checkLevel(level, at);
    List<Node> nodes = new ArrayList<>();
    while (at < end) {
      int token = chunk.u8(at);
      if (token == EOF) {
        at++;
        // Behind a record lies what the buffer held before; a value may hold several fragments.
        if (level == 0 || at < end && !isFragmentHeader(chunk, at, end)) {
          return nodes;
        }
      } else if (token == FRAGMENT_HEADER) {
        at += FRAGMENT_HEADER_SIZE;
      } else {
        Node node = contentToken(token, level);
        if (node == null) {
          throw new BinXmlException(at, "an unexpected token");
        }
        nodes.add(node);
      }
    }
    return nodes;
  }

  /**
   * Whether the fragments of a record or of an embedded value end at an offset behind the first.
   *
   * @param embedded in a value, which may hold several
   */
  static boolean endsAt(Chunk chunk, int at, int end, boolean embedded) throws BinXmlException {
    return at >= end
        || chunk.u8(at) == EOF
            && !(embedded && at + 1 < end && isFragmentHeader(chunk, at + 1, end));
  }

  /** The token and version 1.1: a byte alone may stand there by chance. */
  private static boolean isFragmentHeader(Chunk chunk, int at, int end) throws BinXmlException {
    return at <= end - FRAGMENT_HEADER_SIZE
        && chunk.u8(at) == FRAGMENT_HEADER
        && chunk.u16(at + 1) == 0x0101;
  }

  private Node element(int elementLevel) throws BinXmlException {
    checkLevel(elementLevel, at);
    int start = at;
    chunk.budget.node(start);
    boolean hasAttributes = (take8() & MORE) != 0;
    if (hasDependency()) {
      take16();
    }
    take32(); // the size of the element: the tokens say it too
    String name = takeName();
    List<Node.Attribute> attributes = hasAttributes ? attributes() : List.of();
    int close = take8();
    if (close == CLOSE_EMPTY_ELEMENT) {
      return new Node.Element(start, name, attributes, List.of());
    }
    if (close != CLOSE_START_ELEMENT) {
      throw new BinXmlException(at - 1, "a start of an element does not end");
    }
    List<Node> content = new ArrayList<>();
    while (true) {
      int token = peek();
      if (token == END_ELEMENT) {
        at++;
        return new Node.Element(start, name, attributes, content);
      }
      Node node = contentToken(token, elementLevel + 1);
      if (node == null) {
        throw new BinXmlException(at, "an element does not end");
      }
      content.add(node);
    }
  }

  /** Whether the element that starts at the token before has a dependency identifier. */
  private boolean hasDependency() throws BinXmlException {
    boolean with = isNameOffset(at + 6);
    boolean without = isNameOffset(at + 4);
    sound &= with && inTemplate;
    return with == without ? inTemplate : with;
  }

  private boolean isNameOffset(int offset) throws BinXmlException {
    return offset <= end - 4 && chunk.isNameAt(chunk.i32(offset));
  }

  private List<Node.Attribute> attributes() throws BinXmlException {
    take32(); // the size of the list: the tokens say it too
    List<Node.Attribute> attributes = new ArrayList<>();
    while ((peek() & ~MORE) == ATTRIBUTE) {
      chunk.budget.node(at);
      at++;
      String name = takeName();
      List<Node> value = new ArrayList<>();
      Node part = textToken(peek());
      while (part != null) {
        value.add(part);
        part = textToken(peek());
      }
      attributes.add(new Node.Attribute(name, value));
    }
    return attributes;
  }

  /** The node that a token starts, or null if no content starts with it. */
  private @Nullable Node contentToken(int token, int contentLevel) throws BinXmlException {
    return switch (token & ~MORE) {
      case OPEN_START_ELEMENT -> element(contentLevel);
      case CDATA -> {
        at++;
        yield new Node.CData(takeCountedText());
      }
      case PI_TARGET -> processingInstruction();
      case TEMPLATE_INSTANCE -> templateInstance(contentLevel);
      default -> textToken(token);
    };
  }

  /** The text that a token starts, or null if none does. */
  private @Nullable Node textToken(int token) throws BinXmlException {
    int start = at;
    chunk.budget.node(start);
    return switch (token & ~MORE) {
      case VALUE -> {
        at++;
        yield new Node.Text(takeLiteral());
      }
      case CHAR_REF -> {
        at++;
        yield new Node.Text(Character.toString((char) take16()));
      }
      case ENTITY_REF -> {
        at++;
        yield new Node.Text(entity(takeName()));
      }
      case NORMAL_SUBSTITUTION, OPTIONAL_SUBSTITUTION -> {
        at++;
        int index = take16();
        take8(); // the type that the template expects: the instance has the true one
        yield new Node.Substitution(start, index, token == OPTIONAL_SUBSTITUTION);
      }
      default -> null;
    };
  }

  private Node processingInstruction() throws BinXmlException {
    at++;
    String target = takeName();
    String text = "";
    if (peek() == PI_DATA) {
      at++;
      text = takeCountedText();
    }
    return new Node.ProcessingInstruction(target, text);
  }

  private Node templateInstance(int instanceLevel) throws BinXmlException {
    int start = at;
    chunk.budget.node(start);
    at += 2; // token and a byte that is always 1
    int identifier = take32(); // the first four bytes of the template's
    int definition = takeSize32();
    if (definition == at) {
      at += templateSize(chunk, definition);
    }
    Template template = template(chunk, definition, instanceLevel + 1);
    int count = takeSize32();
    int descriptor = at;
    int value = at + 4 * count;
    if (value > end) {
      throw new BinXmlException(at, "the values of a template are cut off");
    }
    List<Value> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = chunk.u16(descriptor + 4 * i);
      int type = chunk.u8(descriptor + 4 * i + 2);
      boolean whole = value + length <= end;
      values.add(whole ? new Value(type, value, length) : new Value(Value.CUT_OFF, end, 0));
      value += length;
    }
    at = Math.min(value, end);
    boolean named = chunk.i32(definition + 4) == identifier;
    return new Node.Instance(start, template, values, named);
  }

  /** Bytes of the template that stands at an offset, header and all. */
  static int templateSize(Chunk chunk, int offset) throws BinXmlException {
    return TEMPLATE_HEADER_SIZE + chunk.size32(offset + TEMPLATE_HEADER_SIZE - 4);
  }

  /**
   * The template that stands at an offset.
   *
   * @throws BinXmlException if it cannot be used
   */
  static Template template(Chunk chunk, int offset, int templateLevel) throws BinXmlException {
    Template known = chunk.templates.get(offset);
    if (known == null) {
      // Set before its content is read: a template that holds itself is damage, not a loop.
      chunk.templates.put(offset, Template.failed(offset, "a template holds itself"));
      known = parseTemplate(chunk, offset, templateLevel);
      chunk.templates.put(offset, known);
    }
    if (!known.failure().isEmpty()) {
      throw new BinXmlException(offset, known.failure());
    }
    return known;
  }

  private static Template parseTemplate(Chunk chunk, int offset, int templateLevel) {
    try {
      int from = offset + TEMPLATE_HEADER_SIZE;
      int to = offset + templateSize(chunk, offset);
      if (offset < Chunk.HEADER_SIZE || to > Chunk.SIZE) {
        return Template.failed(offset, "a template is cut off");
      }
      BinXmlParser parser = new BinXmlParser(chunk, from, to, true, templateLevel);
      List<Node> nodes = parser.fragments();
      return new Template(offset, nodes, "", parser.sound ? parser.names : List.of());
    } catch (BinXmlException e) {
      return Template.failed(offset, "a template is unreadable: " + e.what());
    }
  }

  private String takeLiteral() throws BinXmlException {
    int type = take8();
    if (type == Value.STRING) {
      return takeCountedText();
    }
    int length = type == Value.ANSI_STRING ? take16() : ValueText.fixedSize(type);
    if (length == 0 && type != Value.NULL && type != Value.ANSI_STRING) {
      throw new BinXmlException(at, "a value in a template whose size is unknown");
    }
    String text = ValueText.of(chunk, new Value(type, at, length));
    at += length;
    return text;
  }

  private String takeCountedText() throws BinXmlException {
    int units = take16();
    chunk.budget.characters(at, units);
    String text = chunk.utf16(at, units);
    at += 2 * units;
    return text;
  }

  /** A name given by its offset; it may stand right here. */
  private String takeName() throws BinXmlException {
    int offset = takeSize32();
    names.add(at - 4);
    String name = chunk.name(offset);
    if (offset == at) {
      at += chunk.nameSize(offset);
    }
    return name;
  }

  private static String entity(String name) {
    return switch (name) {
      case "amp" -> "&";
      case "lt" -> "<";
      case "gt" -> ">";
      case "quot" -> "\"";
      case "apos" -> "'";
      default -> "&" + name + ";"; // no other is defined: shown as it stands
    };
  }

  static void checkLevel(int level, int offset) throws BinXmlException {
    if (level > EvtxLimits.NESTING_LEVELS) {
      throw new BinXmlException(offset, "nests deeper than the limit");
    }
  }

  private int peek() throws BinXmlException {
    checkEnd(1);
    return chunk.u8(at);
  }

  private int take8() throws BinXmlException {
    checkEnd(1);
    return chunk.u8(at++);
  }

  private int take16() throws BinXmlException {
    checkEnd(2);
    at += 2;
    return chunk.u16(at - 2);
  }

  private int take32() throws BinXmlException {
    checkEnd(4);
    at += 4;
    return chunk.i32(at - 4);
  }

  private int takeSize32() throws BinXmlException {
    checkEnd(4);
    at += 4;
    return chunk.size32(at - 4);
  }

  private void checkEnd(int bytes) throws BinXmlException {
    if (at > end - bytes) {
      throw new BinXmlException(Math.clamp(at, 0, Chunk.SIZE), "ends before it is complete");
    }
  }
}
