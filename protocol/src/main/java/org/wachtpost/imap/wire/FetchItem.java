package org.wachtpost.imap.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What FETCH asks for (RFC 9051 §6.4.5). */
public sealed interface FetchItem {
  /** Items without arguments. */
  enum Attribute implements FetchItem {
    UID,
    FLAGS,
    INTERNALDATE,
    RFC822_SIZE("RFC822.SIZE"),
    ENVELOPE,
    BODY,
    BODYSTRUCTURE,
    RFC822,
    RFC822_HEADER("RFC822.HEADER"),
    RFC822_TEXT("RFC822.TEXT"),
    /** RFC 7162 */
    MODSEQ,
    /** RFC 8474 */
    EMAILID,
    THREADID,
    /** RFC 8514 */
    SAVEDATE,
    /** RFC 8970 */
    PREVIEW;

    private final String word;

    Attribute() {
      word = name();
    }

    Attribute(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** {@code BODY[…]}. */
  record Body(Section section, boolean peek, @Nullable Partial partial) implements FetchItem {}

  /**
   * {@code BINARY[…]}: the grammar has part numbers only (RFC 3516 §7); HEADER, TEXT and MIME are
   * read as well, as other servers do, and are what BODY makes of them.
   */
  record Binary(Section section, boolean peek, @Nullable Partial partial) implements FetchItem {}

  /** {@code BINARY.SIZE[…]}. */
  record BinarySize(Section section) implements FetchItem {}

  /**
   * {@code <offset.length>} in bytes. The grammar wants a length; {@code <offset>} means all from
   * there, as in what servers answer.
   */
  record Partial(long offset, long length) {}

  /** Most items in one FETCH. */
  int MOST_ITEMS = 64;

  /** One item, or a list of them, or a macro. What is asked for twice is there once. */
  static List<FetchItem> readAll(CommandReader in) throws IOException, ImapSyntaxException {
    List<FetchItem> items = new ArrayList<>();
    if (!in.take('(')) {
      String name = in.name();
      switch (name) {
        case "ALL" -> addMacro(items, false, true);
        case "FAST" -> addMacro(items, false, false);
        case "FULL" -> addMacro(items, true, true);
        // What stands in parentheses behind it may be FETCH's as well as its own.
        case "PREVIEW" -> items.add(Attribute.PREVIEW);
        default -> items.add(read(name, in));
      }
      return items;
    }
    in.spaces();
    int asked = 0;
    do {
      if (asked++ == MOST_ITEMS) {
        throw ImapSyntaxException.limit("more than " + MOST_ITEMS + " items");
      }
      FetchItem item = read(in.name(), in);
      if (!items.contains(item)) {
        items.add(item);
      }
      in.spaces();
    } while (!in.nextIs(')'));
    in.expect(')');
    return items;
  }

  private static void addMacro(List<FetchItem> items, boolean body, boolean envelope) {
    items.add(Attribute.FLAGS);
    items.add(Attribute.INTERNALDATE);
    items.add(Attribute.RFC822_SIZE);
    if (envelope) {
      items.add(Attribute.ENVELOPE);
    }
    if (body) {
      items.add(Attribute.BODY);
    }
  }

  private static FetchItem read(String name, CommandReader in)
      throws IOException, ImapSyntaxException {
    boolean bracket = in.take('[');
    if (bracket) {
      return switch (name) {
        case "BODY", "BODY.PEEK" -> {
          Section section = Section.read(in);
          in.expect(']');
          yield new Body(section, name.endsWith("PEEK"), readPartial(in));
        }
        case "BINARY", "BINARY.PEEK" -> {
          Section section = Section.read(in);
          in.expect(']');
          yield new Binary(section, name.endsWith("PEEK"), readPartial(in));
        }
        case "BINARY.SIZE" -> {
          Section section = Section.read(in);
          in.expect(']');
          yield new BinarySize(section);
        }
        default -> throw new ImapSyntaxException("unknown FETCH item with a section");
      };
    }
    if (name.equals("PREVIEW")) {
      readPreviewModifiers(in);
      return Attribute.PREVIEW;
    }
    // RFC 3501 §9: the older way to write what is now BODY.PEEK[…] has no bracket.
    for (Attribute attribute : Attribute.values()) {
      if (attribute.word().equals(name)) {
        return attribute;
      }
    }
    throw new ImapSyntaxException("unknown FETCH item");
  }

  /**
   * RFC 8970 §3.2: the one modifier is LAZY; previews are always at hand, so it changes nothing.
   */
  private static void readPreviewModifiers(CommandReader in)
      throws IOException, ImapSyntaxException {
    if (in.take(' ')) {
      if (!in.nextIs('(')) {
        // The space belonged to the list of items: another item follows.
        return;
      }
      in.expect('(');
      if (!in.word().equals("LAZY")) {
        throw new ImapSyntaxException("unknown PREVIEW modifier");
      }
      in.expect(')');
    }
  }

  private static @Nullable Partial readPartial(CommandReader in)
      throws IOException, ImapSyntaxException {
    if (!in.take('<')) {
      return null;
    }
    long offset = in.number64();
    long length = in.take('.') ? in.number64() : Long.MAX_VALUE;
    if (length == 0) {
      throw new ImapSyntaxException("partial of no bytes");
    }
    in.expect('>');
    return new Partial(offset, length);
  }
}
