package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a page does with passwords: those of others, and the one that it asks for. */
final class Secrets {
  /** The name of a field of a form. */
  private static final Pattern FIELD = Pattern.compile(".*(?:pass|pwd|psw|mima|密码).*");

  /** The end of what a field is put behind. */
  private static final Pattern GIVEN = Pattern.compile(".*(?:pass|passw|passwd|password|pwd)=");

  /** What nobody types by chance. */
  private static final Pattern SECRET = Pattern.compile("(?=.*[0-9])(?=.*[A-Za-z])[^\\s/.]{8,}");

  /** Names of functions after which a password is none any more. */
  private static final Pattern CIPHER = Pattern.compile(".*(?:md5|sha\\d|hash|crypt|protect).*");

  /** Without any of these, no list is gone through and nothing put to a file. */
  private static final Set<String> KEEPS =
      Set.of("split", "opentextfile", "appendalltext", "appendtext");

  private static final Set<String> STATUS = Set.of("status", "statuscode");

  private static final Set<String> WRITES =
      Set.of("write", "writeline", "writetext", "appendalltext", "appendtext");

  private static final Set<String> LEAVES = Set.of("exit", "break");

  /** Longer names and texts are no field's. */
  private static final int MAX_CHARS = 200;

  /** What stands behind a condition is looked at so far. */
  private static final int MAX_STATEMENTS = 4;

  /** A field of a request is named this near to it. */
  private static final int FIELD_TOKENS = 4;

  private static final int MAX_TOKENS = 200;

  private final List<Token> tokens;
  private final Flow flow;

  /** Names that hold a password which the client sent. */
  private final Set<String> passwords = new HashSet<>();

  /** Names that hold a list, or a part of one. */
  private final Set<String> parts = new HashSet<>();

  private boolean appends;
  private boolean writes;
  private boolean tries;
  private boolean fills;
  private boolean leaves;
  private boolean hides;

  Secrets(List<Token> tokens, Flow flow) {
    this.tokens = tokens;
    this.flow = flow;
    boolean keeps = false;
    boolean answers = false;
    for (Token token : tokens) {
      if (token.kind() == Token.Kind.NAME) {
        keeps |= KEEPS.contains(token.text());
        answers |= STATUS.contains(token.text());
      }
    }
    List<int[]> statements = flow.statements();
    for (int s = 0; s < statements.size() && (keeps || answers); s++) {
      int from = statements.get(s)[0];
      int to = Math.min(statements.get(s)[1], from + MAX_TOKENS);
      hides |= answers && !hides && asks(from, to) && isNotFound(s);
      if (keeps) {
        names(from, to);
        uses(from, to);
      }
    }
  }

  /** Passwords that the client sends are put to what a file holds. */
  boolean areKept() {
    return appends && writes;
  }

  /** Each part of a list is taken for a password. */
  boolean areTried() {
    return tries;
  }

  /** Each part of a list is put into the field of a form, until one is found. */
  boolean areFilledIn() {
    return fills && leaves;
  }

  /** Whoever does not know a password is told that there is no such page. */
  boolean hidePage() {
    return hides;
  }

  private void names(int from, int to) {
    boolean password = false;
    boolean list = false;
    String target = "";
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      if (token.kind() != Token.Kind.NAME) {
        continue;
      }
      boolean given = flow.sign(i + 1, '=') || i + 1 < to && tokens.get(i + 1).isName("in");
      target = target.isEmpty() && given ? token.text() : target;
      boolean read = !target.isEmpty();
      password |= read && (passwords.contains(token.text()) || isField(i));
      list |= read && (token.isName("split") || parts.contains(token.text()));
    }
    if (password && !isCiphered(from, to)) {
      passwords.add(target);
    }
    if (list) {
      parts.add(target);
    }
  }

  private boolean isCiphered(int from, int to) {
    return tokens.subList(from, to).stream()
        .filter(token -> token.kind() == Token.Kind.NAME && token.text().length() < MAX_CHARS)
        .anyMatch(token -> CIPHER.matcher(token.text()).matches());
  }

  /** {@code Request.Form("password")}. */
  private boolean isField(int i) {
    if (!tokens.get(i).isName("request")) {
      return false;
    }
    for (int k = i + 1; k <= i + FIELD_TOKENS && k < tokens.size(); k++) {
      Token token = tokens.get(k);
      if (token.isText() && token.text().length() < MAX_CHARS) {
        return FIELD.matcher(token.text().toLowerCase(Locale.ROOT)).matches();
      }
    }
    return false;
  }

  private void uses(int from, int to) {
    boolean written = false;
    boolean password = false;
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      if (token.isText()) {
        joined(i, to);
      } else if (token.kind() == Token.Kind.NAME) {
        leaves |= LEAVES.contains(token.text());
        appends |= appends(i, to);
        boolean shown = i > 1 && tokens.get(i - 2).isName("response");
        written |= WRITES.contains(token.text()) && flow.sign(i - 1, '.') && !shown;
        password |= written && (passwords.contains(token.text()) || isField(i));
      }
    }
    writes |= password && !isCiphered(from, to);
  }

  /** {@code OpenTextFile(path, 8)}, {@code File.AppendAllText(path, text)}. */
  private boolean appends(int i, int to) {
    String name = tokens.get(i).text();
    if (!name.equals("opentextfile") || !flow.sign(i + 1, '(')) {
      return name.equals("appendalltext") || name.equals("appendtext");
    }
    int close = Math.min(to, flow.closing(i + 1));
    for (int k = i + 2; k < close; k++) {
      boolean mode = flow.sign(k - 1, ',');
      if (mode && (tokens.get(k).text().equals("8") || tokens.get(k).isName("forappending"))) {
        return true;
      }
    }
    return false;
  }

  /** {@code "user=admin&pass=" & words(i)}. */
  private void joined(int i, int to) {
    String text = tokens.get(i).text().strip();
    boolean joined = flow.sign(i + 1, '&') || flow.sign(i + 1, '+');
    if (!joined || !text.endsWith("=") || text.length() > MAX_CHARS) {
      return;
    }
    for (int k = i + 2; k < Math.min(to, i + 2 + FIELD_TOKENS); k++) {
      if (tokens.get(k).kind() == Token.Kind.NAME && parts.contains(tokens.get(k).text())) {
        fills |= text.indexOf('&') >= 0;
        tries |= GIVEN.matcher(text.toLowerCase(Locale.ROOT)).matches();
      }
    }
  }

  /** {@code If Request("p") <> "a1b2c3d4"}. */
  private boolean asks(int from, int to) {
    if (!tokens.get(from).isName("if") || (flow.mask(from, to) & Flow.CLIENT) == 0) {
      return false;
    }
    for (int i = from + 1; i < to; i++) {
      boolean compared = flow.sign(i - 1, '>') || flow.sign(i - 1, '=') || flow.sign(i - 1, ',');
      Token token = tokens.get(i);
      if (compared
          && token.isText()
          && token.text().length() < MAX_CHARS
          && SECRET.matcher(token.text()).matches()) {
        return true;
      }
    }
    return false;
  }

  /** {@code Response.StatusCode = 404}, {@code Response.Status = "404 Not Found"}. */
  private boolean isNotFound(int s) {
    int last = Math.min(flow.statements().size() - 1, s + MAX_STATEMENTS);
    int to = flow.statements().get(last)[1];
    for (int i = flow.statements().get(s)[0]; i + 2 < Math.min(to, tokens.size()); i++) {
      boolean status = STATUS.contains(tokens.get(i).text());
      if (status && flow.sign(i + 1, '=') && tokens.get(i + 2).text().startsWith("404")) {
        return true;
      }
    }
    return false;
  }
}
