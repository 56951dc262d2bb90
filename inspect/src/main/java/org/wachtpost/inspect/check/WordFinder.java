package org.wachtpost.inspect.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Whether one of some words of ASCII stands in bytes, its letters in either case. Most bytes are
 * leapt over: where a word may end its first few letters is told by pairs of bytes (S. Wu and U.
 * Manber, A fast algorithm for multi-pattern searching, 1994). Immutable.
 */
final class WordFinder {
  private static final int PAIRS = 1 << 10;

  /** Of each word, so many letters are looked at first. */
  private final int shortest;

  /** By pair of bytes, how far at least it is from there to where the first letters may end. */
  private final byte[] leaps = new byte[PAIRS];

  /** By pair of bytes, the words whose first letters may end with it. */
  private final byte[][][] ending = new byte[PAIRS][][];

  /** Takes words in small letters, of two at least. */
  WordFinder(List<String> words) {
    shortest = words.stream().mapToInt(String::length).min().orElseThrow();
    Arrays.fill(leaps, (byte) (shortest - 1));
    Arrays.fill(ending, new byte[0][]);
    for (String word : words) {
      byte[] letters = word.getBytes(StandardCharsets.US_ASCII);
      for (int i = 1; i < shortest; i++) {
        int pair = pair(letters[i - 1], letters[i]);
        leaps[pair] = (byte) Math.min(leaps[pair], shortest - 1 - i);
      }
      int last = pair(letters[shortest - 2], letters[shortest - 1]);
      byte[][] more = Arrays.copyOf(ending[last], ending[last].length + 1);
      more[more.length - 1] = letters;
      ending[last] = more;
    }
  }

  boolean anyIn(byte[] text) {
    int i = shortest - 1;
    while (i < text.length) {
      int pair = pair(text[i - 1], text[i]);
      if (leaps[pair] == 0 && anyAt(ending[pair], text, i - shortest + 1)) {
        return true;
      }
      i += Math.max(1, leaps[pair]);
    }
    return false;
  }

  /** Letters that differ in their case alone are alike. */
  private static int pair(byte first, byte second) {
    return (first & 0x1f) << 5 | (second & 0x1f);
  }

  private static boolean anyAt(byte[][] words, byte[] text, int at) {
    for (byte[] word : words) {
      if (isAt(word, text, at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(byte[] word, byte[] text, int at) {
    if (at + word.length > text.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      byte octet = text[at + i];
      if ((octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet) != word[i]) {
        return false;
      }
    }
    return true;
  }
}
