package org.wachtpost.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.PartScan.State;

/**
 * Computes what is stored beside a message: its structure with the place of every part, its
 * envelope, and the rest of {@link MessageData}. One pass, linear in time, bounded in memory, and
 * whatever the content is, there is a result: what cannot be understood is a part of plain text.
 *
 * <p>Line ends may be CRLF or LF. Every multipart has a part and every message/rfc822 an inner
 * message, as BODYSTRUCTURE demands: where none can be found, one part of plain text stands for the
 * whole body.
 */
public final class MessageParser {
  /** Multiparts and messages within each other that are taken apart. */
  public static final int DEPTH = 50;

  /** Parts of a message that are told apart. */
  public static final int PARTS = 1_000;

  private final LineSource lines;
  private final PartScan root = new PartScan(null, 0);
  private PartScan open = root;
  private int parts = 1;
  private long lineEnds;
  private int previousLineEndBytes;

  private MessageParser(LineSource lines) {
    this.lines = lines;
  }

  /**
   * What was read.
   *
   * @param messageIds the message's own id first, then those it refers to, the nearest first
   */
  public record Parsed(MessageData data, List<String> messageIds) {}

  public static Parsed parse(byte[] message) {
    try {
      return new MessageParser(new LineSource(message)).run();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
  }

  /**
   * Reads a message to its end.
   *
   * @throws IOException from {@code in}
   */
  public static Parsed parse(InputStream in) throws IOException {
    return new MessageParser(new LineSource(in)).run();
  }

  private Parsed run() throws IOException {
    while (lines.next()) {
      PartScan at = lines.startsLine() ? delimited() : null;
      if (at != null) {
        afterDelimiter(at);
      } else if (open.state == State.HEADER) {
        headerPiece();
      } else {
        bodyPiece();
      }
      if (lines.endsLine()) {
        lineEnds++;
      }
      previousLineEndBytes = lines.lineEndBytes();
    }
    closeAt(null, lines.nextOffset(), lineEnds);
    return new MessageDataBuilder(root).build();
  }

  // ---- header

  private void headerPiece() {
    byte[] bytes = lines.buffer();
    int start = lines.start();
    int end = lines.end();
    if (!lines.startsLine()) {
      open.header.add(bytes, start, end);
      return;
    }
    if (lines.endsLine() && end - start == lines.lineEndBytes()) {
      endHeader(lines.nextOffset(), lineEnds + 1);
    } else if (HeaderBlock.isHeaderLine(bytes, start, end)) {
      open.header.add(bytes, start, end);
    } else {
      endHeader(lines.offset(), lineEnds); // the empty line is missing
      bodyPieceOrHeader();
    }
  }

  /** The line that has ended a header is the first of a body, or of an inner message's header. */
  private void bodyPieceOrHeader() {
    if (open.state == State.HEADER) {
      headerPiece();
    } else {
      bodyPiece();
    }
  }

  private void endHeader(long bodyStart, long linesBefore) {
    PartScan part = open;
    startBody(part, bodyStart, linesBefore);
    boolean mayOpen = part.depth < DEPTH && parts < PARTS;
    if (part.isMultipart()) {
      part.boundary = mayOpen ? part.namedBoundary() : null;
    } else if (part.isMessage() && mayOpen) {
      open = child(part, bodyStart);
    } else if (part.isText()) {
      part.captures = true;
    }
  }

  private PartScan child(PartScan parent, long headerStart) {
    PartScan child = new PartScan(parent, headerStart);
    parent.children.add(child);
    parts++;
    return child;
  }

  // ---- body

  private void bodyPiece() {
    open.capture(lines.buffer(), lines.start(), lines.end());
  }

  /** The innermost open multipart that this line is a delimiter of, or null. */
  private @Nullable PartScan delimited() {
    byte[] bytes = lines.buffer();
    int start = lines.start();
    if (lines.length() < 3 || bytes[start] != '-' || bytes[start + 1] != '-') {
      return null;
    }
    for (PartScan part = open; part != null; part = part.parent) {
      byte[] boundary = part.boundary;
      if (boundary != null && part.state != State.EPILOGUE && isDelimiter(boundary)) {
        return part;
      }
    }
    return null;
  }

  // RFC 2046 §5.1.1: the boundary, two more hyphens behind the last part, white space
  private boolean isDelimiter(byte[] boundary) {
    byte[] bytes = lines.buffer();
    int at = lines.start() + 2;
    int end = lines.end();
    if (end - at < boundary.length
        || !Arrays.equals(bytes, at, at + boundary.length, boundary, 0, boundary.length)) {
      return false;
    }
    at += boundary.length;
    if (end - at >= 2 && bytes[at] == '-' && bytes[at + 1] == '-') {
      at += 2;
    }
    while (at < end) {
      byte c = bytes[at++];
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        return false;
      }
    }
    return true;
  }

  private boolean isLastDelimiter(byte[] boundary) {
    int at = lines.start() + 2 + boundary.length;
    return lines.end() - at >= 2 && lines.buffer()[at] == '-' && lines.buffer()[at + 1] == '-';
  }

  private void afterDelimiter(PartScan multipart) {
    // The line end before a delimiter belongs to the delimiter.
    long end = lines.offset() - previousLineEndBytes;
    closeAt(multipart, end, lineEnds - (previousLineEndBytes > 0 ? 1 : 0));
    byte[] boundary = multipart.boundary;
    if (boundary != null && isLastDelimiter(boundary)) {
      multipart.state = State.EPILOGUE;
      open = multipart;
    } else if (parts < PARTS) {
      open = child(multipart, lines.nextOffset());
    } else {
      multipart.state = State.EPILOGUE; // too many parts: the rest is not looked at
      open = multipart;
    }
  }

  /** Ends every part below this one; null for all. */
  private void closeAt(@Nullable PartScan above, long end, long lineEndsBefore) {
    long limit = end;
    for (PartScan part = open; part != null && part != above; part = part.parent) {
      if (part.state == State.HEADER) {
        startBody(part, Math.max(part.headerStart, end), lineEndsBefore);
      }
      limit = Math.max(part.bodyStart, end);
    }
    for (PartScan part = open; part != null && part != above; part = part.parent) {
      // The empty line behind an inner header may be the delimiter's: it is not within the part.
      part.bodyStart = Math.min(part.bodyStart, limit);
      part.end = Math.max(part.bodyStart, end);
      part.lines = Math.max(0, lineEndsBefore - part.linesBefore);
    }
  }

  private static void startBody(PartScan part, long bodyStart, long linesBefore) {
    PartScan parent = part.parent;
    part.readHeader(
        parent != null && parent.isMultipart() && parent.subtype.equalsIgnoreCase("digest"));
    part.state = State.BODY;
    part.bodyStart = bodyStart;
    part.linesBefore = linesBefore;
  }
}
