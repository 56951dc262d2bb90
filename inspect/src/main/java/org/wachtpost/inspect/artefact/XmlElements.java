package org.wachtpost.inspect.artefact;

import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Walks an XML document: no document type, no entities, nothing fetched, bounded depth. */
final class XmlElements {
  /** Deeper documents are not read on. */
  static final int MAX_DEPTH = 50;

  /** Hears of elements; names in lower case, without prefix. */
  interface Visitor {
    /** An element begins; {@code path} is the names from the root to it, with slashes. */
    void element(String path, Map<String, String> attributes);

    /** Text stands in the element. */
    void text(String path, String text);
  }

  private XmlElements() {}

  /** Reads as far as the document is well formed; what stopped it, or null if nothing did. */
  static @Nullable String read(byte[] document, Visitor visitor) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    Deque<String> paths = new ArrayDeque<>();
    paths.push("");
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text(document)));
      while (reader.hasNext()) {
        int event = reader.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          String path = paths.getFirst() + "/" + reader.getLocalName().toLowerCase(Locale.ROOT);
          if (paths.size() > MAX_DEPTH) {
            return "nested deeper than " + MAX_DEPTH;
          }
          paths.push(path);
          visitor.element(path, attributes(reader));
        } else if (event == XMLStreamConstants.END_ELEMENT) {
          paths.pop();
        } else if (event == XMLStreamConstants.CHARACTERS && !reader.isWhiteSpace()) {
          visitor.text(paths.getFirst(), reader.getText().strip());
        }
      }
      return null;
    } catch (XMLStreamException damaged) {
      return "not well formed near line " + damaged.getLocation().getLineNumber();
    } catch (RuntimeException refused) {
      // The platform's parser answers some malformed encodings with unchecked exceptions.
      return "cannot be read as XML: " + refused.getClass().getSimpleName();
    }
  }

  /**
   * The document as text, by its mark. Given bytes, the platform's parser would stop at the first
   * that is not of their encoding, and write so to the standard error.
   */
  private static String text(byte[] document) {
    Charset charset = StandardCharsets.UTF_8;
    if (document.length > 1) {
      int two = (document[0] & 0xff) << 8 | document[1] & 0xff;
      charset =
          switch (two) {
            case 0xFFFE, 0x3C00 -> StandardCharsets.UTF_16LE;
            case 0xFEFF, 0x003C -> StandardCharsets.UTF_16BE;
            default -> StandardCharsets.UTF_8;
          };
    }
    String text = new String(document, charset);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static Map<String, String> attributes(XMLStreamReader reader) {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      attributes.put(
          reader.getAttributeLocalName(i).toLowerCase(Locale.ROOT), reader.getAttributeValue(i));
    }
    return attributes;
  }
}
