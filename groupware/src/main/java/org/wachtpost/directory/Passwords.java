package org.wachtpost.directory;

import java.security.SecureRandom;
import java.util.Locale;

/** What may be a password, and how one is made. */
public final class Passwords {
  /** A shorter password is taken from an administrator, with a warning. Characters. */
  public static final int ADVISED_CHARACTERS = 12;

  /** Longest password that is taken, characters. */
  public static final int LONGEST_CHARACTERS = 512;

  /** Letters and digits without look-alikes: five bits each. */
  private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

  private Passwords() {}

  /** Whether this has the form of a password made by {@link #newAppPassword}. */
  static boolean looksLikeAppPassword(String password) {
    return password.length() == 23 && password.charAt(5) == '-';
  }

  /** Four groups of five letters and digits without look-alikes: 100 bits. */
  public static String newAppPassword(SecureRandom random) {
    StringBuilder password = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      if (i > 0 && i % 5 == 0) {
        password.append('-');
      }
      password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return password.toString();
  }

  /** Throws {@link DirectoryException} unless this may be a password. */
  static void check(String password) {
    int length = password.codePointCount(0, password.length());
    if (length < 1 || length > LONGEST_CHARACTERS) {
      throw new DirectoryException(
          String.format(Locale.ROOT, "a password has 1 to %d characters", LONGEST_CHARACTERS));
    }
    if (password.chars().anyMatch(Character::isISOControl)) {
      throw new DirectoryException("a password has no control characters");
    }
  }
}
