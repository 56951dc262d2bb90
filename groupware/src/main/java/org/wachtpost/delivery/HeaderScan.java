package org.wachtpost.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.wachtpost.delivery.MessageGate.Span;
import org.wachtpost.mail.MessageContent;

/**
 * What delivery has to know of a message's header: one pass over its first bytes, after which
 * nothing is kept but the fields that delivery asks for.
 */
final class HeaderScan {
  /** Longest header that is looked at, octets; mail with a longer one is refused. */
  static final int OCTETS = 1024 * 1024;

  /** Most fields of a header; mail with more is refused. */
  static final int FIELDS = 5_000;

  /** Longest address that a Delivered-To field is looked at for, characters. */
  private static final int ADDRESS = 1_000;

  private static final int CHUNK = 2 * 1024;

  /** The fields that are kept. */
  private static final Set<String> KEPT =
      Set.of(
          "received",
          "delivered-to",
          "from",
          "sender",
          "date",
          "message-id",
          "bcc",
          "resent-bcc",
          "return-path");

  /** One field as it stands, folding included, and where it stands. */
  private record Field(String name, String body, Span span) {}

  /** What came of reading a header. */
  private enum Fault {
    NONE,
    TOO_LONG,
    /** Others with a large header left no room for this one. */
    NO_TURN
  }

  private final List<Field> fields = new ArrayList<>();
  private final Fault fault;
  private final boolean bareLineEnd;
  private final boolean folded;

  /** Addresses that it says it was delivered to, in one case. */
  private final Set<String> deliveredTo;

  private HeaderScan(String header, Fault fault) {
    this.bareLineEnd = bareLineEnd(header);
    this.folded = header.startsWith(" ") || header.startsWith("\t");
    int count = 0;
    int start = 0;
    while (start < header.length() && count <= FIELDS) {
      int end = fieldEnd(header, start);
      int colon = header.indexOf(':', start, end); // not beyond: no field may have one
      if (colon > start) {
        count++;
        String name = header.substring(start, colon).stripTrailing().toLowerCase(Locale.ROOT);
        if (KEPT.contains(name)) {
          fields.add(new Field(name, header.substring(colon + 1, end), new Span(start, end)));
        }
      }
      start = end;
    }
    this.fault = count > FIELDS ? Fault.TOO_LONG : fault;
    this.deliveredTo =
        bodies("delivered-to").stream()
            .filter(address -> address.length() <= ADDRESS)
            .map(HeaderScan::inOneCase)
            .collect(Collectors.toSet());
  }

  private static String inOneCase(String address) {
    return address.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }

  private static boolean bareLineEnd(String header) {
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      boolean pair = c == '\r' && i + 1 < header.length() && header.charAt(i + 1) == '\n';
      if (pair) {
        i++;
      } else if (c == '\r' || c == '\n') {
        return true;
      }
    }
    return false;
  }

  private static int fieldEnd(String header, int start) {
    int end = header.indexOf("\r\n", start);
    while (end >= 0
        && end + 2 < header.length()
        && (header.charAt(end + 2) == ' ' || header.charAt(end + 2) == '\t')) {
      end = header.indexOf("\r\n", end + 2);
    }
    return end < 0 ? header.length() : end + 2;
  }

  /**
   * @param turn taken if the header is large
   */
  static HeaderScan of(MessageContent content, LargeHeaders.Turn turn) throws IOException {
    try (InputStream in = content.open()) {
      StringBuilder header = new StringBuilder(CHUNK);
      int end = -1;
      byte[] chunk = new byte[CHUNK];
      while (end < 0 && header.length() < OCTETS) {
        if (header.length() > LargeHeaders.OCTETS && !turn.take()) {
          return new HeaderScan("", Fault.NO_TURN);
        }
        int from = Math.max(0, header.length() - 3);
        int count = in.read(chunk);
        if (count < 0) {
          return new HeaderScan(header.toString(), Fault.NONE);
        }
        header.append(new String(chunk, 0, count, StandardCharsets.ISO_8859_1));
        end = header.indexOf("\r\n\r\n", from);
        if (header.length() >= 2 && header.charAt(0) == '\r' && header.charAt(1) == '\n') {
          return new HeaderScan("", Fault.NONE);
        }
      }
      return end < 0
          ? new HeaderScan("", Fault.TOO_LONG)
          : new HeaderScan(header.substring(0, end + 2), Fault.NONE);
    }
  }

  /** False if the header is longer than {@link #OCTETS} or has more than {@link #FIELDS} fields. */
  boolean isComplete() {
    return fault != Fault.TOO_LONG;
  }

  /** Whether nothing is known of it, because others with a large header did not leave in time. */
  boolean hadNoTurn() {
    return fault == Fault.NO_TURN;
  }

  /** Whether CR or LF stands alone in it: only BINARYMIME lets such come so far. */
  boolean hasBareLineEnd() {
    return bareLineEnd;
  }

  /** Whether it begins with white space: that would go on with the field that is put before it. */
  boolean beginsFolded() {
    return folded;
  }

  /** Whether a Delivered-To field names this address, in whatever case (RFC 9228). */
  boolean wasDeliveredTo(String address) {
    return deliveredTo.contains(inOneCase(address));
  }

  /** How many of {@link #KEPT} it has with this (lower-case) name, as below. */
  int count(String name) {
    return (int) fields.stream().filter(field -> field.name().equals(name)).count();
  }

  boolean has(String name) {
    return fields.stream().anyMatch(field -> field.name().equals(name));
  }

  /** Bodies of the fields with this (lower-case) name, unfolded, as UTF-8. */
  List<String> bodies(String name) {
    return fields.stream()
        .filter(field -> field.name().equals(name))
        .map(field -> field.body().replace("\r\n", "").strip())
        .map(text -> new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
        .toList();
  }

  /** Where the fields with these (lower-case) names stand, in order. */
  List<Span> spans(Set<String> names) {
    return fields.stream().filter(field -> names.contains(field.name())).map(Field::span).toList();
  }
}
