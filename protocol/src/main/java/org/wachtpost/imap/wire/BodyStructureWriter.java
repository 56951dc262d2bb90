package org.wachtpost.imap.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.BodyPart;
import org.wachtpost.mail.Envelope;

/** BODY and BODYSTRUCTURE (RFC 9051 §7.5.2). */
public final class BodyStructureWriter {
  private static final BodyPart.Parameter US_ASCII = new BodyPart.Parameter("charset", "us-ascii");

  private static final Envelope NO_ENVELOPE =
      new Envelope(
          null, null, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null, null);

  private BodyStructureWriter() {}

  /**
   * Writes the structure.
   *
   * @param extended whether extension data follows (BODYSTRUCTURE)
   */
  public static void write(ResponseWriter out, BodyPart part, boolean extended) throws IOException {
    if (part.isMultipart() && !part.children().isEmpty()) {
      multipart(out, part, extended);
    } else {
      single(out, part, extended);
    }
  }

  private static void multipart(ResponseWriter out, BodyPart part, boolean extended)
      throws IOException {
    out.text("(");
    for (BodyPart child : part.children()) {
      write(out, child, extended);
    }
    out.text(" ").string(part.subtype());
    if (extended) {
      out.text(" ");
      parameters(out, part.parameters());
      placing(out, part);
    }
    out.text(")");
  }

  private static void single(ResponseWriter out, BodyPart part, boolean extended)
      throws IOException {
    // RFC 9051 §9: the grammar wants at least one part of a multipart, and an inner message.
    boolean hollow = part.isMultipart() || (part.isMessage() && part.children().isEmpty());
    out.text("(").string(hollow ? "application" : part.type()).text(" ");
    out.string(hollow ? "octet-stream" : part.subtype()).text(" ");
    parameters(out, hollow ? part.parameters() : withCharset(part));
    out.text(" ").nstring(part.id()).text(" ").nstring(part.description()).text(" ");
    out.string(part.encoding()).text(" ").number(part.size());
    if (part.isMessage() && !part.children().isEmpty()) {
      Envelope envelope = part.envelope();
      EnvelopeWriter.write(out.text(" "), envelope == null ? NO_ENVELOPE : envelope);
      write(out.text(" "), part.children().getFirst(), extended);
      out.text(" ").number(part.lines());
    } else if (part.type().equalsIgnoreCase("text")) {
      out.text(" ").number(part.lines());
    }
    if (extended) {
      out.text(" ").nstring(part.md5());
      placing(out, part);
    }
    out.text(")");
  }

  /** RFC 2045 §5.2: text without a charset is US-ASCII; clients know it from other servers so. */
  private static List<BodyPart.Parameter> withCharset(BodyPart part) {
    boolean implied =
        part.type().equalsIgnoreCase("text")
            && part.parameters().stream().noneMatch(p -> p.name().equalsIgnoreCase("charset"));
    if (!implied) {
      return part.parameters();
    }
    List<BodyPart.Parameter> all = new ArrayList<>(part.parameters());
    all.add(US_ASCII);
    return all;
  }

  private static void placing(ResponseWriter out, BodyPart part) throws IOException {
    BodyPart.Disposition disposition = part.disposition();
    if (disposition == null) {
      out.text(" NIL ");
    } else {
      out.text(" (").string(disposition.type()).text(" ");
      parameters(out, disposition.parameters());
      out.text(") ");
    }
    languages(out, part.languages());
    out.text(" ").nstring(part.location());
  }

  private static void languages(ResponseWriter out, @Nullable List<String> languages)
      throws IOException {
    if (languages == null || languages.isEmpty()) {
      out.text("NIL");
      return;
    }
    out.text("(");
    for (int index = 0; index < languages.size(); index++) {
      out.text(index == 0 ? "" : " ").string(languages.get(index));
    }
    out.text(")");
  }

  private static void parameters(ResponseWriter out, List<BodyPart.Parameter> parameters)
      throws IOException {
    if (parameters.isEmpty()) {
      out.text("NIL");
      return;
    }
    out.text("(");
    for (int index = 0; index < parameters.size(); index++) {
      out.text(index == 0 ? "" : " ").string(parameters.get(index).name());
      out.text(" ").string(parameters.get(index).value());
    }
    out.text(")");
  }
}
