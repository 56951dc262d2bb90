package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Other files that a page has the server run in its place: {@code Server.Execute name}. */
final class ServerPages {
  /** Whether the client names such a file, with nothing put to it. */
  final boolean chosen;

  /** Whether such a file is named as a picture. */
  final boolean picture;

  /** Whether such a file is one that the page names when it asks where a file lies. */
  final boolean mapped;

  ServerPages(List<Token> tokens, Flow flow, Argument argument) {
    boolean isChosen = false;
    boolean isPicture = false;
    Set<String> run = new HashSet<>();
    Set<String> places = new HashSet<>();
    for (int i = 2; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).isName("mappath") && flow.sign(i + 1, '(')) {
        addText(places, tokens.get(i + 2));
      }
      if (!isRun(tokens, flow, i)) {
        continue;
      }
      int start = flow.sign(i + 1, '(') ? i + 2 : i + 1;
      int end = end(tokens, flow, start, i);
      isChosen |= argument.isOutright(flow.mask(start, end), start, end);
      isPicture |= argument.names(Argument.PICTURE_ENDINGS, start, end);
      addText(run, tokens.get(start));
    }
    chosen = isChosen;
    picture = isPicture;
    run.retainAll(places);
    mapped = !run.isEmpty();
  }

  private static boolean isRun(List<Token> tokens, Flow flow, int i) {
    boolean runs = tokens.get(i).isName("execute") && flow.sign(i - 1, '.');
    return runs && tokens.get(i - 2).isName("server");
  }

  private static int end(List<Token> tokens, Flow flow, int start, int i) {
    if (start == i + 2) {
      return flow.closing(i + 1);
    }
    int end = start;
    while (end < tokens.size() && tokens.get(end).kind() != Token.Kind.END) {
      end++;
    }
    return end;
  }

  private static void addText(Set<String> names, Token token) {
    if (token.isText()) {
      names.add(token.text().toLowerCase(Locale.ROOT));
    }
  }
}
