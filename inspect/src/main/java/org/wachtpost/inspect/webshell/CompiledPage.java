package org.wachtpost.inspect.webshell;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A {@code *.compiled} file of {@code Temporary ASP.NET Files}: it proves that a page existed and
 * was asked for, also after the page was deleted.
 *
 * @param virtualPath the page's path on the site
 * @param type the class made of it, as {@code ASP.owa_auth_name_aspx}
 * @param assembly the file that holds the class, without its ending
 * @param fileHash what ASP.NET noted of the page and what it depends on
 */
public record CompiledPage(String virtualPath, String type, String assembly, String fileHash) {
  /** Longer files are not read: real ones are a few hundred bytes. */
  public static final int MAX_BYTES = 256 * 1024;

  /** Reads one file; empty if it is not such a file. */
  public static Optional<CompiledPage> parse(byte[] content) {
    if (content.length == 0 || content.length > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      XMLStreamReader in = factory().createXMLStreamReader(new ByteArrayInputStream(content));
      try {
        return read(in);
      } finally {
        in.close();
      }
    } catch (XMLStreamException notXml) {
      return Optional.empty();
    }
  }

  private static Optional<CompiledPage> read(XMLStreamReader in) throws XMLStreamException {
    while (in.hasNext()) {
      if (in.next() != XMLStreamConstants.START_ELEMENT) {
        continue;
      }
      if (!in.getLocalName().equals("preserve")) {
        return Optional.empty();
      }
      String path = attribute(in, "virtualPath");
      if (path.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new CompiledPage(
              path, attribute(in, "type"), attribute(in, "assembly"), attribute(in, "filehash")));
    }
    return Optional.empty();
  }

  private static String attribute(XMLStreamReader in, String name) {
    String value = in.getAttributeValue(null, name);
    return value == null ? "" : value;
  }

  /** No document types, so no entities and nothing fetched. */
  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }
}
