package org.wachtpost.inspect.webshell;

import java.util.List;

/**
 * The statements of a page.
 *
 * @param bounds first token and the one behind the last of each statement
 */
record Statements(List<Token> tokens, List<int[]> bounds) {
  int count() {
    return bounds.size();
  }

  int from(int s) {
    return bounds.get(s)[0];
  }

  int to(int s) {
    return bounds.get(s)[1];
  }

  /** Whether the token at a place is this name; false behind the last. */
  boolean isName(int i, String name) {
    return i < tokens.size() && tokens.get(i).isName(name);
  }
}
