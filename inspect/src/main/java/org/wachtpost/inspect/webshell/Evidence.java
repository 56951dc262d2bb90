package org.wachtpost.inspect.webshell;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The signals in a page's tokens, and for each whether the client decides its argument. */
final class Evidence {
  /** No rule names a shorter text. */
  private static final int MIN_RULE_CHARS = 4;

  final Literals literals;
  final Habits habits;
  final ServerPages serverPages;
  private final List<Token> tokens;
  private final Flow flow;
  private final Argument argument;
  private final Harmless harmless;
  private final ShellRules rules;

  private final boolean startsProcess;
  private final boolean makesComponents;
  private final boolean fetches;
  private final boolean savesXml;
  private final Loading loading;

  private final Map<Signal, Count> counts = new EnumMap<>(Signal.class);

  /** Code is run that the page's own functions made out of literals. */
  boolean runsHidden;

  /** Code is run that is kept in the session or application state. */
  boolean runsKept;

  /** Code is run that was computed or read from a file. */
  boolean runsStored;

  /** A script file is written by a constant name. */
  boolean writesScript;

  /** A script file is written whose name is the page's own and an ending. */
  boolean writesBeside;

  /** A file is written by a name that may hold the one of a script file. */
  private boolean writesHeldScript;

  /** The first page of a folder is written that is no folder of the site. */
  boolean writesFirstPages;

  /** Text of the client is read as a JSON value, the way scripts did before they had a parser. */
  boolean readsJson;

  /** Code is run that another server sends. */
  boolean runsFetched;

  /** Code is run with all rights: {@code eval(code, "unsafe")}. */
  boolean runsUnsafe;

  /** Code is run that a database holds. */
  boolean runsRecords;

  /** Code is run that lies in a file that is named as a picture. */
  boolean runsPicture;

  /** A file is read that is named as a picture. */
  boolean readsPicture;

  /** Code is loaded that another server sends. */
  boolean loadsFetched;

  /** A database is opened, whoever names it. */
  boolean opensDatabase;

  /** Code is loaded that the page holds as text. */
  boolean carriesCode;

  /** The page copies itself to places that it works out. */
  boolean spreads;

  /** A component is made whose name is put together where no reader sees it. */
  boolean hidesComponent;

  /** Code is run whose characters are made out of numbers. */
  boolean runsSpelled;

  /** Text is made out of other text character by character. */
  boolean decodesCharacters;

  /** A file that Windows would start is written by a constant name. */
  boolean writesProgram;

  /** A method is called with which the Windows shell's components start programs. */
  boolean startsComponent;

  /** How often a component of the Windows shell is named. */
  int componentNames;

  boolean readsClient;

  /** A program is started with the text of a control, which the page itself may not show. */
  boolean startsTyped;

  /**
   * Whether the page was too tangled to be followed: what it takes from the client is not known.
   */
  boolean isTangled() {
    return flow.gaveUp();
  }

  Evidence(List<Token> tokens, Flow flow, ShellRules rules, List<String> includes) {
    this.tokens = tokens;
    this.flow = flow;
    this.literals = new Literals(tokens);
    this.habits = new Habits(tokens, flow);
    this.argument = new Argument(tokens, flow);
    this.harmless = new Harmless(tokens, flow);
    this.serverPages = new ServerPages(tokens, flow, argument, includes);
    this.rules = rules;
    for (Signal signal : Signal.values()) {
      counts.put(signal, new Count());
    }
    Set<String> names = new HashSet<>();
    tokens.stream().filter(t -> t.kind() == Token.Kind.NAME).forEach(t -> names.add(t.text()));
    startsProcess = names.contains("startinfo") || names.contains("processstartinfo");
    makesComponents = names.contains("createobject") || names.contains("activexobject");
    fetches = names.contains("open") && tokens.stream().anyMatch(Evidence::isFetcher);
    savesXml = names.contains("xmldocument") || names.contains("xdocument");
    loading = new Loading(tokens, flow, names, literals.nameSystem());
    of(Signal.PROGRAM).seen += literals.holdProgram() ? 1 : 0;
    for (int[] statement : flow.statements()) {
      read(statement[0], statement[1]);
    }
  }

  /** Whether a page is fetched and kept as a script: copies of pages have another ending. */
  boolean keepsHeldScript() {
    return writesHeldScript
        && flow.statements().stream().noneMatch(s -> argument.changesEnding(s[0], s[1]));
  }

  /** Code that never runs. */
  DeadCode deadCode() {
    return new DeadCode(new Statements(tokens, flow.statements()));
  }

  /** Whether the ending of a file's name is looked at in code that runs. */
  boolean checksEndings(DeadCode dead) {
    return literals.listEndings() && new Checks(tokens, flow, dead).endings;
  }

  private static boolean isFetcher(Token token) {
    String lower = token.isText() ? token.text().toLowerCase(Locale.ROOT) : "";
    return lower.contains("xmlhttp") || lower.contains("winhttp");
  }

  Count of(Signal signal) {
    Count count = counts.get(signal);
    return count == null ? new Count() : count;
  }

  boolean has(Signal signal) {
    return of(signal).seen > 0;
  }

  private void read(int from, int to) {
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      if (token.kind() == Token.Kind.NAME) {
        name(token.text(), i, from, to);
      } else if (token.isText()) {
        text(token.text());
      }
    }
    readsClient |= (flow.mask(from, to) & (Flow.CLIENT | Flow.UPLOAD)) != 0;
  }

  private void text(String text) {
    String lower = text.length() < MIN_RULE_CHARS ? "" : text.toLowerCase(Locale.ROOT);
    if (lower.isEmpty()) {
      return;
    }
    for (ShellRules.Text rule : rules.texts()) {
      if (rule.isIn(lower)) {
        of(rule.signal()).seen++;
        componentNames += COMPONENTS.contains(rule.pattern()) ? 1 : 0;
      }
    }
  }

  private static final Set<String> COMPONENTS =
      Set.of("wscript.shell", "wscript.shell.1", "shell.application", "aspexec.execute");

  private void name(String name, int i, int from, int to) {
    startsComponent |= Vocabulary.STARTS.contains(name) && i > from && flow.sign(i - 1, '.');
    startsComponent |= name.equals("callbyname");
    if (RUNNERS.contains(name) && flow.sign(i + 1, ')') && flow.sign(i + 2, '(')) {
      count(new ShellRules.Call(Signal.EVAL, List.of(), false, true, false), i + 1, to);
    } else if (name.equals("eval") && i > from + 1 && habits.isGlobal(i)) {
      count(new ShellRules.Call(Signal.EVAL, List.of(), true, false, true), i, to);
    }
    if (name.equals("function") && i > from && tokens.get(i - 1).isName("new")) {
      constructor(i, to);
    } else if (name.equals("function") && flow.sign(i + 1, '(') && isCalled(i + 1)) {
      constructor(i, to); // without new it makes the same
    } else if (name.equals("this") && flow.sign(i + 1, '[')) {
      computedMember(i + 1, to);
    } else if (flow.sign(i + 1, '[') && habits.holdsGlobal(name) && !flow.sign(i + 3, ']')) {
      computedMember(i + 1, to);
    } else if (Vocabulary.SPELLS.contains(name) && flow.sign(i + 1, '(')) {
      spells(i + 2, Math.min(to, flow.closing(i + 1)));
    }
    if (SAVES.contains(name) && (ownerMask(i) & Flow.UPLOAD) != 0) {
      count(new ShellRules.Call(Signal.SAVE, List.of(), true, false, false), i, to);
    } else if (name.equals("saveas") && i > from + 1 && tokens.get(i - 2).isName("request")) {
      count(new ShellRules.Call(Signal.WRITE, List.of(), true, false, true), i, to);
      of(Signal.CONTENT).client++; // the request as it came
    } else if (name.equals("save") && savesXml && i > from && flow.sign(i - 1, '.')) {
      if ((ownerMask(i) & Flow.CLIENT) != 0 && argument.isFree(i + 2, to - 1)) {
        savesDocument(i, to);
      }
    } else if (name.equals("save") && makesComponents && i > from && flow.sign(i - 1, '.')) {
      savesDocument(i, to);
    } else if (name.equals("arguments") && startsProcess && flow.sign(i + 1, '=')) {
      count(new ShellRules.Call(Signal.EXEC, List.of(), false, true, false), i, to);
    } else if (name.equals("open") && i > from && flow.sign(i - 1, '.')) {
      opensAny(i, to);
    } else if (loading.loadsClient(i, to)) {
      of(Signal.LOAD).seen++;
      of(Signal.LOAD).client++;
    }
    if (Vocabulary.OPENS_ITSELF.contains(name) && flow.sign(i + 1, '(')) {
      opensOwner(i, from);
    }
    List<ShellRules.Call> calls = rules.callsOf(name);
    if (calls == null) {
      return;
    }
    if (loading.isOrdinary(name)) {
      return;
    }
    for (ShellRules.Call call : calls) {
      if (matches(call, i, from)) {
        count(call, i, to);
      }
    }
  }

  /** {@code document.save Request("name")}: the name alone is the client's, or it is a product. */
  private void savesDocument(int i, int to) {
    int start = flow.sign(i + 1, '(') ? i + 2 : i + 1;
    int end = argument.firstArgument(start, to);
    int all = Flow.CLIENT | Flow.BUILT | Flow.JOINED;
    if ((flow.mask(start, end) & all) == Flow.CLIENT) {
      count(new ShellRules.Call(Signal.WRITE, List.of(), true, false, true), i, to);
      of(Signal.CONTENT).client += (ownerMask(i) & Flow.CLIENT) != 0 ? 1 : 0;
    }
  }

  /** {@code records.Open query, database}, {@code shell.Open program}: all the client's. */
  private void opensAny(int i, int to) {
    boolean parenthesised = flow.sign(i + 1, '(');
    int start = parenthesised ? i + 2 : i + 1;
    int last = parenthesised ? Math.min(to, flow.closing(i + 1)) : to;
    int first = argument.firstArgument(start, last);
    if (fetches || !isClients(start, first)) {
      return;
    }
    boolean records = (ownerMask(i) & Flow.STORED) != 0;
    if (records && isClients(first + 1, argument.firstArgument(first + 1, last))) {
      of(Signal.CONNECT).seen++;
      of(Signal.CONNECT).client++;
      of(Signal.QUERY).client++;
    } else if ((ownerMask(i) & (Flow.STORED | Flow.DATABASE)) == 0 && componentNames > 0) {
      of(Signal.EXEC).client++;
    }
  }

  private boolean isClients(int start, int end) {
    return start < end && argument.isOutright(flow.mask(start, end), start, end);
  }

  /** {@code new FileInfo(path).OpenWrite()}: the owner of the call names the file. */
  private void opensOwner(int i, int from) {
    if (i < from + 2 || !flow.sign(i - 1, '.') || !flow.sign(i + 2, ')')) {
      return;
    }
    int start = i - 2;
    int first = Math.max(from, i - Argument.MAX_TOKENS / 10); // bounds hostile nesting
    int depth = 0;
    do {
      depth += flow.sign(start, ')') ? 1 : flow.sign(start, '(') ? -1 : 0;
      start--;
    } while (depth > 0 && start >= first);
    weigh(Signal.WRITE, i, start + 1, i - 1);
  }

  /** {@code (0, eval)(text)}, {@code (function(){}.constructor)(text)}. */
  private static final Set<String> RUNNERS = Set.of("eval", "constructor");

  private static final Set<String> SAVES = Set.of("save", "savefile", "saveall");

  /** {@code new Function(code)(arguments)} of JScript: code from text, as eval runs it. */
  private void constructor(int i, int to) {
    int close = flow.sign(i + 1, '(') ? Math.min(to, flow.closing(i + 1)) : to;
    boolean literal = close + 1 < tokens.size() && tokens.get(close + 1).kind() == Token.Kind.END;
    if (flow.sign(i + 1, '(') && !(literal && flow.sign(close + 2, '{'))) {
      count(new ShellRules.Call(Signal.EVAL, List.of(), false, true, false), i, to);
    }
  }

  /** Whether what a call returns is called itself. */
  private boolean isCalled(int open) {
    return flow.sign(flow.closing(open) + 1, '(');
  }

  /** {@code this[names[0]](Request["k"])} of JScript: a function is called by a computed name. */
  private void computedMember(int open, int to) {
    int i = open;
    int depth = 0;
    do {
      depth += flow.sign(i, '[') ? 1 : flow.sign(i, ']') ? -1 : 0;
      i++;
    } while (depth > 0 && i < to);
    if (flow.sign(i, '(') && (flow.mask(i + 1, Math.min(to, flow.closing(i))) & Flow.CLIENT) != 0) {
      Count eval = of(Signal.EVAL);
      eval.seen++;
      eval.client++;
    }
  }

  /** Characters made out of other characters, or out of a number and a key. */
  private void spells(int from, int to) {
    for (int k = from; k < to; k++) {
      Token token = tokens.get(k);
      if (token.kind() == Token.Kind.NAME && Vocabulary.SHIFTS.contains(token.text())) {
        decodesCharacters = true;
      }
    }
  }

  private boolean matches(ShellRules.Call call, int i, int from) {
    boolean member = i > from && flow.sign(i - 1, '.');
    if (call.member() && !member || call.bare() && member) {
      return false;
    }
    if (i > from && Vocabulary.DECLARES.contains(tokens.get(i - 1).text())) {
      return false;
    }
    if (call.bare() && !flow.sign(i + 1, '(') && !takesBareArgument(i)) {
      return false;
    }
    if (tokens.get(i).isName("constructor") && !flow.sign(i + 1, '(')) {
      return false; // asks what made an object
    }
    int at = i;
    for (String owner : call.owners()) {
      if (at < 2 || !flow.sign(at - 1, '.') || !tokens.get(at - 2).isName(owner)) {
        return false;
      }
      at -= 2;
    }
    return true;
  }

  /** {@code Execute code}: in Basic an argument needs no parentheses; {@code T a =} is no call. */
  private boolean takesBareArgument(int i) {
    return i + 1 < tokens.size()
        && (tokens.get(i + 1).kind() == Token.Kind.NAME || tokens.get(i + 1).isText())
        && !flow.sign(i + 2, '=');
  }

  private void count(ShellRules.Call call, int i, int to) {
    boolean parenthesised = flow.sign(i + 1, '(');
    boolean assigned = flow.sign(i + 1, '=') && !flow.sign(i + 2, '=');
    int start = parenthesised || assigned ? i + 2 : i + 1;
    int end = parenthesised ? Math.min(to, flow.closing(i + 1)) : to;
    if (call.signal() == Signal.EVAL && !call.firstOnly()) {
      end = to;
    }
    end = Math.min(end, start + Argument.MAX_TOKENS);
    if (call.firstOnly()) {
      int all = end;
      end = argument.firstArgument(start, end);
      runsUnsafe |= call.signal() == Signal.EVAL && argument.isUnsafe(end + 1, all);
    }
    if (call.signal() == Signal.CONTENT && i > 1 && tokens.get(i - 2).isName("response")) {
      return; // shown, not written to a file
    }
    if (call.signal() == Signal.QUERY && flow.sign(i + 1, '.')) {
      of(Signal.QUERY).seen++;
      return; // SelectCommand.Parameters.Add(text): a value, not the query
    }
    // Where following has stopped, and at the end, a parenthesis seems to close where it opens.
    weigh(call.signal(), i, start, Math.max(start, end));
  }

  /** Counts a call whose argument stands from {@code start} up to {@code end}. */
  private void weigh(Signal signal, int i, int start, int end) {
    Count count = of(signal);
    count.seen++;
    int mask = flow.mask(start, end);
    if ((mask & Flow.STREAM) != 0 && Vocabulary.STREAM_TOOLS.contains(tokens.get(i).text())) {
      count.seen--;
      return; // reads or writes a connection
    }
    boolean reads = signal == Signal.WRITE && tokens.get(i).isName("opentextfile");
    if (reads && (mask & Flow.MAPPED) != 0 && argument.opensToRead(end)) {
      count.seen--;
      return;
    }
    boolean database = ((mask | ownerMask(i)) & Flow.DATABASE) != 0;
    boolean opened = database || !fetches || (mask & Flow.MAPPED) != 0;
    if (signal == Signal.FETCH && opened && tokens.get(i).isName("open")) {
      count.seen--;
      return; // opens a database, a picture, a document
    }
    boolean names = signal == Signal.COMPONENT;
    hidesComponent |= names && (mask & (Flow.SPELLED | Flow.DISGUISED)) != 0;
    if (names && (mask & Flow.BUILT) != 0) {
      return; // a name within a namespace of the page's own
    }
    boolean copies = signal == Signal.COPY && ends(count, i, start, end);
    boolean opens = signal == Signal.CONNECT && tokens.get(i).isName("open");
    boolean outright = argument.isOutright(mask, start, end);
    if (opens && !database) {
      of(Signal.QUERY).outright += outright ? 1 : 0;
      return; // .Open of a record set or request: its argument is no database
    }
    opensDatabase |= signal == Signal.CONNECT;
    count.outright += outright && !(i > 1 && tokens.get(i - 2).isName("server")) ? 1 : 0;
    count.ownAddress += (mask & Flow.OWN_ADDRESS) == Flow.OWN_ADDRESS ? 1 : 0;
    choose(signal, mask, copies, i, start, end);
    if ((mask & Flow.UPLOAD) != 0 || (signal == Signal.SAVE && argument.isUpload(i))) {
      count.upload++;
    }
    boolean dots = signal == Signal.SAVE && argument.startsWithDot(start, end);
    boolean beside = dots || (mask & Flow.OWN_PLACE) != 0 && !argument.namesFolder(start, end);
    if (beside && !(signal == Signal.WRITE && harmless.namesTextFile(start, end))) {
      count.ownPlace++;
      count.itself += (mask & (Flow.ITSELF | Flow.BUILT)) == Flow.ITSELF ? 1 : 0;
    }
    note(signal, mask, start, end);
  }

  /** Reads or lists; {@code OpenTextFile} does with the mode 1, and without one. */
  private boolean onlyReads(Signal signal, int i, int end) {
    if (signal == Signal.READ || signal == Signal.LIST) {
      return true;
    }
    boolean one =
        flow.sign(end, ',') && end + 1 < tokens.size() && tokens.get(end + 1).text().equals("1");
    return tokens.get(i).isName("opentextfile") && (flow.sign(end, ')') || one);
  }

  /** Whether the client decides the argument, and how far. */
  private void choose(Signal signal, int mask, boolean copies, int i, int start, int end) {
    Count count = of(signal);
    if (signal == Signal.EVAL && argument.isJson(start, end)) {
      readsJson = true;
    } else if (tokens.get(i).isName("invoke") && !loading.loads) {
      count.computed++; // a method of the page or its product, chosen by name
    } else if (signal == Signal.EVAL && argument.namesFields(start, end)) {
      count.computed++; // a variable for each field of a form
    } else if (signal == Signal.EVAL && isTemplate(mask)) {
      count.computed++; // a template of the page's own, of which the client has the name
    } else if (signal == Signal.EVAL && argument.composesName(start, end)) {
      count.computed++; // a name of the page's own, of which the client has a part
    } else if (signal == Signal.CONTENT && argument.quotes(start, end)) {
      count.computed++; // the client's text is written as a value
    } else if (signal == Signal.CONTENT && harmless.isEncoded(start, end)) {
      count.computed++; // the client can begin no code
    } else if (signal == Signal.QUERY && harmless.storesValues(start, end)) {
      count.computed++; // a row of the page's own table
    } else if (signal == Signal.WRITE && isTextBelowSite(mask)) {
      count.computed++;
      count.ended++;
    } else if (signal == Signal.WRITE && argument.isNamedByPage(mask, start, end)) {
      count.mapped++;
    } else if ((mask & Flow.CLIENT) != 0 || signal == Signal.EVAL && isHeader(mask)) {
      boolean below = (mask & Flow.MAPPED) != 0 && !flow.places().mayBeAnywhere(start, end);
      if (!copies && (below || onlyReads(signal, i, end) && harmless.isBelowFolder(start, end))) {
        count.mapped++;
        count.mappedAt.add(i);
        count.named += (mask & Flow.UPLOAD) == 0 ? 1 : 0;
        boolean whole = (mask & (Flow.BUILT | Flow.JOINED)) == 0;
        count.whole += whole || argument.isOnlyNamed(mask, start, end) ? 1 : 0;
        count.folderAndFile += argument.namesFolderAndFile(start, end) ? 1 : 0;
      } else {
        count.client++;
        count.ended += (mask & Flow.ENDED) == 0 ? 0 : 1;
      }
    } else if (!argument.isConstant(start, end)) {
      count.computed++;
      count.free += (mask & (Flow.MAPPED | Flow.OWN_PLACE)) == 0 ? 1 : 0;
    }
  }

  /** Of a file below the site the client has the name, the page the ending. */
  private static boolean isTextBelowSite(int mask) {
    int all = Flow.CLIENT | Flow.MAPPED | Flow.ENDED;
    return (mask & (all | Flow.FREE)) == all;
  }

  private static boolean isTemplate(int mask) {
    int all = Flow.CLIENT | Flow.MAPPED | Flow.BUILT;
    return (mask & all) == all;
  }

  /** Pages of all kinds read this header, but none runs it. */
  private static boolean isHeader(int mask) {
    return (mask & Flow.HEADER) != 0;
  }

  /** What else the argument of a call says. */
  private void note(Signal signal, int mask, int start, int end) {
    int second = signal == Signal.FETCH ? argument.firstArgument(start, end) + 1 : end;
    if (second < end && tokens.get(start - 2).text().endsWith("loadfile")) {
      loadsFile(tokens.get(start - 2).isName("downloadfile"), second, end);
    }
    startsTyped |= signal == Signal.EXEC && argument.isTyped(start, end);
    loadsFetched |= signal == Signal.LOAD && (mask & Flow.FETCHED) != 0;
    readsPicture |= signal == Signal.READ && argument.names(Argument.PICTURE_ENDINGS, start, end);
    carriesCode |= signal == Signal.LOAD && argument.carries(mask, start, end);
    if (signal == Signal.EVAL && !isTemplate(mask)) {
      hidden(start, end);
      runsHidden |= (mask & Flow.DISGUISED) != 0;
      runsSpelled |= (mask & Flow.SPELLED) != 0;
      runsFetched |= (mask & Flow.FETCHED) != 0;
      runsRecords |= (mask & (Flow.STORED | Flow.CLIENT)) == Flow.STORED;
      runsPicture |= argument.names(Argument.PICTURE_ENDINGS, start, end);
    }
    if (signal == Signal.WRITE || signal == Signal.SAVE) {
      writesScript |= argument.isScript(start, end);
      writesHeldScript |= (mask & Flow.SCRIPT) != 0;
      writesProgram |= argument.names(Argument.PROGRAM_ENDINGS, start, end);
      writesBeside |= (mask & Flow.ITSELF) != 0 && argument.endsInScript(start, end);
      int known = Flow.MAPPED | Flow.OWN_PLACE | Flow.CLIENT;
      writesFirstPages |= (mask & known) == 0 && argument.namesFirstPage(start, end);
    }
  }

  /** {@code DownloadFile(address, file)}, {@code UploadFile(address, file)}. */
  private void loadsFile(boolean down, int start, int end) {
    writesScript |= down && argument.isScript(start, end);
    if (argument.isFree(start, end)) {
      Count file = of(down ? Signal.WRITE : Signal.READ);
      file.seen++;
      file.client++;
    }
  }

  /** Whether the client names one of the two places of a copy outright. */
  private boolean ends(Count count, int i, int start, int end) {
    int second = argument.firstArgument(start, end);
    boolean from = argument.isFree(start, second);
    boolean to = argument.isFree(second + 1, end) || from && tokens.get(i).text().endsWith("time");
    boolean itself = second > start && (flow.mask(start, second) & Flow.ITSELF) != 0;
    count.bothEnds += (from || itself) && to ? 1 : 0;
    int other = flow.mask(second + 1, end);
    boolean goes = second < end && !argument.isConstant(second + 1, end);
    boolean far = (other & (Flow.MAPPED | Flow.OWN_PLACE | Flow.CLIENT)) == 0;
    spreads |= itself && goes && (far || argument.endsInScript(second + 1, end));
    return from || to;
  }

  /** What the name before the dot of a call holds. */
  private int ownerMask(int i) {
    return i >= 2 && flow.sign(i - 1, '.') ? flow.mask(i - 2, i - 1) : 0;
  }

  private void hidden(int start, int end) {
    boolean literalFirst = start < end && tokens.get(start).isText();
    if (literalFirst && tokens.get(start).kind() == Token.Kind.STRING) {
      return;
    }
    for (int k = start; k < end; k++) {
      Token token = tokens.get(k);
      if (token.kind() != Token.Kind.NAME) {
        continue;
      }
      String name = token.text();
      if (name.equals("session") || name.equals("application") || name.equals("cache")) {
        runsKept = true;
      } else if (flow.isFunction(name) && argument.hasLongText(k, end)) {
        runsHidden = true;
      } else if (flow.isFunction(name) || Vocabulary.HIDES.contains(name)) {
        runsStored = true;
      }
    }
  }
}
