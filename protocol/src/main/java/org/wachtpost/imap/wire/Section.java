package org.wachtpost.imap.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a message (RFC 9051 §6.4.5.1).
 *
 * @param parts part numbers, from 1; empty for the message itself
 * @param fields header field names, for the two kinds that have them
 */
public record Section(List<Integer> parts, Kind kind, List<String> fields) {
  /** What of the part is meant. */
  public enum Kind {
    ALL,
    HEADER,
    HEADER_FIELDS,
    HEADER_FIELDS_NOT,
    TEXT,
    MIME
  }

  private static final int MOST_FIELDS = 256;

  /** Numbers of a part: one for each level of parts within parts. */
  private static final int MOST_LEVELS = 64;

  public Section {
    parts = List.copyOf(parts);
    fields = List.copyOf(fields);
  }

  /** Whether the section is of the message itself and needs nothing but its header. */
  public boolean isTopHeader() {
    return parts.isEmpty() && kind != Kind.ALL && kind != Kind.TEXT;
  }

  /** What stands between the brackets. */
  static Section read(CommandReader in) throws IOException, ImapSyntaxException {
    List<Integer> parts = new ArrayList<>();
    boolean more = readParts(in, parts);
    if (!more || parts.isEmpty() && in.nextIs(']')) {
      return new Section(parts, Kind.ALL, List.of());
    }
    String name = in.name();
    Kind kind =
        switch (name) {
          case "HEADER" -> Kind.HEADER;
          case "HEADER.FIELDS" -> Kind.HEADER_FIELDS;
          case "HEADER.FIELDS.NOT" -> Kind.HEADER_FIELDS_NOT;
          case "TEXT" -> Kind.TEXT;
          case "MIME" -> Kind.MIME;
          default -> throw new ImapSyntaxException("unknown section");
        };
    if (kind == Kind.MIME && parts.isEmpty()) {
      throw new ImapSyntaxException("MIME needs a part number");
    }
    List<String> fields = new ArrayList<>();
    if (kind == Kind.HEADER_FIELDS || kind == Kind.HEADER_FIELDS_NOT) {
      in.space();
      in.expect('(');
      do {
        if (fields.size() == MOST_FIELDS) {
          throw ImapSyntaxException.limit("more than " + MOST_FIELDS + " header fields");
        }
        fields.add(in.text());
      } while (in.take(' '));
      in.expect(')');
    }
    return new Section(parts, kind, fields);
  }

  /** Part numbers; true if something may follow: there are none, or a dot is behind them. */
  private static boolean readParts(CommandReader in, List<Integer> parts)
      throws IOException, ImapSyntaxException {
    while (in.peek() >= '0' && in.peek() <= '9') {
      long number = in.number();
      if (number == 0 || number > 100_000 || parts.size() == MOST_LEVELS) {
        throw new ImapSyntaxException("no such part");
      }
      parts.add((int) number);
      if (!in.take('.')) {
        return false;
      }
    }
    return true;
  }

  /** As it is written between the brackets. */
  public void write(ResponseWriter out) throws IOException {
    for (int index = 0; index < parts.size(); index++) {
      out.text(index == 0 ? "" : ".").number(parts.get(index));
    }
    if (kind == Kind.ALL) {
      return;
    }
    out.text(parts.isEmpty() ? "" : ".").text(kind.name().replace('_', '.'));
    if (!fields.isEmpty()) {
      out.text(" (");
      for (int index = 0; index < fields.size(); index++) {
        out.text(index == 0 ? "" : " ").astring(fields.get(index));
      }
      out.text(")");
    }
  }
}
