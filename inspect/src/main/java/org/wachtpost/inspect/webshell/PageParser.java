package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds in the text of a page what the server would run. One pass, nothing is looked at twice. What
 * no server runs, but would if a site had not changed the page when it showed it, is read only on
 * demand: such a start may stand in the text of a page, and hide a block behind it.
 */
final class PageParser {
  /** A tag is looked through for its end so far, whatever else there is. */
  static final int MAX_TAG_CHARS = 4096;

  /** What is longer is looked through too, as long as it is not more than this in all. */
  private static final int MAX_LONG_TAGS_CHARS = 4 << 20;

  /** Of more tags that are so long, or that nothing ends, the attributes are not read. */
  private static final int MAX_LONG_TAGS = 1000;

  private static final int SAMPLE_CHARS = 48;

  /** Controls that run something by themselves; no page of a product has so many. */
  private static final int MAX_CONTROLS = 100;

  /** Spaces in front of the sign of an include. */
  private static final int MAX_SPACES = 32;

  private static final Set<String> CODE_ONLY =
      Set.of("webhandler", "webservice", "servicehost", "class");
  private static final Set<String> PRODUCT_ATTRIBUTES =
      Set.of("inherits", "codebehind", "codefile", "src", "masterpagefile", "class", "service");
  private static final List<String> CODE_ENDINGS =
      List.of(".asp", ".inc", ".asa", ".aspx", ".ascx", ".cs", ".vb");
  private static final Set<String> INPUT_TAGS =
      Set.of("input", "textarea", "select", "asp:textbox", "asp:hiddenfield", "asp:fileupload");

  /** A bit for each length that the name of a tag may have to be read further. */
  private static final long NAME_LENGTHS =
      Stream.of(Set.of("script", "msxsl:script", "object"), INPUT_TAGS, DataSources.TAGS)
          .flatMap(Set::stream)
          .mapToLong(name -> 1L << name.length())
          .reduce(0, (one, other) -> one | other);

  /** A part of the text from one place up to another. */
  private record Pending(int from, int to, @Nullable Dialect dialect, Page.Form form) {}

  private final SourceText text;
  private final byte[] octets;
  private final int end;
  private final CodeWords words;

  /** Whether to read also what no server would run as it is. */
  private final boolean mends;

  /** There is something that no server would run as it is. */
  private boolean mayBeMended;

  private final List<Pending> pending = new ArrayList<>();
  private final Set<String> controls = new HashSet<>();
  private final List<String> includes = new ArrayList<>();
  private final List<String> commands = new ArrayList<>();
  private final List<String> components = new ArrayList<>();
  private final List<String> controlCode = new ArrayList<>();
  private @Nullable Dialect pageDialect;
  private @Nullable Dialect guessed;

  private final NextPlace blockEnds;
  private final TagEnds tagEnds;
  private int directiveChars;
  private int longTagsChars;
  private int longTags;
  private boolean dotNet;
  private boolean foreign;
  private boolean partOfProduct;

  private PageParser(SourceText text, boolean mends) {
    this.text = text;
    this.mends = mends;
    this.octets = text.octets();
    this.end = text.to();
    this.words = new CodeWords(octets, end);
    this.blockEnds = new NextPlace(this::blockEnd);
    this.tagEnds = new TagEnds(octets, text.from(), end);
  }

  static Page parse(String text) {
    PageParser parser = new PageParser(SourceText.of(text), true);
    parser.read();
    return parser.page();
  }

  /**
   * The page in a text as a server reads it, and as it was before a site changed it; neither if
   * nothing in it can be run to an end: most pages are so.
   */
  static List<Page> acting(SourceText text) {
    List<Page> pages = new ArrayList<>();
    PageParser parser = new PageParser(text, false);
    parser.addTo(pages);
    if (parser.mayBeMended) {
      new PageParser(text, true).addTo(pages);
    }
    return pages;
  }

  private void addTo(List<Page> pages) {
    read();
    if (acts()) {
      pages.add(page());
    }
  }

  private void read() {
    int at = Octets.indexOf(octets, '<', text.from(), end);
    while (at < end) {
      at = Octets.indexOf(octets, '<', after(at), end);
    }
    if (pending.isEmpty() && looksRazor()) {
      dotNet = true;
      pending.add(new Pending(text.from(), end, Dialect.CSHARP, Page.Form.RAZOR));
    }
  }

  /** Reads what starts at a {@code <}: the place to look on from. */
  private int after(int at) {
    int next = at + 1;
    int mark = next < end ? octets[next] : ' ';
    if (mark == '%') {
      return block(at);
    }
    if (isTagStart(mark)) {
      return tag(at, false);
    }
    if (mark == '!' && matches(at, "<!--")) {
      return comment(at);
    }
    return mark == ' ' && next + 1 < end ? afterSpace(at, next + 1) : next;
  }

  /** {@code < %@ Page %>}, {@code < script>}: so sites show code that is copied from them. */
  private int afterSpace(int at, int next) {
    if (octets[next] == '%' && blockEnds.from(next + 1) < end) {
      mayBeMended = true;
      return mends ? block(at + 1) : next;
    }
    return octets[next] == 's' || octets[next] == 'S' ? tag(at + 1, true) : next;
  }

  /** Included files, server-side objects and sources of data need no word that acts. */
  private boolean acts() {
    if (foreign || !includes.isEmpty() || !commands.isEmpty() || !components.isEmpty()) {
      return true;
    }
    if (!controlCode.isEmpty()) {
      return true;
    }
    for (Pending part : pending) {
      // In JScript members can be called by names that are put together.
      boolean members = Octets.indexOf(octets, '[', part.from(), part.to()) < part.to();
      if (members && dialect(part) == Dialect.JSCRIPT
          || Prefilter.mayAct(text, part.from(), part.to(), part.form())) {
        return true;
      }
    }
    return false;
  }

  private Page page() {
    boolean alone = !partOfProduct && includes.stream().noneMatch(PageParser::isCode);
    int code = pending.stream().mapToInt(part -> part.to() - part.from()).sum();
    int shown = end - text.from() - code - directiveChars;
    return new Page(resolved(), controls, includes, commands, components, foreign, alone, shown);
  }

  /** Texts and parts of pages lie in every site, for whoever wants to include one. */
  private static boolean isCode(String included) {
    String lower = included.strip().toLowerCase(Locale.ROOT);
    return CODE_ENDINGS.stream().anyMatch(lower::endsWith);
  }

  private int block(int at) {
    if (matches(at, "<%--")) {
      int close = blockEnds.from(at + 2);
      while (close < end && !(octets[close - 1] == '-' && octets[close - 2] == '-')) {
        close = blockEnds.from(close + 1);
      }
      return Math.min(end, close + 2);
    }
    int close = blockEnds.from(at + 2);
    int next = Math.min(end, close + 2);
    int mark = at + 2 < close ? octets[at + 2] : ' ';
    int sign = behindSpaces(at + 2, close);
    boolean names = sign < close && octets[sign] == '@';
    // <% @name.Call() %> is code: behind spaces a name may stand in the form of a directive.
    boolean spaced = sign > at + 2;
    if (names && (!spaced || close < end && Directive.isOne(octets, sign + 1, close))) {
      directiveChars += next - at;
      return directive(text.part(sign + 1, close), next);
    }
    if (!isCode(at + 2, close)) {
      return at + 2; // by chance: a block may start before the sign that would end this one
    }
    switch (mark) {
      case '#' -> add(at + 3, close, null, Page.Form.BINDING);
      case '=', ':' -> add(at + 3, close, null, Page.Form.EXPRESSION);
      case '$' -> {}
      default -> add(at + 2, close, null, Page.Form.BLOCK);
    }
    return next;
  }

  /** The place of the first character that is no space. */
  private int behindSpaces(int from, int to) {
    int i = from;
    while (i < to && octets[i] >= 0 && octets[i] <= ' ') {
      i++;
    }
    return i;
  }

  /** The place of {@code %>}; the end if there is none. */
  private int blockEnd(int from) {
    int at = Octets.indexOf(octets, '%', from, end);
    while (at < end && (at + 1 == end || octets[at + 1] != '>')) {
      at = Octets.indexOf(octets, '%', at + 1, end);
    }
    return at;
  }

  private int directive(String body, int next) {
    String trimmed = body.strip();
    int space = 0;
    while (space < trimmed.length() && Character.isLetter(trimmed.charAt(space))) {
      space++;
    }
    String name = trimmed.substring(0, space).toLowerCase(Locale.ROOT);
    Map<String, String> attributes = attributes(trimmed);
    String language = attributes.get("language");
    if (language != null && Dialect.named(language) != null) {
      pageDialect = Dialect.named(language);
    }
    foreign |= language != null && Foreign.isNamed(language);
    boolean codeOnly = CODE_ONLY.contains(name);
    if (name.equals("language") || name.equals("codepage")) {
      codeOnly = attributes.containsKey("class"); // <%@ Language="C#" Class="Handler" %>
      dotNet |= codeOnly;
    } else {
      dotNet = true;
    }
    for (String attribute : attributes.keySet()) {
      boolean ownClass = codeOnly && !attribute.startsWith("code");
      boolean ofSystem = attribute.equals("inherits") && namesSystem(attributes.get(attribute));
      partOfProduct |= PRODUCT_ATTRIBUTES.contains(attribute) && !ownClass && !ofSystem;
    }
    if (codeOnly) {
      add(next, end, pageDialect, Page.Form.BLOCK);
      return end;
    }
    return next;
  }

  /** {@code Inherits="System.Web.UI.Page"}: so every page does, of a product or not. */
  private static boolean namesSystem(@Nullable String type) {
    return type != null && type.strip().regionMatches(true, 0, "system.", 0, 7);
  }

  /** An include may have spaces before its sign; a comment of HTML may hold blocks. */
  private int comment(int at) {
    int sign = at + 4;
    while (sign < end && sign < at + MAX_SPACES && octets[sign] >= 0 && octets[sign] <= ' ') {
      sign++;
    }
    return sign < end && octets[sign] == '#' ? include(sign + 1) : at + 4;
  }

  private int include(int at) {
    String near = text.part(at, Math.min(end, at + MAX_TAG_CHARS));
    int close = near.indexOf("-->");
    if (close < 0) {
      return at;
    }
    String body = near.substring(0, close);
    Map<String, String> attributes = attributes(body);
    String lower = body.stripLeading().toLowerCase(Locale.ROOT);
    if (lower.startsWith("include")) {
      addIfThere(includes, attributes.get("file"));
      addIfThere(includes, attributes.get("virtual"));
    } else if (lower.startsWith("exec")) {
      addIfThere(commands, attributes.get("cmd"));
      addIfThere(commands, attributes.get("cgi"));
    }
    return at + close + 3;
  }

  private int tag(int at, boolean spaced) {
    int nameEnd = at + 1;
    while (nameEnd < end && isTagChar(octets[nameEnd])) {
      nameEnd++;
    }
    int length = nameEnd - at - 1;
    if (length >= Long.SIZE || (NAME_LENGTHS >>> length & 1) == 0) {
      return nameEnd; // most tags are none of those
    }
    String name = text.part(at + 1, nameEnd).toLowerCase(Locale.ROOT);
    boolean script = name.equals("script") || name.equals("msxsl:script");
    boolean source = DataSources.TAGS.contains(name);
    if (!script && !name.equals("object") && !INPUT_TAGS.contains(name) && !source) {
      return nameEnd;
    }
    int close = tagEnd(nameEnd);
    longTags += close - nameEnd >= MAX_TAG_CHARS ? 1 : 0;
    if (close - nameEnd >= MAX_TAG_CHARS && longTags > MAX_LONG_TAGS) {
      return nameEnd;
    }
    Map<String, String> attributes = attributes(text.part(nameEnd, close));
    String runAt = attributes.get("runat");
    boolean server = runAt != null && runAt.strip().equalsIgnoreCase("server");
    // No browser has C#: what else would run it.
    String language = attributes.getOrDefault("language", "");
    boolean csharp = language.regionMatches(true, 0, "c#", 0, 2);
    boolean sheet = name.equals("msxsl:script");
    if (script && (server || csharp || sheet)) {
      boolean runs = server && !sheet && !spaced;
      mayBeMended |= !runs;
      return runs || mends ? script(name, attributes, Math.min(close + 1, end)) : nameEnd;
    }
    String id = attributes.get("id");
    if (server && INPUT_TAGS.contains(name) && id != null) {
      controls.add(id.toLowerCase(Locale.ROOT));
    } else if (server && name.equals("object")) {
      addIfThere(components, attributes.get("classid"));
      addIfThere(components, attributes.get("progid"));
    } else if (server && source && controlCode.size() < MAX_CONTROLS) {
      addIfThere(controlCode, DataSources.code(attributes));
    }
    return nameEnd;
  }

  private int script(String name, Map<String, String> attributes, int from) {
    int close = text.indexOfIgnoreCase("</" + name, from);
    int stop = close < 0 ? end : close;
    String language = attributes.getOrDefault("language", "");
    foreign |= Foreign.isNamed(language);
    Page.Form form = name.equals("script") ? Page.Form.BLOCK : Page.Form.STYLESHEET;
    add(from, stop, Dialect.named(language), form);
    return stop;
  }

  private void add(int from, int to, @Nullable Dialect dialect, Page.Form form) {
    if (to > from && isCode(from, to)) {
      pending.add(new Pending(from, to, dialect, form));
    }
  }

  /** Whether a server would run it: it is text, or has words that no picture has. */
  private boolean isCode(int from, int to) {
    return isText(from, to) || words.next(from) < to;
  }

  /** Pictures and programs hold {@code <%} by chance: then what follows is not text. */
  private boolean isText(int from, int to) {
    int controls = 0;
    for (int i = from; i < Math.min(to, from + SAMPLE_CHARS); i++) {
      int c = octets[i];
      controls += (c > 0 && c < 9) || (c > 13 && c < 32) ? 1 : 0;
    }
    return controls <= SAMPLE_CHARS / 16;
  }

  private List<Page.Segment> resolved() {
    List<Page.Segment> segments = new ArrayList<>(pending.size());
    for (Pending part : pending) {
      String code = text.part(part.from(), part.to());
      segments.add(new Page.Segment(code, dialect(part), part.form()));
    }
    for (String code : controlCode) {
      segments.add(new Page.Segment(code, Dialect.CSHARP, Page.Form.BLOCK));
    }
    return segments;
  }

  private Dialect dialect(Pending part) {
    Dialect known = part.dialect() == null ? pageDialect : part.dialect();
    if (known != null) {
      return known;
    }
    known = guessed == null ? guess() : guessed;
    guessed = known;
    return known;
  }

  private Dialect guess() {
    StringBuilder code = new StringBuilder();
    for (Pending part : pending) {
      if (part.dialect() == null) {
        code.append(text.part(part.from(), part.to())).append('\n');
      }
    }
    return Dialect.guess(code.toString(), dotNet);
  }

  /** The place of the {@code >} that ends the tag. */
  private int tagEnd(int from) {
    int limit = Math.min(end, from + MAX_TAG_CHARS);
    int close = tagEnds.next(from, limit);
    if (close < limit) {
      return close;
    }
    int bare = Math.min(limit, tagEnds.bare(from));
    if (bare < limit && !mends) {
      mayBeMended = true; // a quote that nothing closes, or one with a long text behind it
      return bare;
    }
    int far = Math.min(end, limit + MAX_LONG_TAGS_CHARS - longTagsChars);
    int found = tagEnds.next(from, far);
    longTagsChars += found - limit;
    return found < far ? found : bare;
  }

  /** {@code name=value} pairs, values bare or in either quotes, names in lower case. */
  static Map<String, String> attributes(String body) {
    Map<String, String> found = new HashMap<>();
    int equals = body.indexOf('=');
    while (equals >= 0) {
      int nameEnd = equals;
      while (nameEnd > 0 && Character.isWhitespace(body.charAt(nameEnd - 1))) {
        nameEnd--;
      }
      int name = nameEnd;
      while (name > 0 && isTagChar(body.charAt(name - 1))) {
        name--;
      }
      int value = equals + 1;
      while (value < body.length() && Character.isWhitespace(body.charAt(value))) {
        value++;
      }
      int end = valueEnd(body, value);
      boolean quoted = value < body.length() && isQuote(body.charAt(value));
      String bare = body.substring(quoted ? value + 1 : value, end);
      found.putIfAbsent(body.substring(name, nameEnd).toLowerCase(Locale.ROOT), bare);
      equals = body.indexOf('=', Math.max(end, equals + 1));
    }
    return found;
  }

  private static int valueEnd(String body, int value) {
    if (value >= body.length()) {
      return body.length();
    }
    if (isQuote(body.charAt(value))) {
      int end = body.indexOf(body.charAt(value), value + 1);
      return end < 0 ? body.length() : end;
    }
    int end = value;
    while (end < body.length() && !Character.isWhitespace(body.charAt(end))) {
      end++;
    }
    boolean closes = end == body.length() && end > value + 1 && body.charAt(end - 1) == '/';
    return closes ? end - 1 : end; // id=name/>
  }

  private boolean looksRazor() {
    if (Octets.indexOf(octets, '@', text.from(), end) == end) {
      return false;
    }
    String all = text.text();
    return (all.contains("@{") || all.contains("@functions")) && all.contains("Request");
  }

  private boolean matches(int at, String mark) {
    if (end - at < mark.length()) {
      return false;
    }
    for (int i = 0; i < mark.length(); i++) {
      if (octets[at + i] != mark.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static void addIfThere(List<String> list, @Nullable String value) {
    if (value != null) {
      list.add(value);
    }
  }

  private static boolean isTagStart(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isTagChar(int c) {
    return isTagStart(c) || (c >= '0' && c <= '9') || c == ':' || c == '-' || c == '_';
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'';
  }
}
