package org.wachtpost.imap;

import java.util.Locale;
import org.wachtpost.mail.Mailbox;

/** A mailbox name with wildcards (RFC 9051 §6.3.9). Matching takes length times length. */
record ListPattern(String pattern) {
  static final int LONGEST = 1_024;
  private static final String INBOX = "INBOX";

  boolean matches(String name) {
    return matches(pattern, name) || matchesInbox(name);
  }

  /** RFC 9051 §5.1: INBOX in any letter case, also as the first level of a longer name. */
  private boolean matchesInbox(String name) {
    if (name.equals(INBOX)) {
      return matches(pattern.toUpperCase(Locale.ROOT), name);
    }
    int end = INBOX.length();
    return name.startsWith(INBOX + Mailbox.SEPARATOR)
        && pattern.regionMatches(true, 0, INBOX + Mailbox.SEPARATOR, 0, end + 1)
        && matches(INBOX + pattern.substring(end), name);
  }

  private static boolean matches(String pattern, String name) {
    // reached[i]: the pattern so far matches the first i characters of the name.
    boolean[] reached = new boolean[name.length() + 1];
    reached[0] = true;
    char before = ' ';
    for (int at = 0; at < pattern.length(); at++) {
      char wanted = pattern.charAt(at);
      if (wanted == before && (wanted == '*' || wanted == '%')) {
        continue; // two of a kind are one
      }
      before = wanted;
      if (wanted == '*' || wanted == '%') {
        for (int index = 0; index < name.length(); index++) {
          boolean passes = wanted == '*' || name.charAt(index) != Mailbox.SEPARATOR;
          reached[index + 1] |= reached[index] && passes;
        }
      } else {
        boolean any = false;
        for (int index = name.length(); index > 0; index--) {
          reached[index] = reached[index - 1] && name.charAt(index - 1) == wanted;
          any |= reached[index];
        }
        reached[0] = false;
        if (!any) {
          return false;
        }
      }
    }
    return reached[name.length()];
  }
}
