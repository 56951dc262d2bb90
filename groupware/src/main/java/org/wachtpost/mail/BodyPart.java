package org.wachtpost.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node of a message's MIME structure, with the places of its bytes in the message, so that any
 * section can be cut out without parsing again. The root is the whole message's body.
 *
 * @param type media type as it stands (defaults filled in: {@code text}/{@code plain})
 * @param encoding content transfer encoding, {@code 7bit} if none is given
 * @param headerStart offset of the first byte of the part's header
 * @param bodyStart offset of the first byte of the part's body
 * @param end offset behind the last byte of the part's body
 * @param lines lines of the body
 * @param children parts of a multipart; for message/rfc822 exactly one, the inner message's root
 * @param envelope the inner message's envelope for message/rfc822, else null
 */
public record BodyPart(
    String type,
    String subtype,
    List<Parameter> parameters,
    @Nullable String id,
    @Nullable String description,
    String encoding,
    @Nullable Disposition disposition,
    List<String> languages,
    @Nullable String location,
    @Nullable String md5,
    long headerStart,
    long bodyStart,
    long end,
    long lines,
    List<BodyPart> children,
    @Nullable Envelope envelope) {

  /** A parameter, its value as it stands with quotes removed. */
  public record Parameter(String name, String value) {}

  /** Content-Disposition. */
  public record Disposition(String type, List<Parameter> parameters) {}

  /** About how many octets of memory it takes, with all below it. */
  int weight() {
    int weight = 2 * MessageData.OBJECT + parametersWeight(parameters);
    for (String text : new String[] {type, subtype, id, description, encoding, location, md5}) {
      weight += MessageData.weight(text);
    }
    for (String language : languages) {
      weight += MessageData.weight(language);
    }
    if (disposition != null) {
      weight += MessageData.weight(disposition.type) + parametersWeight(disposition.parameters);
    }
    for (BodyPart child : children) {
      weight += child.weight();
    }
    return weight + (envelope == null ? 0 : envelope.weight());
  }

  private static int parametersWeight(List<Parameter> parameters) {
    int weight = 0;
    for (Parameter parameter : parameters) {
      weight += MessageData.weight(parameter.name) + MessageData.weight(parameter.value);
    }
    return weight;
  }

  public boolean isMultipart() {
    return type.equalsIgnoreCase("multipart");
  }

  public boolean isMessage() {
    return type.equalsIgnoreCase("message")
        && (subtype.equalsIgnoreCase("rfc822") || subtype.equalsIgnoreCase("global"));
  }

  /** Bytes of the body. */
  public long size() {
    return end - bodyStart;
  }
}
