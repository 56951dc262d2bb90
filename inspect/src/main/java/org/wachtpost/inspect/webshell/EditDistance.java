package org.wachtpost.inspect.webshell;

/** How names compare. */
final class EditDistance {
  /** Longer names are not compared: no product file is named so. */
  private static final int MAX_CHARS = 64;

  private EditDistance() {}

  /** Insertions, deletions and replacements between two names, or {@code limit} if not fewer. */
  static int between(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) >= limit || a.length() > MAX_CHARS) {
      return limit;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(diagonal + change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return Math.min(row[b.length()], limit);
  }

  /** Six to sixteen letters and digits that nobody would say: digits inside, or no vowels. */
  static boolean looksRandom(String stem) {
    if (stem.length() < 6 || stem.length() > 16) {
      return false;
    }
    int vowels = 0;
    int run = 0;
    int longest = 0;
    int changes = 0;
    for (int i = 0; i < stem.length(); i++) {
      char c = stem.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (!digit && (c < 'a' || c > 'z')) {
        return false;
      }
      boolean vowel = "aeiouy".indexOf(c) >= 0;
      vowels += vowel ? 1 : 0;
      run = vowel || digit ? 0 : run + 1;
      longest = Math.max(longest, run);
      boolean before = i > 0 && stem.charAt(i - 1) >= '0' && stem.charAt(i - 1) <= '9';
      changes += i > 0 && before != digit ? 1 : 0;
    }
    return changes >= 2 || longest >= 5 || vowels * 6 < stem.length();
  }
}
