package org.wachtpost.imap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.wachtpost.imap.FetchCommand.Row;
import org.wachtpost.imap.wire.FetchItem;
import org.wachtpost.imap.wire.FetchItem.Attribute;
import org.wachtpost.imap.wire.FetchItem.Partial;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.Section;
import org.wachtpost.imap.wire.Section.Kind;
import org.wachtpost.mail.BodyPart;
import org.wachtpost.mail.CommonFields;
import org.wachtpost.mail.Message;
import org.wachtpost.mail.MessageData.HeaderField;

/**
 * Cuts sections out of messages by the offsets that were stored when they came in. Bodies are read
 * in pieces of {@value #PIECE_BYTES} bytes, each from a view of its own, so that no view is open
 * while the client takes its time.
 */
final class BodySections {
  private static final int PIECE_BYTES = 256 * 1024;

  /** A header is looked at as a whole up to here: mail from elsewhere has none that is longer. */
  static final int HEADER_BYTES = 1024 * 1024;

  /**
   * Of what was read for a response so much is kept until it is written; the rest is read again
   * then. A client may ask for very much at once, and take its time.
   */
  private static final int HELD_BYTES = 512 * 1024;

  /**
   * What a message has not: no RFC says how that is answered; as most servers do, by an empty
   * string, since clients take NIL for a failure.
   */
  private static final Cut NOT_THERE = bytes(new byte[0], null);

  private final Session session;
  private int held;

  BodySections(Session session) {
    this.session = session;
  }

  /** Whether the section is served from what is stored beside the message, as a rule. */
  static boolean isStored(Section section) {
    return section.parts().isEmpty()
        && section.kind() == Kind.HEADER_FIELDS
        && CommonFields.NAMES.containsAll(section.fields());
  }

  /** A response begins: nothing is kept for it yet. */
  void begin() {
    held = 0;
  }

  /** Whether so much may be kept until it is written. */
  private boolean hold(int bytes) {
    if (bytes > HELD_BYTES - held) {
      return false;
    }
    held += bytes;
    return true;
  }

  /** What an item needs of the message; for items that need nothing, nothing. */
  Cut cut(FetchItem item, Row row) throws IOException {
    return switch (item) {
      case Attribute attribute ->
          switch (attribute) {
            case RFC822 -> range(row, 0, row.message().size(), null);
            case RFC822_HEADER -> section(row, whole(Kind.HEADER), null);
            case RFC822_TEXT -> section(row, whole(Kind.TEXT), null);
            case UID, FLAGS, INTERNALDATE, RFC822_SIZE, ENVELOPE, BODY, BODYSTRUCTURE ->
                Cut.NOTHING;
            case MODSEQ, EMAILID, THREADID, SAVEDATE, PREVIEW -> Cut.NOTHING;
          };
      case FetchItem.Body body -> section(row, body.section(), body.partial());
      case FetchItem.Binary binary -> decoded(row, binary.section(), binary.partial());
      case FetchItem.BinarySize binary -> decoded(row, binary.section(), null);
    };
  }

  private static Section whole(Kind kind) {
    return new Section(java.util.List.of(), kind, java.util.List.of());
  }

  private Cut section(Row row, Section section, @Nullable Partial partial) throws IOException {
    if (section.parts().isEmpty() && section.kind() == Kind.ALL) {
      return range(row, 0, row.message().size(), partial);
    }
    if (isStored(section) && FetchWriter.data(row).fieldsComplete()) {
      return again(() -> storedFields(row, section), partial);
    }
    Optional<Place> place = Place.of(FetchWriter.data(row).structure(), section);
    if (place.isEmpty()) {
      return NOT_THERE;
    }
    long from = place.get().from();
    long end = Math.min(place.get().end(), row.message().size());
    if (section.kind() == Kind.HEADER_FIELDS || section.kind() == Kind.HEADER_FIELDS_NOT) {
      int length = (int) Math.min(HEADER_BYTES, end - from);
      return again(() -> filtered(read(row.message(), from, length), section), partial);
    }
    return range(row, from, end, partial);
  }

  private static byte[] storedFields(Row row, Section section) {
    Set<String> wanted = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    wanted.addAll(section.fields());
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    for (HeaderField field : FetchWriter.data(row).fields()) {
      if (wanted.contains(field.name())) {
        header.writeBytes(field.raw().getBytes(StandardCharsets.ISO_8859_1));
        header.write('\r');
        header.write('\n');
      }
    }
    header.write('\r');
    header.write('\n');
    return header.toByteArray();
  }

  /** The wanted fields of a header as they stand, and the empty line (RFC 9051 §6.4.5.1). */
  private static byte[] filtered(byte[] header, Section section) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(section.fields());
    boolean keepNamed = section.kind() == Kind.HEADER_FIELDS;
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    boolean keeping = false;
    int at = 0;
    while (at < header.length) {
      int end = at;
      while (end < header.length && header[end] != '\n') {
        end++;
      }
      end = Math.min(end + 1, header.length);
      boolean empty = header[at] == '\r' || header[at] == '\n';
      boolean folded = header[at] == ' ' || header[at] == '\t';
      if (empty) {
        break;
      }
      if (!folded) {
        keeping = names.contains(fieldName(header, at, end)) == keepNamed;
      }
      if (keeping) {
        kept.write(header, at, end - at);
      }
      at = end;
    }
    kept.write('\r');
    kept.write('\n');
    return kept.toByteArray();
  }

  private static String fieldName(byte[] header, int from, int to) {
    int colon = from;
    while (colon < to && header[colon] != ':') {
      colon++;
    }
    return new String(header, from, colon - from, StandardCharsets.ISO_8859_1).strip();
  }

  /** A part without its transfer encoding (RFC 9051 §6.4.5, BINARY). */
  private Cut decoded(Row row, Section section, @Nullable Partial partial) throws IOException {
    if (section.parts().isEmpty() || section.kind() != Kind.ALL) {
      return section(row, section, partial);
    }
    BodyPart root = FetchWriter.data(row).structure();
    Optional<BodyPart> part = Place.part(root, section.parts());
    if (part.isEmpty()) {
      return NOT_THERE;
    }
    long from = part.get().bodyStart();
    long end = Math.min(part.get().end(), row.message().size());
    String encoding = part.get().encoding().toLowerCase(Locale.ROOT);
    return switch (encoding) {
      case "7bit", "8bit", "binary", "" -> range(row, from, end, partial);
      case "base64", "quoted-printable" -> {
        Opening content =
            () ->
                TransferEncoding.decoder(
                    encoding, new BodyStream(session, row.message(), from, end));
        try (InputStream decoder = content.open()) {
          Measure measure = new Measure(HELD_BYTES - held);
          decoder.transferTo(measure);
          yield measured(content, measure, partial);
        }
      }
      default -> Cut.UNDECODABLE;
    };
  }

  /** What has been decoded once, to know its length; it is again if it was too long to be kept. */
  private Cut measured(Opening content, Measure measure, @Nullable Partial partial) {
    byte[] kept = measure.kept();
    if (kept != null && hold(kept.length)) {
      return bytes(kept, partial, measure.seenNul);
    }
    long from = partial == null ? 0 : Math.min(partial.offset(), measure.size);
    long left = measure.size - from;
    long length = partial == null ? left : Math.min(left, partial.length());
    return new Cut(length, measure.seenNul) {
      @Override
      void writeBytes(Bytes out) throws IOException {
        try (InputStream in = content.open()) {
          in.skipNBytes(from);
          copy(in, length, out);
        }
      }
    };
  }

  private Cut range(Row row, long from, long end, @Nullable Partial partial) throws IOException {
    long start = partial == null ? from : Math.min(end, from + Math.min(partial.offset(), end));
    long left = Math.max(0, end - start);
    long length = partial == null ? left : Math.min(left, partial.length());
    Message message = row.message();
    byte[] first = read(message, start, (int) Math.min(length, PIECE_BYTES));
    if (first.length < Math.min(length, PIECE_BYTES)) {
      throw new IOException("a body is shorter than its message says");
    }
    boolean all = length == first.length;
    byte[] kept = hold(first.length) ? first : new byte[0];
    return new Cut(length, !all || hasNul(first)) {
      @Override
      void writeBytes(Bytes out) throws IOException {
        out.put(kept, 0, kept.length);
        if (length > kept.length) {
          try (InputStream rest =
              new BodyStream(session, message, start + kept.length, start + length)) {
            copy(rest, length - kept.length, out);
          }
        }
      }
    };
  }

  private static void copy(InputStream in, long length, Bytes out) throws IOException {
    byte[] piece = new byte[16_384];
    long left = length;
    while (left > 0) {
      int count = in.read(piece, 0, (int) Math.min(piece.length, left));
      if (count < 0) {
        throw new IOException("a body ended before its time");
      }
      out.put(piece, 0, count);
      left -= count;
    }
  }

  /** Bytes that are made again when they are written if there are too many to be kept. */
  private Cut again(Source source, @Nullable Partial partial) throws IOException {
    Cut cut = bytes(source.read(), partial);
    if (hold(Math.toIntExact(cut.size()))) {
      return cut;
    }
    return new Cut(cut.size()) {
      @Override
      void writeBytes(Bytes out) throws IOException {
        bytes(source.read(), partial).writeBytes(out);
      }
    };
  }

  private static Cut bytes(byte[] bytes, @Nullable Partial partial) {
    return bytes(bytes, partial, false);
  }

  private static Cut bytes(byte[] bytes, @Nullable Partial partial, boolean hasNul) {
    int from = partial == null ? 0 : (int) Math.min(bytes.length, partial.offset());
    int left = bytes.length - from;
    int length = partial == null ? left : (int) Math.min(left, partial.length());
    byte[] cut = length == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, from + length);
    return new Cut(length, hasNul) {
      @Override
      void writeBytes(Bytes out) throws IOException {
        out.put(cut, 0, length);
      }
    };
  }

  private byte[] read(Message message, long from, int length) throws IOException {
    if (length <= 0) {
      return new byte[0];
    }
    return BodyStream.read(session, message, from, length);
  }

  private static boolean hasNul(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  /** Where bytes come from, the same each time. */
  @FunctionalInterface
  private interface Source {
    byte[] read() throws IOException;
  }

  /** Where bytes go. */
  @FunctionalInterface
  interface Bytes {
    void put(byte[] bytes, int offset, int length) throws IOException;
  }

  /** Opens a content, the same each time. */
  @FunctionalInterface
  private interface Opening {
    InputStream open() throws IOException;
  }

  /** How much goes by and whether a NUL is in it; keeps it if that is not too much. */
  private static final class Measure extends OutputStream {
    private final int most;
    private @Nullable ByteArrayOutputStream start = new ByteArrayOutputStream();
    private long size;
    private boolean seenNul;

    Measure(int most) {
      this.most = most;
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      for (int index = offset; !seenNul && index < offset + length; index++) {
        seenNul = bytes[index] == 0;
      }
      size += length;
      if (size > most) {
        start = null;
      } else if (start != null) {
        start.write(bytes, offset, length);
      }
    }

    /** All of it, or null if it was too much. */
    byte @Nullable [] kept() {
      return start == null ? null : start.toByteArray();
    }
  }

  /** Bytes to be written as a literal, or NIL, or nothing. */
  static class Cut {
    static final Cut NOTHING = new Cut(0);
    static final Cut UNDECODABLE = new Cut(0);

    private final long size;
    private final boolean hasNul;

    private Cut(long size) {
      this(size, false);
    }

    private Cut(long size, boolean hasNul) {
      this.size = size;
      this.hasNul = hasNul;
    }

    long size() {
      return size;
    }

    boolean isUndecodable() {
      return this == UNDECODABLE;
    }

    /** RFC 3516 §4.2.1: only what has NUL in it is a literal8, and only where that may stand. */
    final void write(ResponseWriter out, boolean binary) throws IOException {
      boolean literal8 = binary && hasNul;
      out.text(literal8 ? "~{" : "{").number(size).text("}").crlf();
      writeBytes(literal8 ? out::raw : out::literalBytes);
    }

    void writeBytes(Bytes out) throws IOException {
      // nothing to write
    }
  }
}
