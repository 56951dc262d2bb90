package org.wachtpost.inspect.evtx;

/**
 * Writes an event as XML: two spaces of indent for each level, an element that holds text on one
 * line. What XML 1.0 cannot hold (control characters, half surrogate pairs) becomes U+FFFD in text
 * and an underscore in a name; what only a terminal would obey (U+007F to U+009F) is a character
 * reference.
 */
public final class EvtxXml {
  private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

  private EvtxXml() {}

  /** The whole document with its declaration; lines end in LF. */
  public static String document(EvtxElement root) {
    return DECLARATION + fragment(root);
  }

  /** The element without a declaration; ends in LF. */
  public static String fragment(EvtxElement root) {
    StringBuilder xml = new StringBuilder(2_048);
    element(root, 0, xml);
    return xml.toString();
  }

  private static void element(EvtxElement element, int level, StringBuilder xml) {
    String name = name(element.name());
    indent(level, xml).append('<').append(name);
    for (EvtxElement.Attribute attribute : element.attributes()) {
      xml.append(' ').append(name(attribute.name())).append("=\"");
      escape(attribute.value(), true, xml);
      xml.append('"');
    }
    xml.append('>');
    boolean onOneLine = !element.content().isEmpty();
    for (EvtxContent part : element.content()) {
      onOneLine &= !(part instanceof EvtxElement);
    }
    if (!onOneLine) {
      xml.append('\n');
    }
    for (EvtxContent part : element.content()) {
      content(part, level + 1, onOneLine, xml);
    }
    if (!onOneLine) {
      indent(level, xml);
    }
    xml.append("</").append(name).append(">\n");
  }

  private static void content(EvtxContent part, int level, boolean onOneLine, StringBuilder xml) {
    switch (part) {
      case EvtxElement child -> element(child, level, xml);
      case EvtxContent.Text(String text) -> {
        if (onOneLine) {
          escape(text, false, xml);
        } else {
          escape(text, false, indent(level, xml));
          xml.append('\n');
        }
      }
      case EvtxContent.CData(String text) -> {
        xml.append("<![CDATA[");
        characters(text.replace("]]>", "]]]]><![CDATA[>"), xml);
        xml.append("]]>");
      }
      case EvtxContent.ProcessingInstruction(String target, String text) -> {
        xml.append("<?").append(name(target)).append(' ');
        characters(text.replace("?>", "? >"), xml);
        xml.append("?>");
      }
    }
  }

  /** A name as it stands, or with an underscore for each character that would break the XML. */
  private static String name(String name) {
    boolean sound = !name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      sound &= isNameCharacter(name.charAt(i));
    }
    if (sound) {
      return name;
    }
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      safe.append(isNameCharacter(c) ? c : '_');
    }
    return safe.isEmpty() ? "_" : safe.toString();
  }

  private static boolean isNameCharacter(char c) {
    return c > ' '
        && !isControl(c)
        && "<>&\"'=/".indexOf(c) < 0
        && !Character.isSurrogate(c)
        && c < 0xFFFE;
  }

  private static StringBuilder indent(int level, StringBuilder xml) {
    return xml.repeat("  ", level);
  }

  private static void escape(String text, boolean inAttribute, StringBuilder xml) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> xml.append("&amp;");
        case '<' -> xml.append("&lt;");
        case '>' -> xml.append("&gt;");
        case '"' -> xml.append(inAttribute ? "&quot;" : "\"");
        case '\'' -> xml.append(inAttribute ? "&apos;" : "'");
        default -> {
          if (isControl(c)) {
            xml.append("&#x").append(Integer.toHexString(c)).append(';');
          } else {
            i = character(text, i, xml);
          }
        }
      }
    }
  }

  private static void characters(String text, StringBuilder xml) {
    for (int i = 0; i < text.length(); i++) {
      i = character(text, i, xml);
    }
  }

  /** Appends the character at an index; gives the index of its last code unit. */
  private static int character(String text, int index, StringBuilder xml) {
    char c = text.charAt(index);
    if (Character.isHighSurrogate(c)
        && index + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(index + 1))) {
      xml.append(c).append(text.charAt(index + 1));
      return index + 1;
    }
    boolean allowed =
        c >= ' ' && !Character.isSurrogate(c) && c < 0xFFFE || c == '\t' || c == '\n' || c == '\r';
    // CDATA and processing instructions know no references: there a control is lost.
    xml.append(allowed && !isControl(c) ? c : '\uFFFD');
    return index;
  }

  private static boolean isControl(char c) {
    return c >= 0x7F && c <= 0x9F;
  }
}
