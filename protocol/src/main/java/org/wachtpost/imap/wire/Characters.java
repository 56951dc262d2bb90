package org.wachtpost.imap.wire;

import java.util.BitSet;

/** Sets of bytes that the grammar names. */
final class Characters {
  /** ATOM-CHAR: no controls, no 8-bit, no atom-specials. */
  static final Characters ATOM = printable().without("(){%*\"\\] ");

  /** ASTRING-CHAR, and 8-bit bytes, which some clients send unquoted (UTF-8 names). */
  static final Characters ASTRING = printable().without("(){%*\"\\ ").with8Bit();

  /** list-char: as above, and wildcards. */
  static final Characters LIST = printable().without("(){\"\\ ").with8Bit();

  static final Characters TAG = printable().without("(){%*\"\\+ ");

  /** Names of FETCH items before a bracket. */
  static final Characters NAME =
      new Characters().with("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");

  private final BitSet members = new BitSet(256);

  private Characters() {}

  boolean contains(int value) {
    return members.get(value);
  }

  private static Characters printable() {
    Characters made = new Characters();
    made.members.set(32, 127);
    return made;
  }

  private Characters with(String characters) {
    characters.chars().forEach(members::set);
    return this;
  }

  private Characters with8Bit() {
    members.set(128, 256);
    return this;
  }

  private Characters without(String characters) {
    characters.chars().forEach(members::clear);
    return this;
  }
}
