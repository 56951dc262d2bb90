package org.wachtpost.inspect.webshell;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One quick look over raw bytes: can a web server run anything in them, and is there any word that
 * running it to an end would need? Everything that a server runs starts with {@code <} and a few
 * more characters; names may be split, numbered or reversed, but then something that puts them
 * together stands there plainly.
 */
final class Prefilter {
  /** What follows the {@code <}. */
  private static final byte[][] STARTS = {
    bytes("%"),
    bytes("script"),
    bytes("msxsl:script"),
    bytes("object"),
    bytes(Php.START.substring(1)),
  };

  private static final int SAMPLE_BYTES = 256;
  private static final int FEW_CONTROLS = 3;
  private static final int BYTES_PER_CONTROL = 24;

  /** As far as the parser looks for the sign of an include, in characters of two bytes. */
  private static final int MAX_INCLUDE_BYTES = 64;

  private static final int BLOCK = 0;
  private static final int SCRIPT = 1;
  private static final int STYLESHEET = 2;
  private static final int OBJECT = 3;
  private static final int PHP = 4;
  private static final int INCLUDE = 5;

  private static final byte[][] WORDS = {
    bytes("eval"),
    bytes("execute"),
    bytes("createobject"),
    bytes("getobject"),
    bytes("activex"),
    bytes("process"),
    bytes("\\u00"),
    bytes("\\u20"),
    bytes("\\uf"),
    bytes("assembly"),
    bytes("invoke"),
    bytes("compile"),
    bytes("deserialize"),
    bytes("scriptcontrol"),
    bytes("shell"),
    bytes("transform"),
    bytes("xaml"),
    bytes("saveas"),
    bytes("streamwriter"),
    bytes("streamreader"),
    bytes("new attachment"),
    bytes("filestream"),
    bytes("file."),
    bytes("fileinfo"),
    bytes("filesystem."),
    bytes("writefile"),
    bytes("transmitfile"),
    bytes("directory"),
    bytes("driveinfo"),
    bytes("getlogicaldrives"),
    bytes("getenvironmentvariables"),
    bytes("connection"),
    bytes("tcpclient"),
    bytes("socket"),
    bytes("webrequest"),
    bytes("webclient"),
    bytes("registry"),
    bytes("managementobject"),
    bytes("virtualalloc"),
    bytes("dllimport"),
    bytes("declare"),
    bytes("runspace"),
    bytes("#@~^"),
    bytes("65000"),
    bytes("utf-7"),
    bytes("parsecontrol"),
    bytes("jscript"),
    bytes("this["),
    bytes("callbyname"),
    bytes("gettype"),
    bytes("new function"),
    bytes("zipfile"),
    bytes("virtualdirector"),
    bytes("validationkey"),
    bytes("resourcereader"),
    bytes("codedom"),
    bytes("classid"),
    bytes("webadmin"),
    bytes("http_referer"),
    bytes("urlreferrer"),
    bytes("constructor"),
    bytes("frombase64"),
    bytes("perlscript"),
    bytes("phpscript"),
    bytes("python"),
    bytes("activator"),
    bytes("contractserializer"),
    bytes("typenamehandling"),
    bytes("typeresolver"),
    bytes("resxresource"),
    bytes("csharpscript"),
    bytes("appdomain"),
    bytes("loadxml"),
    bytes("request.saveas"),
  };

  /** Per pair of first two bytes, in either case, the words that start so; 0 is none. */
  private static final byte[] PAIRS = new byte[1 << 16];

  private static final int[][] STARTING = starting();

  private static final byte[] ADDRESS = bytes("ernalurl");

  private static final long TAGS = Octets.spread('<');
  private static final long AT_SIGNS = Octets.spread('@');
  private static final long SPACES = Octets.spread(' ');
  private static final long LETTERS_L = Octets.spread('l');
  private static final long LETTERS_U = Octets.spread('u');

  private Prefilter() {}

  /** Whether a server runs anything in them that is not a dump of settings. */
  static boolean mayRun(byte[] b, int from, int to) {
    return SourceText.looksEbcdic(b, from, to) || hasWideMark(b, from, to) || marked(b, from, to);
  }

  /** UTF-16 with a mark: rare enough to be read in full. */
  private static boolean hasWideMark(byte[] b, int from, int to) {
    if (to - from < 2) {
      return false;
    }
    int mark = (b[from] & 0xFF) << 8 | (b[from + 1] & 0xFF);
    return mark == 0xFFFE || mark == 0xFEFF;
  }

  /**
   * Is there a start of something that runs, and with it a word that matters? Included files and
   * server-side objects need no word.
   */
  private static boolean marked(byte[] b, int from, int to) {
    boolean block = false;
    CodeWords words = new CodeWords(b, to);
    ServerSigns signs = new ServerSigns(b, to);
    int i = nextStart(b, from, to);
    while (i < to) {
      int start = b[i] == '@' ? razor(b, i, to) : start(b, i, to);
      if (start == OBJECT || start == INCLUDE || start == PHP) {
        return true;
      }
      if (!block && runs(b, i, to, start, words, signs)) {
        if (hasWord(b, from, to, 0)) {
          return true;
        }
        block = true;
      }
      i = nextStart(b, i + 1, to);
    }
    return false;
  }

  private static boolean runs(
      byte[] b, int at, int to, int start, CodeWords words, ServerSigns signs) {
    return switch (start) {
      case BLOCK -> isText(b, at + 2, to) || words.next(at + 2) < to;
      case SCRIPT -> signs.areInTag(at);
      default -> start > 0;
    };
  }

  private static int razor(byte[] b, int at, int to) {
    return at + 1 < to && (b[at + 1] == '{' || b[at + 1] == 'f') ? BLOCK : -1;
  }

  /** The next {@code <} or {@code @}, eight bytes at a time; {@code to} if there is none. */
  private static int nextStart(byte[] b, int from, int to) {
    int i = from;
    while (i + 8 <= to) {
      long hits = starts(Octets.word(b, i));
      if (hits == 0 && i + 16 <= to) {
        i += 8;
        hits = starts(Octets.word(b, i));
      }
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
      i += 8;
    }
    while (i < to && b[i] != '<' && b[i] != '@') {
      i++;
    }
    return i;
  }

  private static long starts(long word) {
    return Octets.zero(word ^ TAGS) | Octets.zero(word ^ AT_SIGNS);
  }

  /**
   * Pictures and programs hold {@code <%} by chance: then what follows is not text. A short block
   * in the middle of a picture is judged up to its end.
   */
  private static boolean isText(byte[] b, int from, int to) {
    int controls = 0;
    int end = Math.min(to, from + SAMPLE_BYTES);
    int i = from;
    while (i < end && !(b[i] == '%' && i + 1 < to && b[i + 1] == '>')) {
      int c = b[i];
      controls += (c > 0 && c < 9) || (c > 13 && c < 32) ? 1 : 0;
      i++;
    }
    return controls <= Math.max(FEW_CONTROLS, (i - from) / BYTES_PER_CONTROL);
  }

  /**
   * Whether a text holds a word that matters from one place up to another; {@code Eval} in data
   * binding does not.
   */
  static boolean mayAct(SourceText source, int from, int to, Page.Form form) {
    int firstWord = form == Page.Form.BINDING ? 1 : 0;
    if (source.isPlain()) {
      return hasWord(source.octets(), from, to, firstWord);
    }
    String code = source.part(from, to);
    for (int i = 0; i < code.length(); i++) {
      char c = code.charAt(i);
      if (c >= 0x200B && (c <= 0x202E || c == 0xFEFF)) {
        return true;
      }
    }
    byte[] b = code.getBytes(StandardCharsets.ISO_8859_1);
    return hasWord(b, 0, b.length, firstWord);
  }

  private static boolean hasWord(byte[] b, int from, int to, int firstWord) {
    for (int i = from; i + 1 < to; i++) {
      int second = b[i + 1];
      if (second == 0 && i + 2 < to) {
        second = b[i + 2];
      }
      int starting = PAIRS[(b[i] & 0xFF) << 8 | (second & 0xFF)];
      if (starting != 0 && startsWord(b, i, to, STARTING[starting], firstWord)) {
        return true;
      }
      if (b[i] == (byte) 0xE2 && second == (byte) 0x80 && i + 2 < to && isHiding(b[i + 2])) {
        return true;
      }
    }
    return false;
  }

  /** Third byte of the UTF-8 form of characters that compilers ignore inside names. */
  private static boolean isHiding(byte third) {
    int value = third & 0xFF;
    return (value >= 0x8B && value <= 0x8F) || (value >= 0xAA && value <= 0xAE);
  }

  private static boolean startsWord(byte[] b, int at, int to, int[] words, int firstWord) {
    for (int word : words) {
      if (word >= firstWord && matches(b, at, to, WORDS[word])) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether they may be a dump of settings: {@code …ternalUrl} is looked for by the rare pair in
   * its middle, seven bytes at a time.
   */
  static boolean mayBeDump(byte[] b, int from, int to) {
    if (to - from > SettingsDump.MAX_BYTES) {
      return false;
    }
    int i = from + 4;
    while (i + 8 <= to) {
      long word = Octets.word(b, i) | SPACES;
      long pairs = Octets.zeros(word ^ LETTERS_L) << 8 & Octets.zeros(word ^ LETTERS_U);
      while (pairs != 0) {
        int at = i + (Long.numberOfTrailingZeros(pairs) >>> 3);
        if (matches(b, at - 5, to, ADDRESS)) {
          return true;
        }
        pairs &= pairs - 1;
      }
      i += 7;
    }
    for (; i + 1 < to; i++) {
      if (lower(b[i]) == 'l' && matches(b, i - 4, to, ADDRESS)) {
        return true;
      }
    }
    return false;
  }

  /** {@code <!-- #include}: spaces may stand before the sign. */
  private static boolean isInclude(byte[] b, int sign, int to) {
    int i = sign + 1;
    while (i < to && (b[i] == '-' || b[i] >= 0 && b[i] <= ' ') && i < sign + MAX_INCLUDE_BYTES) {
      i++;
    }
    return i < to && b[i] == '#';
  }

  private static int start(byte[] b, int at, int to) {
    int next = afterZeros(b, at + 1, to);
    boolean spaced = next < to && b[next] == ' ';
    if (spaced) {
      next = afterZeros(b, next + 1, to);
    }
    if (next >= to) {
      return -1;
    }
    int guess =
        switch (b[next]) {
          case '%' -> BLOCK;
          case 's', 'S' -> SCRIPT;
          case 'm', 'M' -> STYLESHEET;
          case 'o', 'O' -> OBJECT;
          case '!' -> INCLUDE;
          case '?' -> PHP;
          default -> -1;
        };
    if (spaced && guess != BLOCK && guess != SCRIPT) {
      return -1;
    }
    if (guess == INCLUDE) {
      return isInclude(b, next, to) ? guess : -1;
    }
    return guess >= 0 && matches(b, next, to, STARTS[guess]) ? guess : -1;
  }

  private static int afterZeros(byte[] b, int from, int to) {
    int i = from;
    while (i < to && b[i] == 0) {
      i++;
    }
    return i;
  }

  /** Whether {@code word} stands here, in either case, zeros between its letters skipped. */
  static boolean matches(byte[] b, int at, int to, byte[] word) {
    int i = at;
    for (byte wanted : word) {
      while (i < to && b[i] == 0) {
        i++;
      }
      if (i >= to || lower(b[i]) != wanted) {
        return false;
      }
      i++;
    }
    return true;
  }

  private static int lower(int b) {
    int c = b & 0xFF;
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  private static int upper(int c) {
    return c >= 'a' && c <= 'z' ? c - 32 : c;
  }

  private static int[][] starting() {
    Map<Integer, List<Integer>> byPair = new TreeMap<>();
    for (int w = 0; w < WORDS.length; w++) {
      int pair = WORDS[w][0] << 8 | WORDS[w][1];
      byPair.computeIfAbsent(pair, _ -> new ArrayList<>()).add(w);
    }
    int[][] starting = new int[byPair.size() + 1][];
    starting[0] = new int[0];
    int number = 0;
    for (Map.Entry<Integer, List<Integer>> entry : byPair.entrySet()) {
      starting[++number] = entry.getValue().stream().mapToInt(Integer::intValue).toArray();
      int first = entry.getKey() >> 8;
      int second = entry.getKey() & 0xFF;
      for (int form = 0; form < 4; form++) {
        int pair = ((form & 1) == 0 ? first : upper(first)) << 8;
        PAIRS[pair | ((form & 2) == 0 ? second : upper(second))] = (byte) number;
      }
    }
    return starting;
  }

  private static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }
}
