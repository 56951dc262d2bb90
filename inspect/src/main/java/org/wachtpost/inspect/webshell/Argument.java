package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What can be said of the argument of a call by its tokens and what they may carry. */
final class Argument {
  /** An argument longer than this many tokens is judged by its first part. */
  static final int MAX_TOKENS = 1000;

  static final List<String> SCRIPT_ENDINGS =
      List.of(".asp", ".aspx", ".asa", ".cer", ".ashx", ".asmx", ".cdx", ".asax");

  static final List<String> PICTURE_ENDINGS =
      List.of(".jpg", ".jpeg", ".gif", ".png", ".bmp", ".ico");

  static final List<String> PROGRAM_ENDINGS =
      List.of(".exe", ".vbs", ".vbe", ".bat", ".cmd", ".ps1", ".hta", ".scr", ".dll");

  private static final Pattern FILE_NAME = Pattern.compile("\\w\\.(txt|inc|xml|csv|htm|html|log)$");

  private static final Pattern FOLDER = Pattern.compile("\\w[\\\\/]");

  private static final int CARRIED_CHARS = 64;

  /** A literal at least this long given to a function of the page before it is run hides code. */
  private static final int HIDING_CHARS = 12;

  private final List<Token> tokens;
  private final Flow flow;

  Argument(List<Token> tokens, Flow flow) {
    this.tokens = tokens;
    this.flow = flow;
  }

  /** {@code Replace(page, ".asp", ".html")}: whatever was named before, this is no script. */
  boolean changesEnding(int start, int end) {
    boolean changes = false;
    boolean other = false;
    for (int i = start; i < end; i++) {
      Token token = tokens.get(i);
      changes |= token.isName("replace") || token.isName("changeextension");
      if (token.isText() && namesScript(token.text()) && !token.text().startsWith(".")) {
        return false;
      }
      boolean ending = token.isText() && token.text().startsWith(".");
      other |= changes && ending && !namesScript(token.text());
    }
    return other;
  }

  /** Whether a script file is named, or code that the site makes a part of itself. */
  boolean isScript(int start, int end) {
    boolean script = names(SCRIPT_ENDINGS, start, end) && !changesEnding(start, end);
    return script || namesCode(start, end);
  }

  /** {@code folder & "\\a.asp"}: the last part names a script file. */
  boolean endsInScript(int start, int end) {
    return end - start > 2 && names(SCRIPT_ENDINGS, end - 1, end);
  }

  /** {@code MapPath("~/App_Code/a.cs")}, {@code MapPath("~/bin/a.dll")}. */
  private boolean namesCode(int start, int end) {
    for (int k = start; k < end; k++) {
      if (tokens.get(k).isText() && CODE.matcher(tokens.get(k).text()).find()) {
        return true;
      }
    }
    return false;
  }

  private static final Pattern CODE =
      Pattern.compile(
          "(?i)(?:^|[\\\\/])(?:app_code[\\\\/].*\\.(?:cs|vb)|bin[\\\\/][^\\\\/]+\\.dll)$");

  /** Whether a text ends as the name of a script file does. */
  static boolean namesScript(String text) {
    if (text.length() < 4 || text.length() > 260 || text.indexOf('?') >= 0) {
      return false;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    return SCRIPT_ENDINGS.stream().anyMatch(lower::endsWith);
  }

  boolean isUnsafe(int from, int to) {
    return from + 1 == to && tokens.get(from).text().equals("unsafe") && tokens.get(from).isText();
  }

  /** Whether the client names a place anywhere on the host. */
  boolean isFree(int from, int to) {
    return from < to && (flow.mask(from, to) & (Flow.CLIENT | Flow.MAPPED)) == Flow.CLIENT;
  }

  /** Whether it is the client's text to which nothing was put, not even a place. */
  boolean isOutright(int mask, int start, int end) {
    boolean anywhere = (mask & Flow.MAPPED) == 0 || flow.places().mayBeAnywhere(start, end);
    return (mask & (Flow.CLIENT | Flow.BUILT | Flow.JOINED)) == Flow.CLIENT && anywhere;
  }

  /** {@code box.Text} as the whole of it or the last part: what somebody typed. */
  boolean isTyped(int start, int end) {
    boolean member = end - start > 2 && flow.sign(end - 2, '.');
    boolean text = member && tokens.get(end - 1).isName("text");
    return text && tokens.get(end - 3).kind() == Token.Kind.NAME;
  }

  /** {@code "lang_" & key}, {@code "New " & name & "Controller"}. */
  boolean composesName(int start, int end) {
    for (int k = start + 1; k < end; k++) {
      if (!flow.sign(k, '&') && !flow.sign(k, '+')) {
        continue;
      }
      Token before = tokens.get(k - 1);
      Token after = k + 1 < end ? tokens.get(k + 1) : Token.STATEMENT_END;
      if (before.isText() && NAME_END.matcher(before.text()).find() && !after.isText()) {
        return true;
      }
      boolean inside = tokens.get(start).isText() && after.isText();
      if (inside && NAME_START.matcher(after.text()).find() && !before.isText()) {
        return true;
      }
    }
    return false;
  }

  private static final Pattern NAME_END = Pattern.compile("(?:^|[^\\w\"'])\\w+[_.]$");
  private static final Pattern NAME_START = Pattern.compile("^_?[A-Za-z]\\w{3,}(?:$|\\W)");

  /** {@code key & "=Request.Form(""" & key & """)"}: of each field a variable is made. */
  boolean namesFields(int start, int end) {
    boolean named = end - start > 2 && tokens.get(start).kind() == Token.Kind.NAME;
    for (int k = start + 1; named && k < Math.min(end, start + FIELD_TOKENS); k++) {
      if (tokens.get(k).isText()) {
        String text = tokens.get(k).text().strip().toLowerCase(Locale.ROOT);
        return text.startsWith("=") && text.contains("request");
      }
    }
    return false;
  }

  /** {@code prefix & key & "="}: what stands before the sign, at most. */
  private static final int FIELD_TOKENS = 6;

  /** {@code OpenTextFile(path)}, {@code OpenTextFile(path, 1)}: its first argument ends here. */
  boolean opensToRead(int end) {
    Token mode = flow.sign(end, ',') ? tokens.get(end + 1) : Token.STATEMENT_END;
    boolean reading = mode.isName("forreading") || mode.text().equals("1");
    return reading || mode.kind() == Token.Kind.END;
  }

  /** {@code "name=""" & text & """"}: between two quotes that the page writes. */
  boolean quotes(int start, int end) {
    boolean opened = false;
    for (int k = start; k < end; k++) {
      if (tokens.get(k).isText()) {
        String text = tokens.get(k).text();
        if (opened && text.startsWith("\"")) {
          return true;
        }
        opened |= text.endsWith("\"");
      }
    }
    return false;
  }

  /**
   * {@code Request("folder") & "\\menu.inc"}, {@code Path.Combine(folder, "menu.inc")}: no more
   * than the folder is the client's.
   */
  boolean isNamedByPage(int mask, int start, int end) {
    boolean combined = flow.sign(end - 1, ')') && flow.sign(end - 3, ',');
    int at = combined ? end - 2 : end - 1;
    if ((mask & Flow.CLIENT) == 0 || end - start < 3 || !tokens.get(at).isText()) {
      return false;
    }
    String last = tokens.get(at).text().toLowerCase(Locale.ROOT);
    boolean script = SCRIPT_ENDINGS.stream().anyMatch(last::endsWith);
    return !script && FILE_NAME.matcher(last).find();
  }

  /** {@code MapPath(".") & "\\" & folder & "\\" & file}, both the client's, and no ending. */
  boolean namesFolderAndFile(int start, int end) {
    int names = 0;
    for (int k = start; k < end; k++) {
      boolean sent = tokens.get(k).kind() == Token.Kind.NAME && (flow.held(k) & Flow.CLIENT) != 0;
      names += sent && (flow.sign(k - 1, '&') || flow.sign(k - 1, '+')) ? 1 : 0;
    }
    return names > 1 && end > start && (flow.held(end - 1) & Flow.CLIENT) != 0;
  }

  /**
   * {@code MapPath("~/") + file}, {@code MapPath(".") & "\\" & file}: nothing but a name is left.
   */
  boolean isOnlyNamed(int mask, int start, int end) {
    int needed = Flow.CLIENT | Flow.OWN_PLACE;
    if ((mask & (needed | Flow.ENDED)) != needed) {
      return false;
    }
    boolean maps = false;
    for (int k = start; k < end; k++) {
      Token token = tokens.get(k);
      maps |= token.isName("mappath");
      boolean asked = k > 1 && (flow.sign(k - 1, '(') || flow.sign(k - 1, '['));
      boolean built = token.kind() == Token.Kind.NAME && (flow.held(k) & Flow.BUILT) != 0;
      if (built || token.isText() && !asked && !Vocabulary.OWN_FOLDERS.contains(token.text())) {
        return false;
      }
    }
    return maps;
  }

  /** {@code "./" & name}: where the page is, whatever its server makes of that. */
  boolean startsWithDot(int start, int end) {
    boolean dot = end - start > 2 && tokens.get(start).isText();
    return dot && (tokens.get(start).text().equals("./") || tokens.get(start).text().equals(".\\"));
  }

  /** {@code eval("(" + text + ")")}, the request itself not among it. */
  boolean isJson(int start, int end) {
    if (end - start < 3 || !tokens.get(start).isText()) {
      return false;
    }
    for (int k = start; k < end; k++) {
      if (tokens.get(k).isName("request")) {
        return false;
      }
    }
    return tokens.get(start).text().strip().endsWith("(");
  }

  /** {@code Request.Files(0).SaveAs}: the owner of the call is the upload. */
  boolean isUpload(int i) {
    int from = Math.max(0, i - 12);
    return (flow.mask(from, i) & Flow.UPLOAD) != 0;
  }

  /** {@code MapPath(".") + "\\Images\\"}: below the page's own folder, not in it. */
  boolean namesFolder(int start, int end) {
    return namesFolder(tokens, start, end);
  }

  /** The same before the flow is known. */
  static boolean namesFolder(List<Token> tokens, int start, int end) {
    for (int k = start; k < end; k++) {
      Token token = tokens.get(k);
      if (token.isText() && FOLDER.matcher(token.text()).find()) {
        return true;
      }
    }
    return false;
  }

  boolean isConstant(int start, int end) {
    for (int k = start; k < end; k++) {
      if (tokens.get(k).kind() == Token.Kind.NAME) {
        return false;
      }
    }
    return true;
  }

  boolean hasLongText(int from, int to) {
    for (int k = from; k < to; k++) {
      if (tokens.get(k).isText() && tokens.get(k).text().length() >= HIDING_CHARS) {
        return true;
      }
    }
    return false;
  }

  /** Whether a text is loaded that no reader could tell: no name of an assembly. */
  boolean carries(int mask, int start, int end) {
    for (int k = start; k < end; k++) {
      Token token = tokens.get(k);
      boolean opaque = token.kind() == Token.Kind.DECODED || Vocabulary.isOpaque(token.text());
      if (token.isText() && token.text().length() >= CARRIED_CHARS && opaque) {
        return token.text().indexOf("Version=") < 0;
      }
    }
    return (mask & Flow.DISGUISED) != 0;
  }

  boolean names(List<String> endings, int start, int end) {
    for (int k = start; k < end; k++) {
      Token token = tokens.get(k);
      if (token.isText()) {
        String lower = token.text().toLowerCase(Locale.ROOT);
        if (endings.stream().anyMatch(lower::endsWith)) {
          return true;
        }
      }
    }
    return false;
  }

  /** {@code folder & "\\index.htm"}. */
  boolean namesFirstPage(int start, int end) {
    for (int k = start + 1; k < end; k++) {
      if (tokens.get(k).isText() && FIRST_PAGE.matcher(tokens.get(k).text()).matches()) {
        return true;
      }
    }
    return false;
  }

  private static final Pattern FIRST_PAGE =
      Pattern.compile("[\\\\/](?i:index|default)\\.[A-Za-z]{3,5}");

  /** Where the first argument ends, which is at most {@link #MAX_TOKENS} long. */
  int firstArgument(int start, int end) {
    int last = Math.min(end, start + MAX_TOKENS);
    int depth = 0;
    int k = start;
    while (k < last && !flow.gaveUp()) {
      if (flow.sign(k, '(') || flow.sign(k, '[')) {
        depth++;
      } else if (flow.sign(k, ')') || flow.sign(k, ']')) {
        depth--;
      } else if (depth == 0 && flow.sign(k, ',')) {
        last = k;
      }
      k++;
    }
    flow.looked(k - start);
    return last;
  }
}
