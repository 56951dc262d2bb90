package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.Envelope.Address;

/**
 * Reads address lists (RFC 5322 §3.4, with the obsolete forms of §4.4) for ENVELOPE: names keep
 * their encoded words, quotes are removed, groups are marked. Never fails: what is no address gives
 * what can be made of it. One pass, no backtracking.
 */
final class AddressParser {
  /** Addresses of one field that are kept. */
  static final int ADDRESSES = 1_000;

  private final String text;
  private final List<Address> addresses = new ArrayList<>();
  private int at;

  // the address that is being read
  private final StringBuilder phrase = new StringBuilder();
  private final StringBuilder comment = new StringBuilder();
  private boolean spaceBefore;
  private boolean inGroup;

  private AddressParser(String text) {
    this.text = text;
  }

  static List<Address> parse(String text) {
    AddressParser parser = new AddressParser(text);
    parser.run();
    return parser.addresses;
  }

  private void run() {
    while (at < text.length() && addresses.size() < ADDRESSES) {
      char c = text.charAt(at);
      switch (c) {
        case ',' -> {
          at++;
          endBare();
        }
        case ';' -> {
          at++;
          endBare();
          endGroup();
        }
        case ':' -> startGroup();
        case '<' -> angle();
        case '"' -> quoted(phrase, true);
        case '(' -> comment();
        default -> word(c);
      }
    }
    endBare();
    endGroup();
  }

  private void word(char c) {
    at++;
    if (c <= ' ') {
      spaceBefore = true;
      return;
    }
    space(phrase);
    phrase.append(c);
  }

  private void space(StringBuilder out) {
    if (spaceBefore && !out.isEmpty()) {
      out.append(' ');
    }
    spaceBefore = false;
  }

  private void quoted(StringBuilder out, boolean spaced) {
    if (spaced) {
      space(out);
    }
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      out.append(text.charAt(at++));
    }
    at++;
  }

  private void comment() {
    int depth = 0;
    comment.setLength(0);
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        comment.append(text.charAt(at++));
      } else if (c == '(') {
        if (depth++ > 0) {
          comment.append(c);
        }
      } else if (c == ')') {
        if (--depth == 0) {
          break;
        }
        comment.append(c);
      } else {
        comment.append(c);
      }
    }
    spaceBefore = true;
  }

  private void startGroup() {
    at++;
    if (inGroup || phrase.indexOf("@") >= 0) {
      phrase.append(':'); // not a group: a colon where none belongs
      return;
    }
    addresses.add(new Address(null, phrase.toString().strip(), null));
    inGroup = true;
    clear();
  }

  private void endGroup() {
    if (inGroup) {
      addresses.add(new Address(null, null, null));
      inGroup = false;
    }
    clear();
  }

  /** {@code name <route:mailbox@host>}. */
  private void angle() {
    at++;
    StringBuilder address = new StringBuilder();
    String name = phrase.toString().strip();
    // A comment before the brackets may stand for the name; those inside say nothing.
    String shown = name.isEmpty() ? comment.toString().strip() : name;
    String route = null;
    int lastAt = -1;
    while (at < text.length() && text.charAt(at) != '>') {
      char c = text.charAt(at);
      if (c == '"') {
        quoted(address, false);
        continue;
      }
      if (c == '(') {
        comment(); // RFC 5322 §3.4.1: allowed around each word
        continue;
      }
      at++;
      if (c == ':' && !address.isEmpty() && address.charAt(0) == '@') {
        route = address.toString(); // RFC 5322 §4.4: a route is not part of the address
        address.setLength(0);
        lastAt = -1;
      } else if (c > ' ') {
        if (c == '@') {
          lastAt = address.length();
        }
        address.append(c);
      }
    }
    at++;
    add(shown, route, address.toString(), lastAt);
    skipToComma();
  }

  /** What is between an address and the next comma says nothing. */
  private void skipToComma() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ',' || c == ';') {
        break;
      } else if (c == '(') {
        comment();
      } else if (c == '"') {
        quoted(new StringBuilder(), false);
      } else {
        at++;
      }
    }
    clear();
  }

  /** An address without angle brackets; its name may stand in a comment. */
  private void endBare() {
    String bare = phrase.toString().strip();
    if (!bare.isEmpty()) {
      String compact = bare.replace(" ", "");
      int split = compact.lastIndexOf('@');
      add(comment.toString().strip(), null, split < 0 ? bare : compact, split);
    }
    clear();
  }

  private void add(String name, @Nullable String route, String address, int split) {
    String mailbox = split < 0 ? address : address.substring(0, split);
    String host = split < 0 ? "" : address.substring(split + 1);
    if (mailbox.isEmpty() && host.isEmpty() && name.isEmpty()) {
      return;
    }
    // A null host would say that a group starts: RFC 9051 §7.5.2
    addresses.add(new Address(name.isEmpty() ? null : name, route, mailbox, host));
  }

  private void clear() {
    phrase.setLength(0);
    comment.setLength(0);
    spaceBefore = false;
  }
}
