package org.wachtpost.inspect.webshell;

import java.nio.charset.StandardCharsets;

/**
 * Words without which hardly any code reads, runs or writes something, and which a picture or a
 * program does not hold by chance: a block with one of them is one, whatever else is in it.
 */
final class CodeWords {
  private static final byte[][] WORDS = {
    bytes("request"),
    bytes("execute"),
    bytes("eval("),
    bytes("eval "),
    bytes("createobject"),
    bytes("process"),
    bytes("assembly"),
    bytes("streamwriter"),
    bytes("filestream"),
    bytes("\\u00"),
  };

  /** Octets from the start of a word on that are text where the word is one of code. */
  private static final int TEXT_OCTETS = 24;

  /** A remark or a literal starts with one of these, and no control stands in code elsewhere. */
  private static final String DELIMITERS = "\"'/";

  private static final byte[] REMARK = bytes("rem ");

  private static final boolean[] FIRST = letters(0);
  private static final boolean[] SECOND = second();

  private final byte[] octets;
  private final int to;

  private final NextPlace words = new NextPlace(this::search);

  CodeWords(byte[] octets, int to) {
    this.octets = octets;
    this.to = to;
  }

  /**
   * The place of the first word from {@code from} on; the end if there is none. Asked for places
   * that only go up, it looks at every octet once.
   */
  int next(int from) {
    return words.from(from);
  }

  private int search(int from) {
    byte[] b = octets;
    int at = from;
    while (at + 1 < to && !(FIRST[b[at] & 0xFF] && SECOND[b[at + 1] & 0xFF] && starts(at))) {
      at++;
    }
    return at + 1 < to ? at : to;
  }

  private boolean starts(int at) {
    for (byte[] word : WORDS) {
      if (Prefilter.matches(octets, at, to, word)) {
        return isFollowedByText(at);
      }
    }
    return false;
  }

  /** Programs hold words as well, between zeros and numbers. */
  private boolean isFollowedByText(int at) {
    boolean wide = at + 1 < to && octets[at + 1] == 0;
    int end = Math.min(to, at + (wide ? 2 * TEXT_OCTETS : TEXT_OCTETS));
    boolean delimited = false;
    for (int i = at; i < end && !delimited; i++) {
      int c = octets[i];
      if (c == '%' && i + 1 < end && octets[i + 1] == '>') {
        return true;
      }
      boolean control = c >= 0 && c < ' ' && (c < '\t' || c > '\r');
      if (control && !(wide && c == 0)) {
        return false;
      }
      delimited = DELIMITERS.indexOf(c) >= 0 || Prefilter.matches(octets, i, to, REMARK);
    }
    return true;
  }

  /** Which octets stand at a place of any word, in either case. */
  private static boolean[] letters(int place) {
    boolean[] letters = new boolean[1 << Byte.SIZE];
    for (byte[] word : WORDS) {
      letters[word[place]] = true;
      letters[word[place] - 0x20] = true;
    }
    return letters;
  }

  /** Letters, or the zero after the first octet of one that takes two. */
  private static boolean[] second() {
    boolean[] second = letters(1);
    second[0] = true;
    return second;
  }

  private static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }
}
