package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.wachtpost.imap.FetchCommand.Row;
import org.wachtpost.imap.Session.Extension;
import org.wachtpost.imap.wire.BodyStructureWriter;
import org.wachtpost.imap.wire.EnvelopeWriter;
import org.wachtpost.imap.wire.FetchItem;
import org.wachtpost.imap.wire.FetchItem.Attribute;
import org.wachtpost.imap.wire.FetchItem.Partial;
import org.wachtpost.imap.wire.ImapDates;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.Section;
import org.wachtpost.imap.wire.Section.Kind;
import org.wachtpost.mail.Message;
import org.wachtpost.mail.MessageData;
import org.wachtpost.store.StoreException;

/** Writes the FETCH responses of one command. */
final class FetchWriter {
  private final Session session;
  private final Selected selected;
  private final List<FetchItem> items;
  private final ResponseWriter out;
  private final BodySections bodies;
  private int unknownEncodings;

  FetchWriter(Session session, Selected selected, List<FetchItem> items) {
    this.session = session;
    this.selected = selected;
    this.items = items;
    this.out = session.out();
    this.bodies = new BodySections(session);
  }

  /** Whether the item needs what was parsed from the message. */
  static boolean needsData(FetchItem item) {
    return switch (item) {
      case Attribute attribute ->
          switch (attribute) {
            case ENVELOPE, BODY, BODYSTRUCTURE, PREVIEW, RFC822_HEADER, RFC822_TEXT -> true;
            case UID, FLAGS, INTERNALDATE, RFC822_SIZE, RFC822, MODSEQ -> false;
            case EMAILID, THREADID, SAVEDATE -> false;
          };
      case FetchItem.Body body ->
          body.section().kind() != Kind.ALL || !body.section().parts().isEmpty();
      case FetchItem.Binary _, FetchItem.BinarySize _ -> true;
    };
  }

  /** Whether the client gets (part of) the message itself. */
  static boolean readsBody(FetchItem item) {
    return switch (item) {
      case Attribute attribute ->
          attribute == Attribute.RFC822
              || attribute == Attribute.RFC822_TEXT
              || attribute == Attribute.RFC822_HEADER;
      case FetchItem.Body body -> !BodySections.isStored(body.section());
      case FetchItem.Binary _ -> true;
      case FetchItem.BinarySize _ -> false;
    };
  }

  /** Whether the client gets the content of the whole message, or asks for a piece of it. */
  static boolean exports(FetchItem item) {
    return switch (item) {
      case Attribute attribute ->
          attribute == Attribute.RFC822 || attribute == Attribute.RFC822_TEXT;
      case FetchItem.Body body -> isWhole(body.section());
      case FetchItem.Binary binary -> isWhole(binary.section());
      case FetchItem.BinarySize _ -> false;
    };
  }

  private static boolean isWhole(Section section) {
    return section.parts().isEmpty() && (section.kind() == Kind.ALL || section.kind() == Kind.TEXT);
  }

  /** Whether fetching the item sets \Seen. */
  static boolean marksSeen(FetchItem item) {
    return switch (item) {
      case Attribute attribute ->
          attribute == Attribute.RFC822 || attribute == Attribute.RFC822_TEXT;
      case FetchItem.Body body -> !body.peek();
      case FetchItem.Binary binary -> !binary.peek();
      case FetchItem.BinarySize _ -> false;
    };
  }

  /** How many parts could not be decoded. */
  int unknownEncodings() {
    return unknownEncodings;
  }

  /**
   * One response.
   *
   * @param seen whether \Seen was set on its way, so that flags are told unasked
   */
  void write(int sequence, Row row, boolean seen) throws IOException {
    boolean asked = items.contains(Attribute.FLAGS);
    if (asked || seen) {
      selected.tellKeywords(session, row.message().flags());
    }
    List<BodySections.Cut> cuts = new ArrayList<>(items.size());
    boolean begun = false;
    try {
      // What can fail is read first: a response that has begun must end.
      bodies.begin();
      for (FetchItem item : items) {
        cuts.add(bodies.cut(item, row));
      }
      if (cuts.stream().anyMatch(BodySections.Cut::isUndecodable)) {
        unknownEncodings++;
        if (seen) {
          selected.tellFlags(session, row.message()); // it was marked all the same
        }
        return;
      }
      begun = true;
      response(sequence, row, cuts, seen);
    } catch (StoreException e) {
      if (begun) {
        throw new IOException("a body could not be read to its end", e);
      }
      throw e;
    }
  }

  private void response(int sequence, Row row, List<BodySections.Cut> cuts, boolean seen)
      throws IOException {
    out.text("* ").number(sequence).text(" FETCH (");
    boolean untold = seen;
    for (int index = 0; index < items.size(); index++) {
      FetchItem item = items.get(index);
      out.text(index == 0 ? "" : " ");
      if (untold && marksSeen(item)) {
        // Before what may be long, as other servers do: some clients read no further.
        tellSeen(row.message());
        untold = false;
      }
      item(item, row, cuts.get(index));
    }
    out.line(")");
  }

  /** What a change that nobody asked for is told with, but for what was asked for anyway. */
  private void tellSeen(Message message) throws IOException {
    // RFC 7162 §3.2.4: UID and modification sequence, "a FETCH that implicitly set the \Seen flag"
    boolean condstore = session.has(Extension.CONDSTORE);
    if (condstore && !items.contains(Attribute.UID)) {
      out.text("UID ").number(message.uid()).text(" ");
    }
    if (!items.contains(Attribute.FLAGS)) {
      out.text("FLAGS ").list(selected.flagNames(session, message)).text(" ");
    }
    if (condstore && !items.contains(Attribute.MODSEQ)) {
      out.text("MODSEQ (").number(message.modSeq()).text(") ");
    }
  }

  private void item(FetchItem item, Row row, BodySections.Cut cut) throws IOException {
    switch (item) {
      case Attribute attribute -> attribute(attribute, row, cut);
      case FetchItem.Body body -> {
        out.text("BODY[");
        body.section().write(out);
        origin(body.partial()).text(" ");
        cut.write(out, false);
      }
      case FetchItem.Binary binary -> {
        out.text("BINARY[");
        binary.section().write(out);
        origin(binary.partial()).text(" ");
        cut.write(out, true);
      }
      case FetchItem.BinarySize binary -> {
        out.text("BINARY.SIZE[");
        binary.section().write(out);
        out.text("] ").number(cut.size());
      }
    }
  }

  private ResponseWriter origin(@org.jspecify.annotations.Nullable Partial partial)
      throws IOException {
    out.text("]");
    return partial == null ? out : out.text("<").number(partial.offset()).text(">");
  }

  private void attribute(Attribute attribute, Row row, BodySections.Cut cut) throws IOException {
    Message message = row.message();
    out.text(attribute.word()).text(" ");
    switch (attribute) {
      case UID -> out.number(message.uid());
      case FLAGS -> out.list(selected.flagNames(session, message));
      case INTERNALDATE -> out.text(ImapDates.format(message.internalDate()));
      case RFC822_SIZE -> out.number(message.size());
      case MODSEQ -> out.text("(").number(message.modSeq()).text(")");
      case EMAILID -> out.text("(").text(message.original().toString()).text(")");
      case THREADID -> out.text("(").text(message.thread().toString()).text(")");
      case SAVEDATE -> out.text(ImapDates.format(message.saveDate()));
      case ENVELOPE -> EnvelopeWriter.write(out, data(row).envelope());
      case BODY -> BodyStructureWriter.write(out, data(row).structure(), false);
      case BODYSTRUCTURE -> BodyStructureWriter.write(out, data(row).structure(), true);
      case PREVIEW -> out.string(data(row).preview());
      case RFC822, RFC822_HEADER, RFC822_TEXT -> cut.write(out, false);
    }
  }

  static MessageData data(Row row) {
    MessageData data = row.data();
    if (data == null) {
      throw new IllegalStateException("item without the data that it needs");
    }
    return data;
  }
}
