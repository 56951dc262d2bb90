package org.wachtpost.inspect.webshell;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;

/**
 * Decodes blocks made by Microsoft's Script Encoder ({@code VBScript.Encode}, {@code
 * JScript.Encode}): {@code #@~^LLLLLL==…CCCCCC==^#~@}. Each character from tab to 127 is replaced
 * through one of three alphabets, chosen by its position modulo 64; it hides text and nothing more.
 */
final class EncodedScript {
  static final String START = "#@~^";
  static final String END = "^#~@";

  /** Length of {@code LLLLLL==} after the start mark, and of {@code CCCCCC==} before the end. */
  private static final int FRAME_CHARS = 8;

  /**
   * For every plain character from 31 (tab) to 127: its three encoded forms, two hex digits each.
   */
  private static final String ALPHABETS =
      "643769507E2C225A654A4572613A5B5E79665D59755B274C427645606376"
          + "23622A654D435F51337E53424F52205220637A264A21545A467138202B79"
          + "266632632A572A586C767F2B477B462530522C314F296C3D6949703F3F3F"
          + "27787B3F3F3F675F513F3F3F62297A41247E5A2F3B663947323341736F77"
          + "4D215643755F7128263942787C466E534A64485C7431486772367D6E4B68"
          + "707D35495D223F6A554B503A6A69602E236A7F097128706F3565497D745C"
          + "242C5D2D7727544459373F257B6D7C3D7C236C436D3438286D5E314E5B39"
          + "2B6E7F3057366F4C547434346B72624C254E33563056735E3A6873785509"
          + "57474B7732613B3524442E4D2F646B594F44453B215C2D37684153366158"
          + "587A4879222E096050756B2D384E29553D3F51672F";

  /** Which alphabet each position modulo 64 uses. */
  private static final String ORDER =
      "1201202002021020" + "1020112002102002" + "1102020101120102" + "1020112001120102";

  private static final char[][] DECODE = decodeTables();

  /** The server runs no such script as it is: it was changed, or hides from what reads it. */
  static final ShellVerdict DAMAGED =
      new ShellVerdict(
          75,
          true,
          ShellVerdict.Kind.HIDDEN,
          List.of("holds an encoded script that does not fit its own length"));

  /** Bytes of a character that is not ASCII, at most: the length counts bytes of a code page. */
  private static final int WIDEST = 4;

  private EncodedScript() {}

  /** Whether an encoded block starts around a tilde. */
  static boolean startsAround(byte[] b, int tilde, int from, int to) {
    int start = tilde - START.indexOf('~');
    return start >= from
        && start + START.length() <= to
        && b[start] == '#'
        && b[start + 1] == '@'
        && b[start + 3] == '^';
  }

  /** Whether a block of the server's names another length than it has. */
  static boolean isDamaged(String text) {
    int start = text.indexOf(START);
    int open = -1;
    int end = -1;
    int close = -1;
    int looked = -1;
    while (start >= 0) {
      open = Math.max(open, lastBefore(text, "<%", looked, start));
      end = end > start ? end : text.indexOf(END, start);
      if (open < 0 || end < 0) {
        return false; // no server runs it, or its end is not in this piece
      }
      int from = start + START.length() + FRAME_CHARS;
      int to = end - FRAME_CHARS;
      close = Math.max(close, lastBefore(text, "%>", looked, start));
      looked = start;
      boolean server = open > close;
      if (server && to > from && !fits(text, from, to)) {
        return true;
      }
      start = text.indexOf(START, end);
    }
    return false;
  }

  /** The last place of a mark from {@code from} up to {@code to}, or -1. */
  private static int lastBefore(String text, String mark, int from, int to) {
    int last = text.substring(Math.max(0, from), to).lastIndexOf(mark);
    return last < 0 ? -1 : Math.max(0, from) + last;
  }

  private static boolean fits(String text, int from, int to) {
    int named = namedLength(text.substring(from - FRAME_CHARS, from));
    long wide = text.substring(from, to).chars().filter(c -> c >= 128).count();
    int chars = to - from;
    return named < 0 || named >= chars && named <= chars + (WIDEST - 1) * wide;
  }

  /** The length before a block, or -1 if none stands there. */
  private static int namedLength(String frame) {
    try {
      byte[] bytes = Base64.getDecoder().decode(frame);
      return bytes.length == 4
          ? ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt()
          : -1;
    } catch (IllegalArgumentException notBase64) {
      return -1;
    }
  }

  /**
   * The text with every encoded block replaced by what it hides; the same object if none is there.
   */
  static String decodeAll(String text) {
    int start = text.indexOf(START);
    if (start < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    int done = 0;
    while (start >= 0) {
      int end = text.indexOf(END, start);
      int stop = end < 0 ? text.length() : end;
      start = text.lastIndexOf(START, stop); // the mark is in no encoded text: others start nothing
      int from = Math.min(start + START.length() + FRAME_CHARS, stop);
      int to = end < 0 ? stop : Math.max(from, stop - FRAME_CHARS);
      plain.append(text, done, start);
      decode(text, from, to, plain);
      done = end < 0 ? stop : stop + END.length();
      start = text.indexOf(START, done);
    }
    return plain.append(text, done, text.length()).toString();
  }

  private static void decode(String text, int from, int to, StringBuilder plain) {
    int position = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c >= 128) {
        plain.append(c);
        continue;
      }
      if (c == '@' && i + 1 < to) {
        i++;
        char hidden = escaped(text.charAt(i));
        if (hidden == '>' && endsWithPercent(plain)) {
          plain.append(' '); // the block ended where the encoded text did, not at this literal
        }
        plain.append(hidden);
      } else {
        plain.append(DECODE[ORDER.charAt(position % 64) - '0'][c]);
      }
      position++;
    }
  }

  private static boolean endsWithPercent(StringBuilder plain) {
    return !plain.isEmpty() && plain.charAt(plain.length() - 1) == '%';
  }

  private static char escaped(char c) {
    return switch (c) {
      case '&' -> '\n';
      case '#' -> '\r';
      case '*' -> '>';
      case '!' -> '<';
      case '$' -> '@';
      default -> c;
    };
  }

  private static char[][] decodeTables() {
    char[][] tables = new char[3][128];
    for (char[] table : tables) {
      for (char c = 0; c < 128; c++) {
        table[c] = c;
      }
    }
    for (int plain = 31; plain < 128; plain++) {
      for (int table = 0; table < 3; table++) {
        int at = ((plain - 31) * 3 + table) * 2;
        int encoded = Integer.parseInt(ALPHABETS, at, at + 2, 16);
        if (encoded != '?' || plain == '?' || !isMark(plain)) {
          tables[table][encoded] = plain == 31 ? '\t' : (char) plain;
        }
      }
    }
    return tables;
  }

  /** Characters that the encoder writes as an escape and never through an alphabet. */
  private static boolean isMark(int c) {
    return c == '<' || c == '>' || c == '@';
  }
}
