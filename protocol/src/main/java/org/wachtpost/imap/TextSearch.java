package org.wachtpost.imap;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import org.wachtpost.mail.BodyPart;
import org.wachtpost.mail.EncodedWords;

/**
 * Looks for a text in decoded bodies, without regard to letter case, in any script. Bodies are read
 * in windows that overlap by more than the text is long.
 */
final class TextSearch {
  private static final int WINDOW_CHARACTERS = 16_384;

  /** A text up to this long is looked for by String.contains, which is fast. */
  private static final int SHORT = 16;

  private final String needle;

  /**
   * Of a longer text, for each of its beginnings, how long the longest end of it is with which the
   * text begins too: so none of what is searched is looked at twice (Knuth, Morris and Pratt),
   * where String.contains takes as many steps as both lengths multiplied.
   */
  private final int[] borders;

  TextSearch(String text) {
    this.needle = fold(text);
    this.borders = needle.length() <= SHORT ? new int[0] : borders(needle);
  }

  private static int[] borders(String text) {
    int[] borders = new int[text.length()];
    int matched = 0;
    for (int index = 1; index < text.length(); index++) {
      while (matched > 0 && text.charAt(matched) != text.charAt(index)) {
        matched = borders[matched - 1];
      }
      matched += text.charAt(matched) == text.charAt(index) ? 1 : 0;
      borders[index] = matched;
    }
    return borders;
  }

  /** The form in which texts are compared: composed (NFC), letter case removed. */
  static String fold(String text) {
    for (int index = 0; index < text.length(); index++) {
      if (text.charAt(index) >= 128) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        // Up and down again: letters that differ in one of the two cases only become the same.
        return composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
      }
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** The form in which texts are sorted (RFC 4790 §9.2.1): letters stand before {@code _}. */
  static String collate(String text) {
    return fold(text).toUpperCase(Locale.ROOT);
  }

  boolean isEmpty() {
    return needle.isEmpty();
  }

  /** Whether it is in a text that {@link #fold} gave, in linear time. */
  boolean inFolded(String folded) {
    if (borders.length == 0) {
      return folded.contains(needle);
    }
    int matched = 0;
    for (int index = 0; index < folded.length(); index++) {
      char c = folded.charAt(index);
      while (matched > 0 && needle.charAt(matched) != c) {
        matched = borders[matched - 1];
      }
      matched += needle.charAt(matched) == c ? 1 : 0;
      if (matched == needle.length()) {
        return true;
      }
    }
    return false;
  }

  boolean inHeader(Candidate row) throws IOException {
    for (HeaderText.Field field : row.header()) {
      if (inFolded(field.folded()) || inFolded(fold(field.name()) + ": " + field.folded())) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is in the body: text parts, inner messages, and the headers of parts. */
  boolean inBody(Candidate row) throws IOException {
    return needle.isEmpty() || inPart(row, row.data().structure());
  }

  private boolean inPart(Candidate row, BodyPart part) throws IOException {
    for (BodyPart child : part.children()) {
      if (inHeaderOf(row, child) || inPart(row, child)) {
        return true;
      }
    }
    return part.children().isEmpty() && part.type().equalsIgnoreCase("text") && inText(row, part);
  }

  private boolean inHeaderOf(Candidate row, BodyPart part) throws IOException {
    for (HeaderText.Field field :
        HeaderText.fields(row.bytes(part.headerStart(), part.bodyStart()))) {
      if (inFolded(field.folded())) {
        return true;
      }
    }
    return false;
  }

  private boolean inText(Candidate row, BodyPart part) throws IOException {
    long end = Math.min(part.end(), row.message().size());
    try (InputStream raw = row.bytes(part.bodyStart(), end);
        InputStream decoded = TransferEncoding.decoder(part.encoding(), raw);
        Reader text = new InputStreamReader(decoded, charset(part))) {
      int overlap = 4 * needle.length() + 16;
      // No part has more characters than bytes.
      long longest = Math.min(WINDOW_CHARACTERS, Math.max(0, end - part.bodyStart()) + 1);
      char[] window = new char[(int) longest + overlap];
      int kept = 0;
      while (true) {
        int filled = fill(text, window, kept);
        if (inFolded(fold(new String(window, 0, filled)))) {
          return true;
        }
        Pause.make();
        if (filled < window.length) {
          return false;
        }
        kept = Math.min(overlap, filled);
        System.arraycopy(window, filled - kept, window, 0, kept);
      }
    }
  }

  private static int fill(Reader text, char[] window, int from) throws IOException {
    int filled = from;
    while (filled < window.length) {
      int count = text.read(window, filled, window.length - filled);
      if (count < 0) {
        return filled;
      }
      filled += count;
    }
    return filled;
  }

  private static Charset charset(BodyPart part) {
    for (BodyPart.Parameter parameter : part.parameters()) {
      if (parameter.name().equalsIgnoreCase("charset")) {
        return charset(parameter.value());
      }
    }
    return StandardCharsets.UTF_8;
  }

  private static Charset charset(String name) {
    // What is called ASCII but is not is UTF-8 more often than not.
    if (name.equalsIgnoreCase("us-ascii")) {
      return StandardCharsets.UTF_8;
    }
    Charset known = EncodedWords.charset(name);
    return known == null ? StandardCharsets.UTF_8 : known;
  }
}
