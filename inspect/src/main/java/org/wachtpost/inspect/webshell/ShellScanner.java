package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Judges by its bytes alone whether a file works like a web shell: something of use to an attacker
 * (running code or programs, writing files, loading assemblies, opening databases) whose argument
 * the client decides, or code that hides what it runs.
 *
 * <p>Names are not looked at. Any content gets an answer: time is linear in its length and memory
 * is bounded by {@link #MAX_PIECE_BYTES}. One scanner may be used by any number of threads.
 */
public final class ShellScanner {
  /** From this score on a file is called a shell. */
  public static final int SHELL_SCORE = 60;

  /** Longer content is judged in pieces of this many bytes. */
  public static final int MAX_PIECE_BYTES = 2 << 20;

  /** Pieces overlap by this many bytes, so that a short shell is whole in one of them. */
  public static final int OVERLAP_BYTES = 64 << 10;

  /** Content without any tag is judged as part of a page up to this many bytes. */
  static final int MAX_FRAGMENT_BYTES = 512;

  /** Tokens read of one piece; what follows is not judged. */
  static final int MAX_TOKENS = 300_000;

  /** Code within code, within code, is unpacked this deep. */
  static final int MAX_DEPTH = 3;

  /** Characters of unpacked code judged in one piece. */
  static final int MAX_UNPACKED_CHARS = 2 << 20;

  /** Statements of Basic: in a Razor page, which holds C# among prose, they are just words. */
  private static final Set<String> BASIC_ONLY =
      Set.of("eval", "execute", "executeglobal", "shell", "kill");

  private final ShellRules rules;

  public ShellScanner(ShellRules rules) {
    this.rules = rules;
  }

  /** The verdict on a whole file. */
  public ShellVerdict scan(byte[] content) {
    return scan(content, content.length);
  }

  /** The verdict on a whole file that lies in the first bytes of a buffer. */
  public ShellVerdict scan(byte[] content, int length) {
    if (length <= MAX_FRAGMENT_BYTES && Fragment.runsRequest(Arrays.copyOf(content, length))) {
      return Fragment.VERDICT;
    }
    ShellVerdict verdict = ShellVerdict.CLEAN;
    int from = 0;
    while (from < length) {
      int to = (int) Math.min((long) from + MAX_PIECE_BYTES, length);
      boolean dump = Prefilter.mayBeDump(content, from, to);
      if (dump || Prefilter.mayRun(content, from, to)) {
        verdict = verdict.or(piece(content, from, to, length, dump));
      }
      from = to == length ? to : to - OVERLAP_BYTES;
    }
    return verdict;
  }

  /** Whether a web server would run anything in a file that begins so: a quick, wide guess. */
  public static boolean mayRun(byte[] head) {
    return Prefilter.mayBeDump(head, 0, head.length)
        || Prefilter.mayRun(head, 0, head.length)
        || (head.length <= MAX_FRAGMENT_BYTES && Fragment.runsRequest(head));
  }

  private ShellVerdict piece(byte[] content, int from, int to, int length, boolean dump) {
    SourceText source = SourceText.read(content, from, to);
    // Of a text in another encoding the bytes do not tell.
    boolean octets =
        source.length() > (to - from) / 4 * 3 && !SourceText.looksEbcdic(content, from, to);
    boolean mayBeDump = length <= SettingsDump.MAX_BYTES && (dump || !octets);
    ShellVerdict verdict = mayBeDump ? SettingsDump.judge(source.text()) : null;
    boolean quotes = false;
    if (verdict == null) {
      List<Page> pages = PageParser.acting(source);
      quotes = pages.stream().anyMatch(Page::hasTypographic);
      verdict = judge(pages, content, from, to);
    }
    if (!verdict.shell() && source.isRewritten()) {
      // What looks encoded may be there to make the rest unreadable.
      List<Page> pages = PageParser.acting(SourceText.readAsIs(content, from, to));
      quotes |= pages.stream().anyMatch(Page::hasTypographic);
      verdict = verdict.or(judge(pages, content, from, to));
    }
    if (!verdict.shell() && quotes) {
      SourceText without = SourceText.readWithoutQuotes(content, from, to);
      verdict = verdict.or(judge(PageParser.acting(without), content, from, to));
    }
    if (Php.runsRequest(source)) {
      verdict = verdict.or(Php.VERDICT);
    }
    return source.isDamagedScript() ? verdict.or(EncodedScript.DAMAGED) : verdict;
  }

  private ShellVerdict judge(List<Page> pages, byte[] content, int from, int to) {
    ShellVerdict verdict = ShellVerdict.CLEAN;
    for (Page page : pages) {
      if (!verdict.shell()) {
        verdict = verdict.or(score(page, content, from, to));
      }
    }
    return verdict;
  }

  /** The verdict on a page, whether or not a quick look would have found nothing in it. */
  ShellVerdict score(Page page, byte[] content, int from, int to) {
    if (page.foreign() && Foreign.runsRequest(page)) {
      return Foreign.VERDICT;
    }
    List<Token> tokens = Scopes.apart(tokens(page));
    Flow flow = new Flow(tokens, page.controls());
    Evidence evidence = new Evidence(tokens, flow, rules, page.includes());
    Purposes purposes = new Purposes(tokens, flow);
    Secrets secrets = new Secrets(tokens, flow);
    Supplier<List<String>> words = () -> Words.find(rules.words(), content, from, to);
    return new Scorer(page, evidence, purposes, secrets, words).verdict();
  }

  private static List<Token> tokens(Page page) {
    List<Token> read = new ArrayList<>();
    for (Page.Segment segment : page.segments()) {
      read(segment, read);
    }
    for (String component : page.components()) {
      read.add(new Token(Token.Kind.STRING, component));
      read.add(Token.STATEMENT_END);
    }
    List<Token> written = Shorthand.writtenOut(read);
    List<Token> tokens = Folder.fold(page.standsAlone() ? EmptyNames.leftOut(written) : written);
    Dialect dialect = page.segments().isEmpty() ? Dialect.VB : page.segments().getFirst().dialect();
    int unpacked = 0;
    int done = 0;
    for (int depth = 0; depth < MAX_DEPTH && done < tokens.size(); depth++) {
      List<Token> inner = new ArrayList<>();
      for (String code : Unpacker.hiddenCode(tokens.subList(done, tokens.size()))) {
        unpacked += code.length();
        if (unpacked <= MAX_UNPACKED_CHARS) {
          readInner(code, dialect, inner);
        }
      }
      done = tokens.size();
      if (!inner.isEmpty()) {
        tokens = new ArrayList<>(tokens);
        tokens.addAll(Shorthand.writtenOut(inner));
        tokens = Folder.fold(tokens);
        done = Math.min(done, tokens.size());
      }
    }
    return tokens;
  }

  /** Code in a literal: bare, or a page or stylesheet with code of its own. */
  private static void readInner(String code, Dialect dialect, List<Token> out) {
    if (code.indexOf('<') < 0) {
      Lexer.read(code, dialect, out, MAX_TOKENS);
      return;
    }
    Page page = PageParser.parse(code);
    if (page.segments().isEmpty()) {
      Lexer.read(code, dialect, out, MAX_TOKENS);
    }
    for (Page.Segment segment : page.segments()) {
      read(segment, out);
    }
  }

  private static void read(Page.Segment segment, List<Token> out) {
    int start = out.size();
    Lexer.read(segment.code(), segment.dialect(), out, MAX_TOKENS);
    Set<String> ordinary =
        switch (segment.form()) {
          case BINDING -> Set.of("eval");
          case RAZOR -> BASIC_ONLY;
          case BLOCK, EXPRESSION, STYLESHEET -> Set.of();
        };
    for (int i = start; i < out.size() && !ordinary.isEmpty(); i++) {
      if (out.get(i).kind() == Token.Kind.NAME && ordinary.contains(out.get(i).text())) {
        out.set(i, new Token(Token.Kind.NAME, "column"));
      }
    }
  }
}
