package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which names of a page may hold what a client sent. Follows assignments, calls of the page's own
 * functions and returns to a fixed point; a name is one thing in the whole page, which errs towards
 * following too much.
 */
final class Flow {
  /** Text that the client chose freely. */
  static final int CLIENT = 1;

  /** An uploaded file or its name. */
  static final int UPLOAD = 2;

  /** Went through {@code MapPath}: a place below the site. */
  static final int MAPPED = 4;

  /** The place of the page itself or of its folder. */
  static final int OWN_PLACE = 8;

  /** Text that names a database, as {@code Provider=…;Data Source=…}. */
  static final int DATABASE = 16;

  /** What a function of the page made of text that means nothing to a reader. */
  static final int DISGUISED = 32;

  /** A literal was put to it: a folder before or an ending after. */
  static final int BUILT = 64;

  /** The client's text was kept as it came, not below the site. */
  static final int FREE = 128;

  /** The client's text was kept below the site. */
  static final int KEPT_BELOW = 256;

  /** The place of the page itself, not of its folder. */
  static final int ITSELF = 512;

  /** A stream of the connection or of memory: no file. */
  static final int STREAM = 1024;

  /** Something else was put to the client's text: a literal or what another name holds. */
  static final int JOINED = 2048;

  /** Characters are made in it out of numbers that a name holds. */
  static final int SPELLED = 4096;

  /** A header that pages of all kinds read. */
  static final int HEADER = 8192;

  /** What a database holds. */
  static final int STORED = 16384;

  /** An ending of a file's name was put to it: of no script. */
  static final int ENDED = 32768;

  /** The name of a script file. */
  static final int SCRIPT = 65536;

  /** The name of the host, as the client asked for it. */
  static final int OWN_HOST = 131072;

  /** The path of the page on that host. */
  static final int OWN_PATH = 262144;

  /** The client's text, kept as it came in one branch and below the site in the other. */
  static final int EITHER = 524288;

  /** What another server sent. */
  static final int FETCHED = 1 << 20;

  static final int OWN_ADDRESS = OWN_HOST | OWN_PATH;

  private static final Pattern ENDING =
      Pattern.compile("\\.(jpe?g|gif|png|pdf|txt|xml|csv|html?|zip|mp[34]|docx?|xlsx?)");

  private static final int MAX_ROUNDS = 8;

  /** Tokens that may be looked at in all before following stops: bounds hostile nesting. */
  private static final long MAX_LOOKS = 30_000_000;

  private static final Set<String> CHARACTERS = Set.of("chr", "chrw", "chrb", "fromcharcode");

  private static final String RECORDS = "adodb.recordset";

  private final List<Token> tokens;
  private final Signs signs;
  private final Set<String> controls;
  private final List<int[]> statements = new ArrayList<>();
  private final Declarations declared;
  private final Sources sources;
  private final Places places;
  private final Bindings bindings;
  private final Branches branches;

  /** All places where text goes from one name to another, in the order of the page. */
  private final List<Runnable> steps = new ArrayList<>();

  private final Map<String, Integer> ids = new HashMap<>();

  /** For each token the number of its name, or -1. */
  private final int[] idAt;

  /** For each name what it may carry. */
  private final int[] masks;

  /** For each name whether it means something of itself, whatever it was given. */
  private final boolean[] special;

  /** The page takes a form with files apart, or has a component do it. */
  private final boolean readsUpload;

  private boolean changed;
  private long looks;

  Flow(List<Token> tokens, Set<String> controls) {
    this.tokens = tokens;
    this.signs = new Signs(tokens);
    this.controls = controls;
    this.sources = new Sources(tokens);
    this.places = new Places(tokens, this);
    this.bindings = new Bindings(tokens);
    this.idAt = new int[tokens.size()];
    number();
    this.masks = new int[ids.size()];
    this.special = new boolean[ids.size()];
    split();
    this.branches = new Branches(tokens, statements);
    this.declared = Declarations.of(tokens, statements);
    this.readsUpload = ids.containsKey("binaryread") || makesUploader();
    declared.fromClient().forEach(name -> raise(name, CLIENT));
    ids.forEach((name, id) -> special[id] = isSpecial(name));
    String function = "";
    for (int s = 0; s < statements.size(); s++) {
      function = declared.functionAt(s, function);
      plan(statements.get(s)[0], statements.get(s)[1], function);
    }
    int round = 0;
    do {
      changed = false;
      steps.forEach(Runnable::run);
      round++;
    } while (changed && round < MAX_ROUNDS);
  }

  private void number() {
    for (int i = 0; i < idAt.length; i++) {
      Token token = tokens.get(i);
      boolean name = token.kind() == Token.Kind.NAME;
      idAt[i] = name ? ids.computeIfAbsent(token.text(), _ -> ids.size()) : -1;
    }
  }

  private boolean makesUploader() {
    if (!ids.containsKey("createobject")) {
      return false;
    }
    for (int i = 2; i < idAt.length; i++) {
      Token token = tokens.get(i);
      boolean made = token.isText() && tokens.get(i - 2).isName("createobject");
      if (made && Vocabulary.namesUploader(token.text())) {
        return true;
      }
    }
    return false;
  }

  private boolean isSpecial(String name) {
    return CHARACTERS.contains(name)
        || declared.isFunction(name)
        || Vocabulary.TO_NUMBER.contains(name)
        || Vocabulary.NUMBER_TYPES.contains(name)
        || Vocabulary.CONTROL_MEMBERS.contains(name)
        || Vocabulary.UPLOAD_MEMBERS.contains(name)
        || Vocabulary.UPLOADED_FORM.contains(name)
        || Vocabulary.PARTS_OF_PATHS.contains(name)
        || Vocabulary.SOURCES.contains(name)
        || Vocabulary.STREAMS.contains(name)
        || Vocabulary.SITE_FOLDERS.contains(name)
        || Vocabulary.FETCHED.contains(name)
        || name.equals("execute")
        || Vocabulary.READ_OUT.contains(name);
  }

  /** So many tokens were gone through for what is said of an argument. */
  void looked(int count) {
    looks += count;
  }

  /** Whether the page was too tangled to follow to the end. */
  boolean gaveUp() {
    return looks > MAX_LOOKS;
  }

  Places places() {
    return places;
  }

  List<int[]> statements() {
    return statements;
  }

  boolean isFunction(String name) {
    return declared.isFunction(name);
  }

  /** What the tokens from {@code from} up to {@code to} may carry. */
  int mask(int from, int to) {
    int mask = 0;
    int gone = 0;
    int mark = 0;
    int spelled = -1; // up to here numbers become characters: the client's digits, its text
    int i = from;
    while (i < to && looks++ < MAX_LOOKS) {
      int id = idAt[i];
      if (id >= 0 && masks[id] == 0 && !special[id]) {
        mask |= i < spelled ? mark : 0;
        i++;
        continue;
      }
      Token token = tokens.get(i);
      if (id >= 0) {
        if (token.isName("mid") && sign(i + 1, '(')) {
          mask |= takesOneCharacter(i + 1) ? SPELLED : 0;
        } else if (CHARACTERS.contains(token.text()) && sign(i + 1, '(')) {
          spelled = closing(i + 1);
          mark = isRandom(i + 1, spelled) ? 0 : SPELLED;
        }
        if (i > spelled && Vocabulary.TO_NUMBER.contains(token.text()) && sign(i + 1, '(')) {
          i = Math.min(to, closing(i + 1) + 1);
          continue;
        }
        if (Vocabulary.NUMBER_TYPES.contains(token.text()) && parses(i + 1)) {
          i = Math.min(to, closing(i + 3) + 1);
          continue;
        }
        mask |= i < spelled && !CHARACTERS.contains(token.text()) ? mark : 0;
        mask |= maskOfName(token.text(), i, from);
        gone |= Vocabulary.PARTS_OF_PATHS.contains(token.text()) ? ITSELF : 0;
        gone |= Vocabulary.READ_OUT.contains(token.text()) ? STREAM : 0;
        gone |= token.isName("combine") && places.namesFolder(i + 1) ? OWN_PLACE : 0;
        if (declared.isFunction(token.text()) && takesOpaqueText(i + 1, to)) {
          mask |= DISGUISED;
        }
      } else if (token.isText()) {
        mask |= maskOfText(token.text(), i, from);
      } else if (joins(i)) {
        mask |= JOINED;
      }
      i++;
    }
    return mask & ~gone & ((mask & CLIENT) == 0 ? ~JOINED : ~0);
  }

  /** {@code Mid(text, i, 1)}: text is gone through character by character. */
  private boolean takesOneCharacter(int open) {
    int close = closing(open);
    boolean one = sign(close - 2, ',') && tokens.get(close - 1).text().equals("1");
    return one && tokens.get(close - 3).kind() == Token.Kind.NAME;
  }

  /** {@code Chr(Int(26 * Rnd) + 65)}: a letter of a password or a picture's text. */
  private boolean isRandom(int from, int to) {
    for (int i = from; i < to; i++) {
      if (tokens.get(i).isName("rnd")) {
        return true;
      }
    }
    return false;
  }

  /** {@code int.Parse(text)}, {@code Guid.TryParse(text, …)}. */
  private boolean parses(int dot) {
    if (!sign(dot, '.') || !sign(dot + 2, '(')) {
      return false;
    }
    return tokens.get(dot + 1).isName("parse") || tokens.get(dot + 1).isName("tryparse");
  }

  private int maskOfText(String text, int i, int from) {
    int mask =
        Vocabulary.namesDatabase(text) ? DATABASE : text.equalsIgnoreCase(RECORDS) ? STORED : 0;
    boolean joined = joins(i - 1) || joins(i + 1);
    boolean name = !text.startsWith(".") || joins(i - 1);
    mask |= name && Argument.namesScript(text) ? SCRIPT : 0;
    mask |= joined ? BUILT : 0;
    mask |= joined && ENDING.matcher(text).matches() ? ENDED : 0;
    if (i > 1 && sign(i - 1, '(')) {
      Token called = tokens.get(i - 2);
      if (called.isName("createobject") && Vocabulary.namesUploader(text)) {
        mask |= UPLOAD;
      } else if (i - 2 >= from && called.isName("eval") && Vocabulary.readsRequest(text)) {
        mask |= CLIENT; // what the code in the literal reads is worth as much as the code
      }
    }
    return mask;
  }

  private boolean joins(int i) {
    return sign(i, '+') || sign(i, '&');
  }

  private boolean takesOpaqueText(int open, int to) {
    if (!sign(open, '(')) {
      return false;
    }
    int close = Math.min(to, closing(open));
    for (int i = open + 1; i < close; i++) {
      if (tokens.get(i).isText() && Vocabulary.isOpaque(tokens.get(i).text())) {
        return true;
      }
    }
    return false;
  }

  private int maskOfName(String name, int i, int from) {
    if (name.equals("request")) {
      return sources.ofRequest(i);
    }
    if (name.equals("mappath")) {
      boolean own = sign(i + 1, '(') && sources.mapsOwnFolder(i, closing(i + 1));
      return MAPPED | (own ? OWN_PLACE : 0);
    }
    if (name.equals("commandargument") || name.equals("eventargument")) {
      return CLIENT;
    }
    if (Vocabulary.STREAMS.contains(name)) {
      return STREAM;
    }
    if (Vocabulary.SITE_FOLDERS.contains(name) || Vocabulary.FETCHED.contains(name)) {
      return Vocabulary.FETCHED.contains(name) ? FETCHED : OWN_PLACE;
    }
    boolean member = i > from && sign(i - 1, '.');
    if (member) {
      if (name.equals("execute") && i > 1 && (held(i - 2) & DATABASE) != 0) {
        return STORED;
      }
      if (readsUpload && Vocabulary.UPLOADED_FORM.contains(name) && sign(i + 1, '(')) {
        return CLIENT;
      }
      if (Vocabulary.UPLOAD_MEMBERS.contains(name)) {
        return sign(i + 1, '=') && !sign(i + 2, '=') ? 0 : UPLOAD; // StartInfo.FileName = …
      }
      Token owner = tokens.get(Math.max(0, i - 2));
      if (Vocabulary.CONTROL_MEMBERS.contains(name) && controls.contains(owner.text())) {
        return CLIENT;
      }
      if (!owner.isName("this") && !owner.isName("me") && !declared.isField(name)) {
        return 0;
      }
    }
    boolean counts = sign(i + 1, '.') && i + 2 < idAt.length;
    return counts && Vocabulary.COUNTS.contains(tokens.get(i + 2).text()) ? 0 : masks[idAt[i]];
  }

  private void split() {
    int start = 0;
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).kind() == Token.Kind.END) {
        if (i > start) {
          statements.add(new int[] {start, i});
        }
        start = i + 1;
      }
    }
    if (start < tokens.size()) {
      statements.add(new int[] {start, tokens.size()});
    }
  }

  private void plan(int first, int to, String function) {
    if (Bindings.CONDITIONS.contains(tokens.get(first).text())) {
      steps.add(() -> each(first, to));
    }
    int from = bindings.afterHead(first, to);
    int equals = assignment(from, to);
    if (equals > from) {
      int end = bindings.end(equals, to);
      steps.add(() -> assign(from, equals, end));
    } else if (tokens.get(from).isName("return") || tokens.get(from).isName("yield")) {
      int end = bindings.end(from, to);
      steps.add(() -> raise(function, mask(from + 1, end)));
    }
    for (Bindings.Binding bound : bindings.of(first, to)) {
      int start = bound.from();
      steps.add(() -> raise(bound.name(), places.kept(mask(start, bound.to()), start, bound.to())));
    }
    for (int i = first; i < to; i++) {
      if (idAt[i] < 0) {
        continue;
      }
      Token token = tokens.get(i);
      List<String> parameters = special[idAt[i]] ? declared.parameters(token.text()) : null;
      boolean declares = i > from && isKeyword(tokens.get(i - 1));
      boolean result = i == from && i == equals - 1; // F = what it returns
      boolean calls = !declares && !result && !declared.isArrowAt(i) && functionAtToken(i);
      if (parameters != null && !parameters.isEmpty() && calls) {
        if (bindings.isHandedOn(i)) {
          int at = i;
          int start = Bindings.before(first, i);
          steps.add(() -> raise(parameters.getFirst(), mask(start, at)));
        }
        arguments(i, to, parameters);
      } else if (i > from + 1 && sign(i - 1, '.') && Vocabulary.FILLS.contains(token.text())) {
        int at = i;
        steps.add(() -> fill(from, at, to));
      }
    }
  }

  /** {@code stream.Read(buffer)} fills its argument, {@code builder.Append(text)} its owner. */
  private void fill(int from, int i, int to) {
    int close = sign(i + 1, '(') ? Math.min(to, closing(i + 1)) : to;
    int carried = mask(from, i) & CLIENT;
    if (carried != 0 && !Vocabulary.GIVEN.contains(tokens.get(i).text())) {
      for (int k = i + 1; k < close; k++) {
        boolean member = sign(k - 1, '.') || tokens.get(k).isName("server");
        if (tokens.get(k).kind() == Token.Kind.NAME && !member) {
          raise(tokens.get(k).text(), carried);
        }
      }
    }
    Token owner = tokens.get(i - 2);
    int all = mask(i + 1, close);
    boolean body = close - i < 4 && tokens.get(close - 1).isName("request"); // load(Request)
    boolean named = tokens.get(i).isName("load") && (all & STREAM) == 0 && !body;
    int given = named ? 0 : all & CLIENT;
    if (given != 0 && owner.kind() == Token.Kind.NAME && !owner.isName("response")) {
      raise(owner.text(), given | JOINED);
    }
  }

  /** A call of the page's own function; its classes may not name their methods as others do. */
  private boolean functionAtToken(int i) {
    return i == 0
        || !sign(i - 1, '.')
        || (i > 1 && tokens.get(i - 2).isName("this"))
        || !Vocabulary.LIBRARY_METHODS.contains(tokens.get(i).text());
  }

  private static boolean isKeyword(Token token) {
    return token.isName("function") || token.isName("sub") || token.isName("void");
  }

  private void arguments(int i, int to, List<String> parameters) {
    boolean parenthesised = sign(i + 1, '(');
    int start = parenthesised ? i + 2 : i + 1;
    int end = parenthesised ? Math.min(to, closing(i + 1)) : to;
    int parameter = 0;
    int depth = 0;
    for (int k = start; k <= end && parameter < parameters.size(); k++) {
      boolean last = k == end;
      if (!last && (sign(k, '(') || sign(k, '['))) {
        depth++;
      } else if (!last && (sign(k, ')') || sign(k, ']'))) {
        depth--;
      } else if (last || (depth == 0 && sign(k, ','))) {
        String name = parameters.get(parameter);
        int argument = start;
        int argumentEnd = k;
        steps.add(() -> raise(name, places.handed(name, argument, argumentEnd)));
        boolean lone = k > argument && tokens.get(k - 1).kind() == Token.Kind.NAME;
        if (lone && declared.isFilled(name) && (k == argument + 1 || isReference(argument))) {
          raise(tokens.get(k - 1).text(), CLIENT);
        }
        parameter++;
        start = k + 1;
      }
    }
  }

  private boolean isReference(int argument) {
    return tokens.get(argument).isName("ref") || tokens.get(argument).isName("out");
  }

  /** {@code for each x in values}, {@code foreach (T x in values)}. */
  private void each(int from, int to) {
    if (!tokens.get(from).text().startsWith("for")) {
      return;
    }
    for (int i = from + 1; i + 1 < to; i++) {
      if (tokens.get(i).isName("in") || sign(i, '=')) {
        boolean basic = tokens.get(from + 1).isName("each");
        raise(tokens.get(basic ? from + 2 : i - 1).text(), mask(i + 1, to));
        return;
      }
    }
  }

  /** Place of the sign that assigns, or -1: not in a condition, not {@code ==}, {@code <=}, …. */
  private int assignment(int from, int to) {
    Token first = tokens.get(from);
    if (first.kind() != Token.Kind.NAME && !first.isSymbol('.')) {
      return -1;
    }
    if (Bindings.CONDITIONS.contains(first.text())) {
      return -1;
    }
    int depth = 0;
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      if (token.kind() != Token.Kind.SYMBOL) {
        continue;
      }
      char sign = token.text().charAt(0);
      if (sign == '(' || sign == '[') {
        depth++;
      } else if (sign == ')' || sign == ']') {
        depth--;
      } else if (sign == '=' && depth == 0) {
        boolean compares = sign(i + 1, '=') || sign(i - 1, '=') || sign(i - 1, '!');
        return compares ? -1 : i;
      }
    }
    return -1;
  }

  private void assign(int from, int equals, int to) {
    int mask = mask(equals + 1, to);
    if (mask == 0) {
      return;
    }
    if ((mask & CLIENT) != 0 && joins(equals - 1)) {
      mask |= JOINED;
    }
    int i = from;
    String target = "";
    while (i < equals) {
      Token token = tokens.get(i);
      if (token.kind() == Token.Kind.NAME) {
        if (token.isName("as") && !target.isEmpty()) {
          break;
        }
        boolean member = i > from && sign(i - 1, '.');
        boolean own = member && i > 1 && tokens.get(i - 2).isName("this");
        if (!member || own || declared.isField(token.text())) {
          target = token.text();
        }
      } else if (token.isSymbol('[') && sign(i + 1, ']')) {
        i++; // an array type: byte[] name
      } else if (token.isSymbol('(') || token.isSymbol('[') || token.isSymbol(':')) {
        break;
      }
      i++;
    }
    if (!target.isEmpty() && !target.equals("response")) {
      if ((mask & OWN_PLACE) != 0 && Argument.namesFolder(tokens, equals + 1, to)) {
        mask &= ~OWN_PLACE; // folder = MapPath(".") + "\\Images\\"
      }
      boolean free = (mask & (CLIENT | MAPPED)) == CLIENT && branches.takeAsItIs(from);
      raise(target, places.kept(mask, equals + 1, to) | (free ? EITHER : 0));
    }
  }

  /** What the name at a place holds; 0 if it is no name. */
  int held(int i) {
    return idAt[i] < 0 ? 0 : masks[idAt[i]];
  }

  private void raise(String name, int mask) {
    Integer id = mask == 0 ? null : ids.get(name);
    if (id != null && (masks[id] | mask) != masks[id]) {
      masks[id] |= mask;
      changed = true;
    }
  }

  /** Place of the parenthesis that closes the one at {@code open}, or the last token. */
  int closing(int open) {
    int depth = 0;
    for (int i = open; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.kind() == Token.Kind.END || looks++ > MAX_LOOKS) {
        return i;
      }
      if (token.isSymbol('(')) {
        depth++;
      } else if (token.isSymbol(')')) {
        depth--;
        if (depth == 0) {
          return i;
        }
      }
    }
    return tokens.size() - 1;
  }

  boolean sign(int i, char sign) {
    return signs.at(i, sign);
  }
}
