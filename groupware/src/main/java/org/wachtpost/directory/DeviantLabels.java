package org.wachtpost.directory;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Labels with the letters that IDNA 2003, which is what the JDK knows, turns into others: ß and ς
 * are letters of their own since IDNA 2008 (RFC 5894 §7.2), so {@code faß.example} is another
 * domain than {@code fass.example}, and belongs to somebody else.
 */
final class DeviantLabels {
  private static final char SHARP_S = 'ß';
  private static final char FINAL_SIGMA = 'ς';

  /** Joiners that nobody sees; IDNA 2003 drops them, so two names would look the same. */
  private static final String JOINERS = "\u200c\u200d";

  private static final String DOTS = "[.\u3002\uff0e\uff61]";
  private static final String PREFIX = "xn--";

  // RFC 3492 §5.
  private static final int BASE = 36;
  private static final int T_MIN = 1;
  private static final int T_MAX = 26;
  private static final int SKEW = 38;
  private static final int DAMP = 700;
  private static final int INITIAL_BIAS = 72;
  private static final int INITIAL_N = 128;

  private DeviantLabels() {}

  /**
   * The domain with such labels as A-labels, the others as they are (in NFC).
   *
   * @throws IllegalArgumentException if the domain holds joiners
   */
  static String toAscii(String domain) {
    String normal = Normalizer.normalize(domain, Normalizer.Form.NFC);
    if (normal.chars().allMatch(c -> c < INITIAL_N)) {
      return normal;
    }
    if (normal.chars().anyMatch(c -> JOINERS.indexOf(c) >= 0)) {
      throw new IllegalArgumentException("a domain name with joiners");
    }
    String[] labels = normal.split(DOTS, -1);
    for (int i = 0; i < labels.length; i++) {
      String lower = labels[i].toLowerCase(Locale.ROOT);
      // To lower case makes a final sigma of one that is written large at the end of a word.
      boolean deviant = lower.indexOf(SHARP_S) >= 0 || labels[i].indexOf(FINAL_SIGMA) >= 0;
      if (deviant) {
        labels[i] = PREFIX + punycode(lower);
      }
    }
    return String.join(".", labels);
  }

  /** RFC 3492 §6.3. */
  private static String punycode(String label) {
    int[] points = label.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    for (int point : points) {
      if (point < INITIAL_N) {
        out.append((char) point);
      }
    }
    int basic = out.length();
    if (basic > 0) {
      out.append('-');
    }
    int n = INITIAL_N;
    int delta = 0;
    int bias = INITIAL_BIAS;
    int handled = basic;
    while (handled < points.length) {
      int next = next(points, n);
      delta += (next - n) * (handled + 1);
      n = next;
      for (int point : points) {
        if (point < n) {
          delta++;
        } else if (point == n) {
          appendNumber(out, delta, bias);
          bias = adapted(delta, handled + 1, handled == basic);
          delta = 0;
          handled++;
        }
      }
      delta++;
      n++;
    }
    return out.toString();
  }

  private static int next(int[] points, int from) {
    int next = Integer.MAX_VALUE;
    for (int point : points) {
      if (point >= from && point < next) {
        next = point;
      }
    }
    return next;
  }

  private static void appendNumber(StringBuilder out, int number, int bias) {
    int rest = number;
    for (int k = BASE; ; k += BASE) {
      int threshold = Math.clamp((long) k - bias, T_MIN, T_MAX);
      if (rest < threshold) {
        out.append(digit(rest));
        return;
      }
      out.append(digit(threshold + (rest - threshold) % (BASE - threshold)));
      rest = (rest - threshold) / (BASE - threshold);
    }
  }

  /** RFC 3492 §6.1. */
  private static int adapted(int delta, int points, boolean first) {
    int rest = first ? delta / DAMP : delta / 2;
    rest += rest / points;
    int k = 0;
    while (rest > (BASE - T_MIN) * T_MAX / 2) {
      rest /= BASE - T_MIN;
      k += BASE;
    }
    return k + (BASE - T_MIN + 1) * rest / (rest + SKEW);
  }

  private static char digit(int value) {
    return (char) (value < 26 ? 'a' + value : '0' + value - 26);
  }
}
