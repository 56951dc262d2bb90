package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds words in bytes, ASCII letters in either case, zeros between them (UTF-16) skipped. */
final class Words {
  private Words() {}

  static List<String> find(List<ShellRules.Word> words, byte[] content, int from, int to) {
    byte[] folded = fold(content, from, to);
    List<String> found = new ArrayList<>();
    boolean[] starts = new boolean[256];
    for (ShellRules.Word word : words) {
      for (byte[] encoding : word.encodings()) {
        starts[encoding[0] & 0xFF] = true;
      }
    }
    boolean[] seen = new boolean[words.size()];
    for (int i = 0; i < folded.length; i++) {
      if (starts[folded[i] & 0xFF]) {
        mark(words, folded, i, seen);
      }
    }
    for (int w = 0; w < seen.length; w++) {
      if (seen[w]) {
        found.add(words.get(w).text());
      }
    }
    return found;
  }

  private static void mark(List<ShellRules.Word> words, byte[] folded, int at, boolean[] seen) {
    for (int w = 0; w < seen.length; w++) {
      if (seen[w]) {
        continue;
      }
      for (byte[] encoding : words.get(w).encodings()) {
        if (startsWith(folded, at, encoding)) {
          seen[w] = true;
        }
      }
    }
  }

  private static boolean startsWith(byte[] text, int at, byte[] word) {
    if (at + word.length > text.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (text[at + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] fold(byte[] content, int from, int to) {
    byte[] folded = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      byte b = content[i];
      if (b != 0) {
        folded[length++] = b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
      }
    }
    return length == folded.length ? folded : Arrays.copyOf(folded, length);
  }
}
