package org.wachtpost.mail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.BodyPart.Disposition;
import org.wachtpost.mail.BodyPart.Parameter;

/** A part of a message while it is scanned. */
final class PartScan {
  /** Bytes of a text part that are kept for the preview. */
  private static final int CAPTURE_BYTES = 8 * 1024;

  private static final byte[] NONE = new byte[0];

  final @Nullable PartScan parent;
  final int depth;
  final long headerStart;
  final HeaderBlock header = new HeaderBlock();
  final List<PartScan> children = new ArrayList<>();
  private byte[] captured = NONE;
  private int capturedBytes;

  State state = State.HEADER;
  List<HeaderBlock.Field> fields = List.of();
  String type = "text";
  String subtype = "plain";
  List<Parameter> parameters = List.of();
  String encoding = "7bit";
  @Nullable Disposition disposition;

  /** Delimiter without its two hyphens, if this is a multipart that is taken apart. */
  byte @Nullable [] boundary;

  boolean captures;
  long bodyStart;
  long end;
  long linesBefore;
  long lines;

  enum State {
    HEADER,
    /** A body that is not looked into, or the part of a multipart outside of its parts. */
    BODY,
    /** A multipart behind its last delimiter. */
    EPILOGUE
  }

  PartScan(@Nullable PartScan parent, long headerStart) {
    this.parent = parent;
    this.depth = parent == null ? 0 : parent.depth + 1;
    this.headerStart = headerStart;
  }

  boolean isMultipart() {
    return type.equalsIgnoreCase("multipart");
  }

  boolean isMessage() {
    return type.equalsIgnoreCase("message")
        && (subtype.equalsIgnoreCase("rfc822") || subtype.equalsIgnoreCase("global"));
  }

  boolean isText() {
    return type.equalsIgnoreCase("text");
  }

  String parameter(String name) {
    for (Parameter parameter : parameters) {
      if (parameter.name().equals(name)) {
        return parameter.value();
      }
    }
    return "";
  }

  /** The body of the first field of that name, or null. */
  @Nullable String field(String name) {
    HeaderBlock.Field field = HeaderBlock.first(fields, name);
    return field == null ? null : field.body();
  }

  /** Keeps a piece of the body as long as there is room, if this {@link #captures}. */
  void capture(byte[] bytes, int start, int end) {
    int count = Math.min(CAPTURE_BYTES - capturedBytes, end - start);
    if (!captures || count == 0) {
      return;
    }
    if (capturedBytes + count > captured.length) {
      captured =
          Arrays.copyOf(captured, Math.clamp(4L * (capturedBytes + count), 1024, CAPTURE_BYTES));
    }
    System.arraycopy(bytes, start, captured, capturedBytes, count);
    capturedBytes += count;
  }

  byte[] captured() {
    return Arrays.copyOf(captured, capturedBytes);
  }

  /** Uses the Content-* fields; {@code digest} says that the part is one of a digest. */
  void readHeader(boolean digest) {
    fields = header.fields();
    String contentType = field("Content-Type");
    if (digest) {
      type = "message"; // RFC 2046 §5.1.5
      subtype = "rfc822";
    }
    if (contentType != null) {
      ParameterParser.MediaType read = ParameterParser.mediaType(contentType);
      if (read.valid()) {
        type = read.type();
        subtype = read.subtype();
        parameters = read.parameters();
      }
    }
    String transfer = field("Content-Transfer-Encoding");
    if (transfer != null && !ParameterParser.firstToken(transfer).isEmpty()) {
      encoding = ParameterParser.firstToken(transfer);
    }
    String how = field("Content-Disposition");
    if (how != null) {
      Disposition read = ParameterParser.disposition(how);
      disposition = read.type().isEmpty() ? null : read;
    }
  }

  /** The boundary that its parameter names, or null if it has none that can be used. */
  byte @Nullable [] namedBoundary() {
    String named = parameter("boundary").stripTrailing();
    // RFC 2046 §5.1.1 allows 70 characters; some send more
    return named.isEmpty() || named.length() > 250
        ? null
        : named.getBytes(StandardCharsets.ISO_8859_1);
  }
}
