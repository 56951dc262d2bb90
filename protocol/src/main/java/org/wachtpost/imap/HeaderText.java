package org.wachtpost.imap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.wachtpost.mail.EncodedWords;

/** Header fields as text for people: unfolded, encoded words (RFC 2047) decoded. */
final class HeaderText {
  /** Of a longer header the beginning is looked at: mail from elsewhere has none. */
  static final int HEADER_BYTES = 1024 * 1024;

  /** Of more fields the first ones are looked at: mail from elsewhere has no more. */
  static final int FIELDS = 5_000;

  private static final Pattern FOLD = Pattern.compile("\\r?\\n[ \\t]");

  /** A field, its text folded for comparison. */
  record Field(String name, String folded) {}

  private HeaderText() {}

  /** The fields of a header; closes the stream. */
  static List<Field> fields(InputStream header) throws IOException {
    byte[] bytes;
    try (header) {
      bytes = header.readNBytes(HEADER_BYTES);
    }
    String latin = new String(bytes, StandardCharsets.ISO_8859_1);
    List<Field> fields = new ArrayList<>();
    int start = 0;
    while (start < latin.length() && fields.size() < FIELDS) {
      int end = latin.indexOf('\n', start);
      while (end >= 0 && end + 1 < latin.length() && isBlank(latin.charAt(end + 1))) {
        end = latin.indexOf('\n', end + 1);
      }
      end = end < 0 ? latin.length() : end;
      fields.add(field(latin.substring(start, end)));
      start = end + 1;
    }
    return fields;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** The field with these bytes, given as Latin-1. */
  static Field field(String raw) {
    int colon = raw.indexOf(':');
    String name = colon < 0 ? "" : raw.substring(0, colon).strip();
    // A fold counts as a space, also where a tab makes it.
    String folded = raw.substring(colon + 1);
    String value = FOLD.matcher(folded).replaceAll(" ").replace("\r", "").replace("\n", "");
    return new Field(name, TextSearch.fold(decode(value).strip()));
  }

  private static String decode(String latin) {
    String text = latin;
    boolean ascii = latin.chars().allMatch(c -> c < 128);
    if (!ascii) {
      byte[] bytes = latin.getBytes(StandardCharsets.ISO_8859_1);
      try {
        text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        text = latin;
      }
    }
    return EncodedWords.decode(text);
  }
}
