package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Code that a page hands to a component as text that means nothing to a reader. */
final class HandedOver {
  /** Licences and keys are shorter. */
  private static final int MIN_CHARS = 400;

  /** A page that does something itself has more. */
  private static final int MAX_OTHER_TOKENS = 120;

  private HandedOver() {}

  /** Whether handing such text to a component is all that the page does. */
  static boolean isAll(List<Token> tokens) {
    Signs signs = new Signs(tokens);
    Set<String> components = new HashSet<>();
    int chars = 0;
    int other = tokens.size();
    for (int i = 2; i + 2 < tokens.size(); i++) {
      boolean made = tokens.get(i).isName("createobject") && signs.at(i + 1, '(');
      int given = made && signs.at(i - 1, '.') ? i - 3 : i - 1;
      if (made && signs.at(given, '=')) {
        components.add(tokens.get(given - 1).text());
      }
      boolean called = signs.at(i - 1, '.') && components.contains(tokens.get(i - 2).text());
      int argument = signs.at(i + 1, '(') ? i + 2 : i + 1;
      if (called && tokens.get(argument).isText() && isOpaque(tokens.get(argument).text())) {
        chars += tokens.get(argument).text().length();
        other -= argument - i + 4;
      }
    }
    return chars >= MIN_CHARS && other <= MAX_OTHER_TOKENS;
  }

  private static boolean isOpaque(String text) {
    return text.indexOf(' ') < 0 && Vocabulary.isOpaque(text);
  }
}
