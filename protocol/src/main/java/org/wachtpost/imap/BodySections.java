package org.wachtpost.imap;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mail.MessageData.HeaderField;

/**
 * Cuts sections out of messages by the offsets that were stored when they came in. Bodies are read
 * in pieces of {@value #PIECE_BYTES} bytes, each from a view of its own, so that no view is open
 * while the client takes its time.
 */
final class BodySections {
  private static final int PIECE_BYTES = 256 * 1024;

  /** A header is looked at as a whole up to here. */
  private static final int HEADER_BYTES = 16 * 1024 * 1024;

  /**
   * What a message has not: no RFC says how that is answered; as most servers do, by an empty
   * string, since clients take NIL for a failure.
   */
  private static final Cut NOT_THERE = bytes(new byte[0], null);

  private final Session session;

  BodySections(Session session) {
    this.session = session;
  }

  /** Whether the section is served from what is stored beside the message, as a rule. */
  static boolean isStored(Section section) {
    return section.parts().isEmpty()
        && section.kind() == Kind.HEADER_FIELDS
        && CommonFields.NAMES.containsAll(section.fields());
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
      return bytes(storedFields(row, section), partial);
    }
    Optional<Place> place = Place.of(FetchWriter.data(row).structure(), section);
    if (place.isEmpty()) {
      return NOT_THERE;
    }
    long from = place.get().from();
    long end = Math.min(place.get().end(), row.message().size());
    if (section.kind() == Kind.HEADER_FIELDS || section.kind() == Kind.HEADER_FIELDS_NOT) {
      byte[] header = read(row.message(), from, (int) Math.min(HEADER_BYTES, end - from));
      return bytes(filtered(header, section), partial);
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
        try (var sink = session.server().spool().start();
            InputStream raw = new BodyStream(session, row.message(), from, end);
            InputStream decoder = TransferEncoding.decoder(encoding, raw)) {
          NulWatch watch = new NulWatch(sink);
          decoder.transferTo(watch);
          yield spooled(sink.finish(), partial, watch.seen);
        }
      }
      default -> Cut.UNDECODABLE;
    };
  }

  private static Cut spooled(MessageContent content, @Nullable Partial partial, boolean hasNul) {
    long from = partial == null ? 0 : Math.min(partial.offset(), content.size());
    long left = content.size() - from;
    long length = partial == null ? left : Math.min(left, partial.length());
    return new Cut(length, hasNul) {
      @Override
      void writeBytes(Bytes out) throws IOException {
        try (InputStream in = content.open()) {
          in.skipNBytes(from);
          copy(in, length, out);
        }
      }

      @Override
      void close() {
        content.close();
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
    return new Cut(length, !all || hasNul(first)) {
      @Override
      void writeBytes(Bytes out) throws IOException {
        out.put(first, 0, first.length);
        if (length > first.length) {
          try (InputStream rest =
              new BodyStream(session, message, start + first.length, start + length)) {
            copy(rest, length - first.length, out);
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

  private static Cut bytes(byte[] bytes, @Nullable Partial partial) {
    int from = partial == null ? 0 : (int) Math.min(bytes.length, partial.offset());
    int left = bytes.length - from;
    int length = partial == null ? left : (int) Math.min(left, partial.length());
    return new Cut(length) {
      @Override
      void writeBytes(Bytes out) throws IOException {
        out.put(bytes, from, length);
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

  /** Where bytes go. */
  @FunctionalInterface
  interface Bytes {
    void put(byte[] bytes, int offset, int length) throws IOException;
  }

  /** Remembers whether a NUL went by. */
  private static final class NulWatch extends FilterOutputStream {
    private boolean seen;

    NulWatch(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      seen |= value == 0;
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int index = offset; !seen && index < offset + length; index++) {
        seen = bytes[index] == 0;
      }
      out.write(bytes, offset, length);
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

    void close() {
      // nothing to release
    }
  }
}
