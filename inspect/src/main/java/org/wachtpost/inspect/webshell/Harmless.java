package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Arguments that ordinary pages have: what the client sends decides little in them. */
final class Harmless {
  private static final Pattern TEXT_FILE = Pattern.compile(".*\\.(?i:txt|log|csv|xml|html?)");

  /** A folder, and not just the root of a drive. */
  private static final Pattern FOLDER = Pattern.compile("[A-Za-z]:[\\\\/].*\\w[\\\\/]");

  /** What has the method that encodes. */
  private static final Set<String> ENCODERS = Set.of("server", "httputility", "webutility");

  private static final Pattern STORES = Pattern.compile("\\s*(?i:insert|update)\\s");

  private final List<Token> tokens;
  private final Flow flow;

  Harmless(List<Token> tokens, Flow flow) {
    this.tokens = tokens;
    this.flow = flow;
  }

  /** {@code MapPath(".") & "\\visits.log"}: no server runs such a file. */
  boolean namesTextFile(int start, int end) {
    Token last = start < end ? tokens.get(end - 1) : Token.STATEMENT_END;
    return last.isText() && TEXT_FILE.matcher(last.text()).matches();
  }

  /** {@code "d:\\logs\\" & name}: the folder is the page's. */
  boolean isBelowFolder(int start, int end) {
    boolean joined = end - start > 2 && (flow.sign(start + 1, '&') || flow.sign(start + 1, '+'));
    return joined
        && tokens.get(start).isText()
        && FOLDER.matcher(tokens.get(start).text()).matches();
  }

  /** {@code "insert into t values ('" & value & "')"}: the statement is the page's. */
  boolean storesValues(int start, int end) {
    boolean joined = end - start > 2 && tokens.get(start).isText();
    return joined && STORES.matcher(tokens.get(start).text()).lookingAt();
  }

  /** Whether the client can begin no code: {@code Server.HTMLEncode} takes all that it sends. */
  boolean isEncoded(int start, int end) {
    if (tokens.subList(start, end).stream().anyMatch(Harmless::beginsCode)) {
      return false;
    }
    int from = start;
    boolean encoded = false;
    for (int i = start; i + 1 < end; i++) {
      if (encodes(i)) {
        if ((flow.mask(from, i) & Flow.CLIENT) != 0) {
          return false;
        }
        encoded = true;
        i = Math.min(end, flow.closing(i + 1));
        from = i;
      }
    }
    return encoded && (flow.mask(Math.min(from, end), end) & Flow.CLIENT) == 0;
  }

  /** A function of the page may have the same name, and do nothing. */
  private boolean encodes(int i) {
    return tokens.get(i).isName("htmlencode")
        && flow.sign(i + 1, '(')
        && flow.sign(i - 1, '.')
        && i > 1
        && ENCODERS.contains(tokens.get(i - 2).text());
  }

  /** A block around what the client sends makes code of it, whatever was encoded. */
  private static boolean beginsCode(Token token) {
    return token.isText() && token.text().contains("<%");
  }
}
