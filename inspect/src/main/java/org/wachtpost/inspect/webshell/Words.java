package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Finds words in bytes, ASCII letters in either case, zeros between them (UTF-16) skipped. */
final class Words {
  /** One of the encodings of the word of that number. */
  private record Form(int word, byte[] bytes) {}

  private Words() {}

  static List<String> find(List<ShellRules.Word> words, byte[] content, int from, int to) {
    byte[] folded = fold(content, from, to);
    List<String> found = new ArrayList<>();
    List<List<Form>> byStart = byStart(words);
    boolean[] seen = new boolean[words.size()];
    for (int i = 0; i < folded.length; i++) {
      for (Form form : byStart.get(folded[i] & 0xFF)) {
        if (!seen[form.word()] && startsWith(folded, i, form.bytes())) {
          seen[form.word()] = true;
        }
      }
    }
    for (int w = 0; w < seen.length; w++) {
      if (seen[w]) {
        found.add(words.get(w).text());
      }
    }
    return found;
  }

  /** The forms of all words by their first byte. */
  private static List<List<Form>> byStart(List<ShellRules.Word> words) {
    List<List<Form>> byStart = new ArrayList<>(Collections.nCopies(256, List.of()));
    for (int w = 0; w < words.size(); w++) {
      for (byte[] encoding : words.get(w).encodings()) {
        int start = encoding[0] & 0xFF;
        List<Form> forms = new ArrayList<>(byStart.get(start));
        forms.add(new Form(w, encoding));
        byStart.set(start, forms);
      }
    }
    return byStart;
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
