package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.regex.Pattern;

/** Arguments that ordinary pages have: what the client sends decides little in them. */
final class Harmless {
  private static final Pattern TEXT_FILE = Pattern.compile(".*\\.(?i:txt|log|csv|xml|html?)");

  /** A folder, and not just the root of a drive. */
  private static final Pattern FOLDER = Pattern.compile("[A-Za-z]:[\\\\/].*\\w[\\\\/]");

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

  /** Whether no tag can be in what the client sends: {@code HTMLEncode} takes all of it. */
  boolean isEncoded(int start, int end) {
    int from = start;
    boolean encoded = false;
    for (int i = start; i + 1 < end; i++) {
      if (tokens.get(i).isName("htmlencode") && flow.sign(i + 1, '(')) {
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
}
