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

/** Finds in the text of a page what the server would run. One pass, nothing is looked at twice. */
final class PageParser {
  /** A tag longer than this is not read for its attributes. */
  private static final int MAX_TAG_CHARS = 4096;

  private static final int SAMPLE_CHARS = 48;

  /** Spaces in front of the sign of an include. */
  private static final int MAX_SPACES = 32;

  private static final Set<String> CODE_ONLY =
      Set.of("webhandler", "webservice", "servicehost", "class");
  private static final Set<String> PRODUCT_ATTRIBUTES =
      Set.of("inherits", "codebehind", "codefile", "src", "masterpagefile", "class", "service");
  private static final Set<String> INPUT_TAGS =
      Set.of("input", "textarea", "select", "asp:textbox", "asp:hiddenfield", "asp:fileupload");

  /** A bit for each length that the name of a tag may have to be read further. */
  private static final long NAME_LENGTHS =
      Stream.concat(Stream.of("script", "msxsl:script", "object"), INPUT_TAGS.stream())
          .mapToLong(name -> 1L << name.length())
          .reduce(0, (one, other) -> one | other);

  private record Pending(String code, @Nullable Dialect dialect, Page.Form form) {}

  private final String text;
  private final List<Pending> pending = new ArrayList<>();
  private final Set<String> controls = new HashSet<>();
  private final List<String> includes = new ArrayList<>();
  private final List<String> commands = new ArrayList<>();
  private final List<String> components = new ArrayList<>();
  private @Nullable Dialect pageDialect;
  private boolean dotNet;
  private boolean partOfProduct;

  private PageParser(String text) {
    this.text = text;
  }

  static Page parse(String text) {
    return new PageParser(text).parse();
  }

  private Page parse() {
    int at = text.indexOf('<');
    while (at >= 0) {
      int next = at + 1;
      if (matches(at, "<%")) {
        next = block(at);
      } else if (matches(at, "<!--")) {
        next = comment(at);
      } else if (next < text.length() && isTagStart(text.charAt(next))) {
        next = tag(at);
      }
      at = text.indexOf('<', next);
    }
    if (pending.isEmpty() && looksRazor()) {
      dotNet = true;
      pending.add(new Pending(text, Dialect.CSHARP, Page.Form.RAZOR));
    }
    return new Page(
        resolved(), controls, includes, commands, components, !partOfProduct && includes.isEmpty());
  }

  private int block(int at) {
    if (matches(at, "<%--")) {
      int end = text.indexOf("--%>", at);
      return end < 0 ? text.length() : end + 4;
    }
    int close = text.indexOf("%>", at + 2);
    int end = close < 0 ? text.length() : close;
    int next = close < 0 ? text.length() : close + 2;
    char mark = at + 2 < end ? text.charAt(at + 2) : ' ';
    switch (mark) {
      case '@' -> next = directive(text.substring(at + 3, end), next);
      case '#' -> add(at + 3, end, null, Page.Form.BINDING);
      case '=', ':' -> add(at + 3, end, null, Page.Form.EXPRESSION);
      case '$' -> {}
      default -> add(at + 2, end, null, Page.Form.BLOCK);
    }
    return next;
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
    if (!name.equals("language") && !name.equals("codepage")) {
      dotNet = true;
    }
    for (String attribute : attributes.keySet()) {
      boolean ownClass = CODE_ONLY.contains(name) && !attribute.startsWith("code");
      partOfProduct |= PRODUCT_ATTRIBUTES.contains(attribute) && !ownClass;
    }
    if (CODE_ONLY.contains(name)) {
      add(next, text.length(), pageDialect, Page.Form.BLOCK);
      return text.length();
    }
    return next;
  }

  /** An include may have spaces before its sign; a comment of HTML may hold blocks. */
  private int comment(int at) {
    int sign = at + 4;
    while (sign < text.length() && sign < at + MAX_SPACES && text.charAt(sign) <= ' ') {
      sign++;
    }
    return sign < text.length() && text.charAt(sign) == '#' ? include(sign + 1) : at + 4;
  }

  private int include(int at) {
    int end = text.indexOf("-->", at, Math.min(text.length(), at + MAX_TAG_CHARS));
    if (end < 0) {
      return at;
    }
    String body = text.substring(at, end);
    Map<String, String> attributes = attributes(body);
    String lower = body.stripLeading().toLowerCase(Locale.ROOT);
    if (lower.startsWith("include")) {
      addIfThere(includes, attributes.get("file"));
      addIfThere(includes, attributes.get("virtual"));
    } else if (lower.startsWith("exec")) {
      addIfThere(commands, attributes.get("cmd"));
      addIfThere(commands, attributes.get("cgi"));
    }
    return end + 3;
  }

  private int tag(int at) {
    int nameEnd = at + 1;
    while (nameEnd < text.length() && isTagChar(text.charAt(nameEnd))) {
      nameEnd++;
    }
    int length = nameEnd - at - 1;
    if (length >= Long.SIZE || (NAME_LENGTHS >>> length & 1) == 0) {
      return nameEnd; // most tags are none of those
    }
    String name = text.substring(at + 1, nameEnd).toLowerCase(Locale.ROOT);
    boolean script = name.equals("script") || name.equals("msxsl:script");
    if (!script && !name.equals("object") && !INPUT_TAGS.contains(name)) {
      return nameEnd;
    }
    int end = tagEnd(nameEnd);
    Map<String, String> attributes = attributes(text.substring(nameEnd, end));
    String runAt = attributes.get("runat");
    boolean server = runAt != null && runAt.strip().equalsIgnoreCase("server");
    if (script && (server || name.equals("msxsl:script"))) {
      return script(name, attributes, Math.min(end + 1, text.length()));
    }
    String id = attributes.get("id");
    if (server && INPUT_TAGS.contains(name) && id != null) {
      controls.add(id.toLowerCase(Locale.ROOT));
    } else if (server && name.equals("object")) {
      addIfThere(components, attributes.get("classid"));
      addIfThere(components, attributes.get("progid"));
    }
    return nameEnd;
  }

  private int script(String name, Map<String, String> attributes, int from) {
    int end = indexOfIgnoreCase("</" + name, from);
    int stop = end < 0 ? text.length() : end;
    String language = attributes.getOrDefault("language", "");
    Page.Form form = name.equals("script") ? Page.Form.BLOCK : Page.Form.STYLESHEET;
    add(from, stop, Dialect.named(language), form);
    return stop;
  }

  private void add(int from, int to, @Nullable Dialect dialect, Page.Form form) {
    if (to > from && isText(from, to)) {
      pending.add(new Pending(text.substring(from, to), dialect, form));
    }
  }

  /** Pictures and programs hold {@code <%} by chance: then what follows is not text. */
  private boolean isText(int from, int to) {
    int controls = 0;
    for (int i = from; i < Math.min(to, from + SAMPLE_CHARS); i++) {
      char c = text.charAt(i);
      controls += (c > 0 && c < 9) || (c > 13 && c < 32) ? 1 : 0;
    }
    return controls <= SAMPLE_CHARS / 16;
  }

  private List<Page.Segment> resolved() {
    Dialect dialect = pageDialect;
    if (dialect == null) {
      StringBuilder code = new StringBuilder();
      for (Pending part : pending) {
        if (part.dialect() == null) {
          code.append(part.code()).append('\n');
        }
      }
      dialect = Dialect.guess(code.toString(), dotNet);
    }
    List<Page.Segment> segments = new ArrayList<>(pending.size());
    for (Pending part : pending) {
      Dialect own = part.dialect() == null ? dialect : part.dialect();
      segments.add(new Page.Segment(part.code(), own, part.form()));
    }
    return segments;
  }

  /** The place of the {@code >} that ends the tag, quotes and server blocks inside it skipped. */
  private int tagEnd(int from) {
    int limit = Math.min(text.length(), from + MAX_TAG_CHARS);
    char quote = 0;
    for (int i = from; i < limit; i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>' && text.charAt(i - 1) != '%') {
        return i;
      }
    }
    int plain = text.indexOf('>', from, limit);
    return plain < 0 ? limit : plain;
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
    return end;
  }

  private boolean looksRazor() {
    return (text.contains("@{") || text.contains("@functions")) && text.contains("Request");
  }

  private boolean matches(int at, String mark) {
    return text.startsWith(mark, at);
  }

  private int indexOfIgnoreCase(String mark, int from) {
    int last = text.length() - mark.length();
    for (int i = from; i <= last; i++) {
      if (text.charAt(i) == '<' && text.regionMatches(true, i, mark, 0, mark.length())) {
        return i;
      }
    }
    return -1;
  }

  private static void addIfThere(List<String> list, @Nullable String value) {
    if (value != null) {
      list.add(value);
    }
  }

  private static boolean isTagStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isTagChar(char c) {
    return isTagStart(c) || (c >= '0' && c <= '9') || c == ':' || c == '-' || c == '_';
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'';
  }
}
