package org.wachtpost.inspect.evtx;

import java.util.List;
import java.util.Optional;

/**
 * An element of an event, templates filled in.
 *
 * @param name its name, as it stands in the file
 * @param attributes in order
 * @param content texts and elements, in order
 */
public record EvtxElement(String name, List<Attribute> attributes, List<EvtxContent> content)
    implements EvtxContent {

  /** An attribute; the value is not escaped. */
  public record Attribute(String name, String value) {}

  public EvtxElement {
    attributes = List.copyOf(attributes);
    content = List.copyOf(content);
  }

  /** The first child element of that name. */
  public Optional<EvtxElement> child(String childName) {
    for (EvtxContent part : content) {
      if (part instanceof EvtxElement element && element.name.equals(childName)) {
        return Optional.of(element);
      }
    }
    return Optional.empty();
  }

  /** The value of an attribute, or the empty string. */
  public String attribute(String attributeName) {
    for (Attribute attribute : attributes) {
      if (attribute.name.equals(attributeName)) {
        return attribute.value;
      }
    }
    return "";
  }

  /** The text directly in this element, put together; child elements are left out. */
  public String text() {
    if (content.size() == 1 && content.getFirst() instanceof EvtxContent.Text(String only)) {
      return only;
    }
    StringBuilder all = new StringBuilder();
    for (EvtxContent part : content) {
      switch (part) {
        case EvtxContent.Text(String text) -> all.append(text);
        case EvtxContent.CData(String text) -> all.append(text);
        case EvtxElement _, EvtxContent.ProcessingInstruction _ -> {}
      }
    }
    return all.toString();
  }
}
