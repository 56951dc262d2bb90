package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Weighs the evidence of one page. */
final class Scorer {
  private static final int MAX_WORD_POINTS = 45;

  /** File managers of products do all that shells do with files, below the site. */
  private static final int MAX_BELOW_SITE_POINTS = 25;

  /** A page with no more code than this has one purpose. */
  private static final int MAX_TOOL_CHARS = 1000;

  /** Longer pages that run others by name look at the name before. */
  private static final int MAX_INCLUDER_CHARS = 200;

  private final Page page;
  private final Evidence evidence;
  private final Purposes purposes;
  private final Secrets secrets;
  private final Supplier<List<String>> words;

  /** Null if the page has nothing that makes it look harmless. */
  private final @Nullable DeadCode dead;

  private final boolean listsEndings;
  private final List<String> reasons = new ArrayList<>();
  private ShellVerdict.Kind kind = ShellVerdict.Kind.NONE;
  private int best;
  private int belowSite;
  private int score;

  Scorer(
      Page page,
      Evidence evidence,
      Purposes purposes,
      Secrets secrets,
      Supplier<List<String>> words) {
    this.page = page;
    this.evidence = evidence;
    this.purposes = purposes;
    this.secrets = secrets;
    this.words = words;
    this.dead = mayLower(evidence) ? evidence.deadCode() : null;
    this.listsEndings = dead != null && evidence.checksEndings(dead);
  }

  ShellVerdict verdict() {
    if (evidence.has(Signal.KNOWN)) {
      add(100, ShellVerdict.Kind.LOADER, "uses a component that is known only from shells");
    }
    code();
    hiding();
    programs();
    components();
    loaders();
    files();
    data();
    network();
    includes();
    purposes();
    secrets();
    words();
    int total = Math.clamp(score, 0, 100);
    return new ShellVerdict(total, total >= ShellScanner.SHELL_SCORE, kind, reasons);
  }

  private void code() {
    Count eval = evidence.of(Signal.EVAL);
    if (eval.client + eval.mapped > 0) {
      add(100, ShellVerdict.Kind.CODE, "runs code that the client sends");
    } else if (eval.seen > 0 && evidence.runsHidden) {
      add(85, ShellVerdict.Kind.HIDDEN, "runs code that it makes out of disguised text");
    } else if (eval.computed > 0 && evidence.runsFetched) {
      add(75, ShellVerdict.Kind.HIDDEN, "runs code that another server sends");
    } else if (eval.computed > 0 && evidence.runsKept) {
      add(75, ShellVerdict.Kind.HIDDEN, "runs code that it keeps between requests");
    } else if (eval.computed > 0 && (evidence.runsPicture || readsPictureOnly())) {
      add(75, ShellVerdict.Kind.HIDDEN, "runs code out of a file that is named as a picture");
    } else if (eval.computed > 0 && evidence.literals.nameRequestAndRun()) {
      add(75, ShellVerdict.Kind.HIDDEN, "runs computed code, and has code that runs the request");
    } else if (eval.computed > 0 && evidence.runsSpelled) {
      add(70, ShellVerdict.Kind.HIDDEN, "runs code that it makes out of character numbers");
    } else if (eval.computed > 0 && evidence.literals.nameRequest()) {
      add(70, ShellVerdict.Kind.HIDDEN, "runs computed code, and has code that reads the request");
    } else if (eval.computed > 0 && evidence.runsStored && evidence.of(Signal.READ).itself > 0) {
      add(75, ShellVerdict.Kind.HIDDEN, "runs code that it reads out of itself");
    } else if (eval.computed > 0 && evidence.runsRecords && page.isOnlyAFew(MAX_TOOL_CHARS)) {
      add(60, ShellVerdict.Kind.HIDDEN, "runs code that a database holds");
    } else if (eval.computed > 0 && evidence.runsUnsafe) {
      add(75, ShellVerdict.Kind.CODE, "runs computed code with all rights");
    } else if (eval.computed > 0 && evidence.runsStored && readsText() && writesText()) {
      add(75, ShellVerdict.Kind.HIDDEN, "writes what the client sends, and runs what it reads");
    } else if (eval.computed > 0 && evidence.runsStored) {
      add(55, ShellVerdict.Kind.HIDDEN, "runs code that it keeps or computes elsewhere");
    } else if (eval.computed > 0) {
      add(25, ShellVerdict.Kind.CODE, "runs computed code");
    }
  }

  /** How a page hides that it runs code, beside what {@link #code} tells of it. */
  private void hiding() {
    Count eval = evidence.of(Signal.EVAL);
    if (evidence.literals.hideRequest() && page.standsAlone()) {
      add(75, ShellVerdict.Kind.HIDDEN, "hides code that reads the request");
    }
    if (evidence.habits.lookUpEval() && evidence.readsClient) {
      add(75, ShellVerdict.Kind.HIDDEN, "looks up by its name what runs code");
    }
    if (evidence.habits.passEval() && evidence.readsClient && page.hasJscript()) {
      add(75, ShellVerdict.Kind.HIDDEN, "hands on what runs code");
    }
    if (eval.computed > 0 && evidence.habits.renameEval()) {
      add(50, ShellVerdict.Kind.HIDDEN, "runs code under another name");
    }
    if (eval.computed > 0 && evidence.decodesCharacters) {
      add(35, ShellVerdict.Kind.HIDDEN, "makes text out of other text character by character");
    }
    if (evidence.readsJson) {
      add(10, ShellVerdict.Kind.CODE, "runs what the client sends as a value in parentheses");
    }
    if (evidence.has(Signal.ENGINE)) {
      boolean used = evidence.readsClient || eval.seen > 0;
      add(used ? 75 : 40, ShellVerdict.Kind.CODE, "uses a script engine as a component");
    }
    if (evidence.isTangled()
        && (evidence.has(Signal.EXEC) || evidence.has(Signal.WRITE) || eval.seen > 0)) {
      add(60, ShellVerdict.Kind.HIDDEN, "acts, and is too tangled to be followed to its end");
    }
    if (evidence.habits.handOver() && page.standsAlone()) {
      add(70, ShellVerdict.Kind.HIDDEN, "hands hidden text to a component, and does nothing else");
    }
    if (eval.seen > 0 && evidence.literals.wereHidden()) {
      add(35, ShellVerdict.Kind.HIDDEN, "runs code, and writes words by character numbers");
    }
  }

  private boolean readsPictureOnly() {
    return evidence.readsPicture && page.isOnlyAFew(MAX_TOOL_CHARS);
  }

  private boolean readsText() {
    return evidence.has(Signal.READ);
  }

  /** The client's text goes into something that was opened to write. */
  private boolean writesText() {
    Count content = evidence.of(Signal.CONTENT);
    return evidence.has(Signal.WRITE) && content.client + content.mapped > 0;
  }

  private void programs() {
    Count exec = evidence.of(Signal.EXEC);
    if (exec.client > 0) {
      add(100, ShellVerdict.Kind.COMMAND, "starts programs with what the client sends");
    } else if (exec.seen > 0 && namesOnly(exec)) {
      add(15, ShellVerdict.Kind.COMMAND, "names a component that can start programs");
    } else if (exec.seen > 0 && (evidence.readsClient || evidence.startsTyped) && !ownPrograms()) {
      add(75, ShellVerdict.Kind.COMMAND, "starts programs and reads what the client sends");
    } else if (exec.seen > 0) {
      add(50, ShellVerdict.Kind.COMMAND, "starts programs");
    }
    if (exec.seen > 0 && page.isStylesheet()) {
      add(75, ShellVerdict.Kind.COMMAND, "starts programs from a stylesheet");
    }
    if (exec.seen > 0 && evidence.writesProgram) {
      add(30, ShellVerdict.Kind.COMMAND, "writes a program or script that Windows would start");
    }
    if (evidence.has(Signal.PROGRAM)) {
      add(40, ShellVerdict.Kind.COMMAND, "carries a program as text");
    }
    boolean looks = evidence.literals.nameOwnHost() && !evidence.has(Signal.ACCOUNT);
    if (looks && page.standsAlone()) {
      add(50, ShellVerdict.Kind.COMMAND, "goes through accounts or services of the host");
    }
    if (evidence.has(Signal.HOST)) {
      add(10, ShellVerdict.Kind.COMMAND, "names commands, accounts or folders of the host");
    }
  }

  /** Pages that list what is installed name the component, and never start anything with it. */
  private boolean namesOnly(Count exec) {
    return exec.seen == evidence.componentNames
        && !evidence.startsComponent
        && !evidence.has(Signal.EVAL);
  }

  /** {@code git log -1}, a script of the site's settings: nothing that an intruder would ask. */
  private boolean ownPrograms() {
    return !evidence.startsTyped && !evidence.has(Signal.HOST) && purposes.startsOnlyItsOwn();
  }

  /** Components, methods and accounts that the client names. */
  private void components() {
    if (evidence.hidesComponent) {
      add(70, ShellVerdict.Kind.HIDDEN, "makes a component whose name it hides");
    }
    int chosen = evidence.of(Signal.COMPONENT).client;
    if (chosen > 0) {
      boolean runs = evidence.of(Signal.EVAL).computed > 0;
      boolean used = chosen > 1 || evidence.startsComponent || runs;
      add(used ? 80 : 0, ShellVerdict.Kind.LOADER, "makes components that the client names");
    }
    Count account = evidence.of(Signal.ACCOUNT);
    boolean sets = account.client > 0 || account.seen > 0 && evidence.readsClient;
    if (sets && evidence.literals.nameAdministrators()) {
      add(75, ShellVerdict.Kind.COMMAND, "makes accounts of the host administrators");
    }
  }

  private void loaders() {
    Count load = evidence.of(Signal.LOAD);
    if (load.client + load.mapped + load.upload > 0) {
      add(100, ShellVerdict.Kind.LOADER, "loads what the client sends as code");
    } else if (load.seen > 0 && evidence.carriesCode) {
      add(85, ShellVerdict.Kind.LOADER, "loads code that it carries as text");
    } else if (load.seen > 0 && evidence.loadsFetched) {
      add(75, ShellVerdict.Kind.LOADER, "loads code that another server sends");
    } else if (load.seen > 0 && readsPictureOnly()) {
      add(75, ShellVerdict.Kind.LOADER, "loads code out of a file that is named as a picture");
    } else if (load.seen > 0) {
      add(40, ShellVerdict.Kind.LOADER, "loads code at run time");
    }
    if (evidence.has(Signal.KEYS)) {
      add(60, ShellVerdict.Kind.LOADER, "reads keys or passwords of the site");
    }
    if (evidence.has(Signal.SHELLCODE)) {
      add(80, ShellVerdict.Kind.LOADER, "allocates memory for machine code");
    }
  }

  private void files() {
    Count write = evidence.of(Signal.WRITE);
    Count content = evidence.of(Signal.CONTENT);
    boolean ownText = content.client + content.mapped > 0;
    if (write.client > 0) {
      add(ownText ? 80 : 60, ShellVerdict.Kind.FILES, "writes files of the client's choice");
    } else if (write.mapped > 0) {
      add(
          managesSite() ? 15 : ownText ? 45 : 30,
          ShellVerdict.Kind.FILES,
          "writes files below the site by client's name");
    }
    boolean free = ownText && !listsEndings;
    if (free && write.whole > 0 && page.isOnlyAFew(MAX_TOOL_CHARS)
        || free && write.folderAndFile > 0 && page.isOnlyAFew(2 * MAX_TOOL_CHARS)) {
      add(20, ShellVerdict.Kind.FILES, "does little else");
    }
    boolean held = page.isOnlyAFew(2 * MAX_TOOL_CHARS) && evidence.keepsHeldScript();
    if ((evidence.writesScript || held) && ownText) {
      give(60, ShellVerdict.Kind.FILES, "writes what the client sends into a script file");
    }
    Literals literals = evidence.literals;
    boolean plants = literals.holdBlock() && !evidence.readsClient || literals.holdRequestBlock();
    if (evidence.writesScript && plants && page.isOnlyAFew(MAX_TOOL_CHARS)) {
      add(60, ShellVerdict.Kind.FILES, "does little but write a script file");
    }
    if (write.ownPlace > 0 && ownText && write.client + write.mapped == 0) {
      int points = write.itself > 0 && page.standsAlone() ? 80 : 50;
      add(points, ShellVerdict.Kind.FILES, "writes what the client sends beside or into itself");
    }
    uploads(write, evidence.of(Signal.SAVE));
    chosen(Signal.READ, 35, "reads files of the client's choice");
    Count read = evidence.of(Signal.READ);
    boolean reads = read.client > read.ended && page.isOnlyAFew(MAX_TOOL_CHARS);
    boolean lists = evidence.of(Signal.LIST).outright > 0;
    if (reads || lists && page.isOnlyAFew(2 * MAX_TOOL_CHARS)) {
      add(25, ShellVerdict.Kind.FILES, "does little else");
    }
    chosen(Signal.LIST, 35, "lists folders of the client's choice");
    chosen(Signal.DELETE, 35, "deletes files of the client's choice");
    copies(write);
    if (evidence.writesFirstPages && evidence.has(Signal.LIST) && page.standsAlone()) {
      add(60, ShellVerdict.Kind.FILES, "writes the first page of folders that it goes through");
    }
    if (evidence.has(Signal.DRIVES)) {
      add(30, ShellVerdict.Kind.FILES, "lists drives");
    }
    boolean walks = evidence.has(Signal.DRIVES) || evidence.has(Signal.REGISTRY);
    if (walks && write.free > 0 && evidence.of(Signal.DELETE).free > 0 && page.standsAlone()) {
      add(60, ShellVerdict.Kind.FILES, "tries which folders of the host it can write to");
    }
  }

  private void copies(Count write) {
    Count copy = evidence.of(Signal.COPY);
    if (evidence.spreads) {
      add(75, ShellVerdict.Kind.FILES, "copies itself to places that it works out");
    }
    if (copy.client > 0 && copy.bothEnds == 0 && page.isOnlyAFew(MAX_TOOL_CHARS)) {
      add(30, ShellVerdict.Kind.FILES, "does little else");
    }
    boolean settings = evidence.has(Signal.READ) || evidence.has(Signal.COPY);
    if (settings && showsSettings(write)) {
      add(60, ShellVerdict.Kind.DATA, "does little but show the settings of the site");
    }
    boolean bothEnds = copy.bothEnds > 0;
    chosen(Signal.COPY, bothEnds ? 60 : 30, "copies or moves files of the client's choice");
  }

  /** Products change their settings; they do not show them, nor copy them to where all see them. */
  private boolean showsSettings(Count write) {
    boolean copies = evidence.of(Signal.COPY).seen > 0 && !evidence.literals.nameBackup();
    boolean shows = evidence.has(Signal.READ) && purposes.show();
    boolean few = page.isOnlyAFew(MAX_TOOL_CHARS) && write.seen == 0;
    return few && evidence.literals.nameSettings() && (copies || shows);
  }

  private void uploads(Count write, Count save) {
    int uploads = listsEndings ? 0 : save.upload + write.upload;
    if (!listsEndings && save.mapped > 0) {
      add(
          managesSite() ? 15 : save.named > 0 ? 45 : 20,
          ShellVerdict.Kind.UPLOAD,
          "saves uploads below the site by client's name");
    }
    if (uploads > 0 && save.client + write.client > 0) {
      give(60, ShellVerdict.Kind.UPLOAD, "saves uploads where the client says");
    } else if (uploads > 0 && !managesSite()) {
      add(25, ShellVerdict.Kind.UPLOAD, "saves uploads under their own name");
    }
    if (uploads > 0 && save.ownPlace + write.ownPlace > 0 && !managesSite()) {
      add(35, ShellVerdict.Kind.UPLOAD, "saves uploads beside itself");
    }
  }

  /** File managers of products write and upload too, and none of it outside the site. */
  private boolean managesSite() {
    int below = 0;
    for (Signal signal : MANAGES) {
      if (evidence.of(signal).client > 0) {
        return false;
      }
      below += evidence.of(signal).mappedAt.stream().anyMatch(this::runs) ? 1 : 0;
    }
    return below >= 2 && !evidence.has(Signal.EXEC) && !evidence.has(Signal.EVAL);
  }

  private boolean runs(int token) {
    return dead != null && !dead.holds(token);
  }

  /** What never runs need not be known in a page that neither writes nor fetches. */
  private static boolean mayLower(Evidence evidence) {
    boolean acts = false;
    for (Signal signal : List.of(Signal.WRITE, Signal.SAVE, Signal.FETCH)) {
      acts |= evidence.has(signal);
    }
    return acts;
  }

  private static final List<Signal> MANAGES =
      List.of(Signal.READ, Signal.LIST, Signal.DELETE, Signal.COPY);

  private void chosen(Signal signal, int points, String reason) {
    Count count = evidence.of(signal);
    if (count.client > 0) {
      add(points, ShellVerdict.Kind.FILES, reason);
    } else if (count.mapped > 0) {
      int given = Math.min(points / 3, MAX_BELOW_SITE_POINTS - belowSite);
      belowSite += given;
      add(given, ShellVerdict.Kind.FILES, reason + ", below the site");
    }
  }

  private void data() {
    Count connect = evidence.of(Signal.CONNECT);
    Count query = evidence.of(Signal.QUERY);
    if (connect.client > 0) {
      add(
          evidence.literals.havePassword() ? 35 : 50,
          ShellVerdict.Kind.DATA,
          "opens databases of the client's choice");
      if (query.client > 0) {
        add(20, ShellVerdict.Kind.DATA, "runs queries that the client sends");
      } else if (evidence.habits.listTables() && page.standsAlone()) {
        add(15, ShellVerdict.Kind.DATA, "goes through their tables");
      }
      if (evidence.of(Signal.WRITE).ended > 0) {
        add(20, ShellVerdict.Kind.DATA, "writes what they hold to a file of the client's choice");
      }
    }
    boolean shows =
        evidence.habits.nameColumns() && evidence.literals.havePassword() && page.standsAlone();
    if (connect.client == 0 && evidence.opensDatabase && shows) {
      add(50, ShellVerdict.Kind.DATA, "shows whole tables of a database whose password it has");
      if (evidence.habits.areEndless()) {
        add(10, ShellVerdict.Kind.DATA, "may run for years");
      }
    }
    if (connect.client == 0 && evidence.opensDatabase && query.outright > 0 && page.standsAlone()) {
      add(60, ShellVerdict.Kind.DATA, "runs whole queries that the client sends");
    }
    if (evidence.of(Signal.REGISTRY).client > 0) {
      add(60, ShellVerdict.Kind.DATA, "reads or writes registry keys of the client's choice");
    }
    if (evidence.habits.walkRegistry() && page.standsAlone()) {
      add(60, ShellVerdict.Kind.DATA, "goes through the whole registry");
    }
    if (evidence.of(Signal.WMI).client > 0) {
      add(75, ShellVerdict.Kind.DATA, "asks Windows management what the client says");
    } else if (evidence.has(Signal.WMI)) {
      add(evidence.readsClient ? 40 : 25, ShellVerdict.Kind.DATA, "uses Windows management");
    }
  }

  private void network() {
    Count write = evidence.of(Signal.WRITE);
    Count socket = evidence.of(Signal.SOCKET);
    if (socket.client > 0) {
      add(65, ShellVerdict.Kind.TUNNEL, "connects to where the client says");
    } else if (socket.seen > 0 && evidence.readsClient) {
      add(35, ShellVerdict.Kind.TUNNEL, "opens connections");
    }
    if (evidence.has(Signal.SNIFF)) {
      add(75, ShellVerdict.Kind.TUNNEL, "listens to what is sent to others");
    }
    boolean fetches = evidence.has(Signal.FETCH);
    boolean held = fetches && page.standsAlone() && evidence.keepsHeldScript();
    if (fetches && evidence.writesScript || held) {
      add(70, ShellVerdict.Kind.FILES, "fetches something and writes a script file");
    }
    if (evidence.of(Signal.FETCH).client > 0 && write.client + write.whole > 0) {
      add(45, ShellVerdict.Kind.FILES, "writes what it fetches where the client says");
    }
    if (evidence.of(Signal.FETCH).mapped > 0) {
      int points = listsEndings ? 30 : 70; // an editor takes pictures over from other sites
      add(points, ShellVerdict.Kind.FILES, "fetches what the client says into the site");
    }
    if (evidence.of(Signal.FETCH).client > 0) {
      boolean relays = evidence.of(Signal.RELAY).client > 0 && page.standsAlone();
      add(relays ? 65 : 20, ShellVerdict.Kind.TUNNEL, "fetches addresses of the client's choice");
      if (purposes.tryPorts() && page.standsAlone()) {
        add(45, ShellVerdict.Kind.TUNNEL, "tries one port after the other");
      }
    }
  }

  /** Products do such things too, in pages that visibly belong to them. */
  private void purposes() {
    if (!page.standsAlone()) {
      return;
    }
    // Each alone an ordinary page does too: it counts robots, or fetches a share link's title.
    if (evidence.has(Signal.FETCH) && purposes.showSpidersAnother()) {
      add(35, ShellVerdict.Kind.HIDDEN, "shows search engines what another server sends");
    }
    if (purposes.sendSearchersElsewhere() && !evidence.opensDatabase) {
      add(60, ShellVerdict.Kind.HIDDEN, "sends whoever comes from a search engine to another site");
    }
    Count fetch = evidence.of(Signal.FETCH);
    boolean own = fetch.ownAddress > 0 && purposes.show();
    if (fetch.seen > 0 && (own || purposes.sendOwnAddress())) {
      boolean all = own && purposes.showWhole() && page.isBare();
      String reason = "shows what another server sends for its own address";
      add(all ? 60 : 45, ShellVerdict.Kind.HIDDEN, reason);
    }
    if (fetch.seen > 0 && purposes.showWhole() && evidence.habits.runForDays()) {
      add(40, ShellVerdict.Kind.HIDDEN, "shows what another server sends, and may run for days");
    }
    if (purposes.lists.areMany(evidence.has(Signal.DRIVES))) {
      add(60, ShellVerdict.Kind.COMMAND, "tells all about the host, for whoever asks");
    }
    if (purposes.showConnections()) {
      add(60, ShellVerdict.Kind.DATA, "shows passwords of databases");
    }
    if (evidence.readsClient && purposes.extendSite()) {
      add(70, ShellVerdict.Kind.FILES, "gives the site another folder of the host");
    }
    if (purposes.mailForTheClient()) {
      add(60, ShellVerdict.Kind.TUNNEL, "sends the client's mail to a list of the client's");
    }
    if (evidence.writesBeside) {
      add(65, ShellVerdict.Kind.FILES, "writes a script file named as itself");
    }
  }

  private void secrets() {
    if (!page.standsAlone()) {
      return;
    }
    boolean fetches = evidence.has(Signal.FETCH);
    if (evidence.has(Signal.WRITE) && secrets.areKept()) {
      add(60, ShellVerdict.Kind.DATA, "keeps passwords that the client sends in a file");
    }
    boolean connects = evidence.of(Signal.CONNECT).client > 0;
    boolean fillsIn = evidence.has(Signal.READ) && secrets.areFilledIn();
    if (fetches && (secrets.areTried() || fillsIn)) {
      add(60, ShellVerdict.Kind.TUNNEL, "tries the passwords of a list");
    } else if (connects && secrets.areTried()) {
      add(25, ShellVerdict.Kind.DATA, "tries the passwords of a list");
    }
    if (secrets.hidePage()) {
      add(40, ShellVerdict.Kind.HIDDEN, "is not there for whoever does not know a password");
    }
  }

  private void includes() {
    ServerPages pages = evidence.serverPages;
    if (pages.picture) {
      add(75, ShellVerdict.Kind.HIDDEN, "runs the code in a picture");
    } else if (pages.named && writesText()) {
      add(75, ShellVerdict.Kind.CODE, "writes what the client sends, and runs a file by its name");
    } else if (pages.chosen && page.isOnlyAFew(MAX_INCLUDER_CHARS)) {
      add(60, ShellVerdict.Kind.CODE, "does nothing but run a file that the client names");
    }
    for (String file : page.includes()) {
      String lower = file.toLowerCase(Locale.ROOT);
      if (IMAGES.stream().anyMatch(lower::endsWith)) {
        add(80, ShellVerdict.Kind.HIDDEN, "runs the code in a picture or archive");
      } else if (page.segments().isEmpty() && lower.endsWith(".txt")) {
        add(60, ShellVerdict.Kind.HIDDEN, "is nothing but the code in a text file");
        score = Math.max(score, ShellScanner.SHELL_SCORE);
      }
    }
    for (String command : page.commands()) {
      if (!command.isBlank()) {
        add(80, ShellVerdict.Kind.COMMAND, "starts a program by server-side include");
      }
    }
  }

  private static final List<String> IMAGES =
      List.of(".jpg", ".jpeg", ".gif", ".png", ".bmp", ".ico", ".rar", ".zip", ".mdb");

  private void words() {
    if (score == 0 || score >= ShellScanner.SHELL_SCORE) {
      return; // they cannot change the verdict
    }
    int points = Math.min(MAX_WORD_POINTS, 20 * words.get().size());
    if (points > 0) {
      add(points, ShellVerdict.Kind.NONE, "speaks of itself as shells do");
    }
  }

  private void add(int points, ShellVerdict.Kind because, String reason) {
    boolean weak = points < 75 && !page.standsAlone();
    give(weak ? points * 2 / 3 : points, because, reason);
  }

  /**
   * What no page of a product does needs no page that stands alone: an include is put in easily.
   */
  private void give(int given, ShellVerdict.Kind because, String reason) {
    score += given;
    if (given > best && because != ShellVerdict.Kind.NONE) {
      best = given;
      kind = because;
    }
    reasons.add(reason);
  }
}
