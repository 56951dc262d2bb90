package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.Set;

/**
 * What the server would run in a page.
 *
 * @param controls lower-case ids of controls whose text comes from the client
 * @param includes files named by server-side includes
 * @param commands commands of {@code #exec} server-side includes
 * @param components class ids and program ids of {@code <object runat=server>}
 * @param foreign a block is in a language that is added to Windows: Perl, Python and the like
 * @param standsAlone the page has no code file, base class, master page or include: nothing of a
 *     larger product
 * @param shownChars characters that are neither code nor a directive
 */
record Page(
    List<Segment> segments,
    Set<String> controls,
    List<String> includes,
    List<String> commands,
    List<String> components,
    boolean foreign,
    boolean standsAlone,
    int shownChars) {

  /** The tag of a script, a doctype, and what somebody else may have put in front of all pages. */
  private static final int MAX_BARE_CHARS = 600;

  enum Form {
    BLOCK,
    /** {@code <%= %>}: a value that is written out. */
    EXPRESSION,
    /** {@code <%# %>}: data binding, where {@code Eval("Column")} reads a column. */
    BINDING,
    /** Script in a stylesheet, which runs where a page is transformed with it. */
    STYLESHEET,
    /** A page without any tag that runs: C# behind {@code @} among prose. */
    RAZOR
  }

  record Segment(String code, Dialect dialect, Form form) {}

  /** Whether the page stands alone and has no more code than this. */
  boolean isOnlyAFew(int chars) {
    int length = segments.stream().mapToInt(segment -> segment.code().length()).sum();
    return standsAlone && length <= chars;
  }

  /** Whether the page stands alone and has hardly anything but code. */
  boolean isBare() {
    return standsAlone && shownChars <= MAX_BARE_CHARS;
  }

  /** Whether quotes are in its Basic that only one of the languages of that name takes for such. */
  boolean hasTypographic() {
    return segments.stream()
        .filter(segment -> segment.dialect() == Dialect.VB)
        .anyMatch(segment -> SourceText.hasTypographic(segment.code()));
  }

  boolean hasJscript() {
    return segments.stream().anyMatch(segment -> segment.dialect() == Dialect.JSCRIPT);
  }

  boolean isStylesheet() {
    return segments.stream().anyMatch(segment -> segment.form() == Form.STYLESHEET);
  }
}
