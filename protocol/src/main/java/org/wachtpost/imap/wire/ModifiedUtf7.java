package org.wachtpost.imap.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Mailbox names of IMAP4rev1 (RFC 3501 §5.1.3), in a form of UTF-7 (RFC 2152) of its own. */
public final class ModifiedUtf7 {
  private ModifiedUtf7() {}

  /** The name in printable US-ASCII. */
  public static String encode(String name) {
    StringBuilder text = new StringBuilder(name.length() + 8);
    int at = 0;
    while (at < name.length()) {
      char c = name.charAt(at);
      if (isDirect(c)) {
        text.append(c == '&' ? "&-" : String.valueOf(c));
        at++;
      } else {
        int end = at;
        while (end < name.length() && !isDirect(name.charAt(end))) {
          end++;
        }
        byte[] utf16 = name.substring(at, end).getBytes(StandardCharsets.UTF_16BE);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(utf16);
        text.append('&').append(base64.replace('/', ',')).append('-');
        at = end;
      }
    }
    return text.toString();
  }

  private static boolean isDirect(char c) {
    return c >= 0x20 && c <= 0x7e;
  }

  /**
   * The name that the text stands for.
   *
   * @throws ImapSyntaxException when it is not modified UTF-7 in its one permitted form
   */
  public static String decode(String text) throws ImapSyntaxException {
    StringBuilder name = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (!isDirect(c)) {
        throw new ImapSyntaxException("mailbox name is not modified UTF-7");
      }
      if (c != '&') {
        name.append(c);
        at++;
        continue;
      }
      int end = text.indexOf('-', at);
      if (end < 0) {
        throw new ImapSyntaxException("mailbox name with a shift that has no end");
      }
      name.append(end == at + 1 ? "&" : shifted(text.substring(at + 1, end)));
      at = end + 1;
    }
    // One name, one form: otherwise two texts would name the same mailbox.
    if (!encode(name.toString()).equals(text)) {
      throw new ImapSyntaxException("mailbox name is not in the canonical form of modified UTF-7");
    }
    return name.toString();
  }

  private static String shifted(String base64) throws ImapSyntaxException {
    try {
      byte[] utf16 = Base64.getDecoder().decode(base64.replace(',', '/'));
      return StandardCharsets.UTF_16BE.newDecoder().decode(ByteBuffer.wrap(utf16)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw new ImapSyntaxException("mailbox name is not modified UTF-7");
    }
  }
}
