package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Other files that a page has the server run in its place: {@code Server.Execute name}. */
final class ServerPages {
  /** Longer text is no path. */
  private static final int MAX_NAME_CHARS = 260;

  /** Words before the name of a file that is found, made or written. */
  private static final Set<String> PLACES =
      Set.of(
          "mappath",
          "createtextfile",
          "opentextfile",
          "savetofile",
          "saveas",
          "streamwriter",
          "filestream",
          "create",
          "createtext",
          "openwrite",
          "writealltext",
          "writeallbytes",
          "appendalltext");

  /** Whether the client names such a file, with nothing put to it. */
  final boolean chosen;

  /** Whether such a file is named as a picture. */
  final boolean picture;

  /** Whether such a file, or one that the page includes, is named where one is found or written. */
  final boolean named;

  /**
   * @param includes files named by server-side includes
   */
  ServerPages(List<Token> tokens, Flow flow, Argument argument, List<String> includes) {
    boolean isChosen = false;
    boolean isPicture = false;
    Set<String> run = new HashSet<>();
    Set<Integer> runAt = new HashSet<>();
    includes.stream().filter(file -> !isScript(file)).forEach(file -> run.add(fileName(file)));
    for (int i = 2; i + 1 < tokens.size(); i++) {
      if (!isRun(tokens, flow, i)) {
        continue;
      }
      int start = flow.sign(i + 1, '(') ? i + 2 : i + 1;
      int end = end(tokens, flow, start, i);
      boolean outright = argument.isOutright(flow.mask(start, end), start, end);
      isChosen |= outright && tokens.get(i).isName("execute");
      isPicture |= argument.names(Argument.PICTURE_ENDINGS, start, end);
      if (start < tokens.size() && tokens.get(start).isText()) {
        run.add(fileName(tokens.get(start).text()));
        runAt.add(start);
      }
    }
    chosen = isChosen;
    picture = isPicture;
    named = !run.isEmpty() && namesElsewhere(tokens, flow, run, runAt);
  }

  /** Pages are named in addresses as well: only where a file is meant counts. */
  private static boolean namesElsewhere(
      List<Token> tokens, Flow flow, Set<String> run, Set<Integer> runAt) {
    for (int[] statement : flow.statements()) {
      boolean isFile = false;
      for (int i = statement[0]; i < statement[1]; i++) {
        Token token = tokens.get(i);
        isFile |= token.kind() == Token.Kind.NAME && PLACES.contains(token.text());
        boolean name = token.isText() && token.text().length() <= MAX_NAME_CHARS;
        if (isFile && name && !runAt.contains(i) && run.contains(fileName(token.text()))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isScript(String file) {
    String lower = file.strip().toLowerCase(Locale.ROOT);
    return Argument.SCRIPT_ENDINGS.stream().anyMatch(lower::endsWith);
  }

  /** The last part of a path, in lower case. */
  private static String fileName(String path) {
    int slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
    return path.substring(slash + 1).strip().toLowerCase(Locale.ROOT);
  }

  private static boolean isRun(List<Token> tokens, Flow flow, int i) {
    boolean word = tokens.get(i).isName("execute") || tokens.get(i).isName("transfer");
    boolean runs = word && flow.sign(i - 1, '.');
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
}
