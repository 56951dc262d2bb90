package org.wachtpost.imap.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.imap.wire.SearchKey.Day.Relation;
import org.wachtpost.imap.wire.SearchKey.Day.Which;

/**
 * What SEARCH, SORT and THREAD were asked.
 *
 * @param key all keys together
 * @param results what to return
 * @param modSeq whether a MODSEQ key stands in it, so that the answer tells the greatest one
 * @param numbers whether message sequence numbers stand in it
 */
public record SearchProgram(SearchKey key, SearchReturn results, boolean modSeq, boolean numbers) {
  /** Longest text that is looked for. */
  static final int LONGEST_TEXT_BYTES = 4_096;

  /** What is answered with NO, not with BAD: a charset that is not known, or too much of it all. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final boolean saves;

    RefusedException(String code, String text, boolean saves) {
      super(text, null, false, false);
      this.code = code;
      this.saves = saves;
    }

    /** The response code, without its brackets. */
    public String code() {
      return code;
    }

    /** Whether the result was to be saved. */
    public boolean saves() {
      return saves;
    }
  }

  /**
   * Reads {@code [RETURN (…)] [CHARSET …] keys} to the end of the command.
   *
   * @param utf8 whether the client has enabled UTF8=ACCEPT, so that there is one charset only
   */
  public static SearchProgram read(CommandReader in, boolean utf8)
      throws IOException, ImapSyntaxException, RefusedException {
    Parser parser = new Parser(in);
    SearchReturn results = SearchReturn.PLAIN;
    String first = in.nextIs('(') ? "" : parser.keyName();
    if (first.equals("RETURN")) {
      in.space();
      results = SearchReturn.read(in);
      in.space();
      first = in.nextIs('(') ? "" : parser.keyName();
    }
    if (first.equals("CHARSET")) {
      if (utf8) {
        // RFC 6855 §3
        throw new ImapSyntaxException("no CHARSET after ENABLE UTF8=ACCEPT: it is UTF-8");
      }
      in.space();
      parser.charset = charset(in.text(), results.has(SearchReturn.Option.SAVE));
      in.space();
      first = in.nextIs('(') ? "" : parser.keyName();
    }
    return parser.program(first, results);
  }

  /**
   * Reads {@code charset keys}, as SORT and THREAD have them, to the end of the command.
   *
   * @param results what to return (RFC 5267 §3.1)
   * @param utf8 whether the client has enabled UTF8=ACCEPT
   */
  public static SearchProgram readWithCharset(CommandReader in, SearchReturn results, boolean utf8)
      throws IOException, ImapSyntaxException, RefusedException {
    Parser parser = new Parser(in);
    Charset charset = charset(in.text(), results.has(SearchReturn.Option.SAVE));
    parser.charset = charset;
    if (utf8
        && !charset.equals(StandardCharsets.UTF_8)
        && !charset.equals(StandardCharsets.US_ASCII)) {
      // RFC 6855 §3, erratum 4029: text would have two charsets. US-ASCII contradicts nothing.
      throw new ImapSyntaxException("the charset is UTF-8 after ENABLE UTF8=ACCEPT");
    }
    in.space();
    String first = in.nextIs('(') ? "" : parser.keyName();
    return parser.program(first, results);
  }

  private static Charset charset(String name, boolean saves) throws RefusedException {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new RefusedException("BADCHARSET (US-ASCII UTF-8)", "charset is not known", saves);
    }
  }

  /** Reads keys. A key's name is read before its arguments, so it is handed down as a word. */
  private static final class Parser {
    private final CommandReader in;

    /** As the client named it; null if it did not. */
    private @Nullable Charset charset;

    private int keys;
    private boolean modSeq;
    private boolean numbers;

    Parser(CommandReader in) {
      this.in = in;
    }

    SearchProgram program(String first, SearchReturn results)
        throws IOException, ImapSyntaxException, RefusedException {
      SearchKey key;
      try {
        key = readAnd(first, 0, true);
      } catch (ImapSyntaxException e) {
        if (e.isLimit()) {
          boolean saves = results.has(SearchReturn.Option.SAVE);
          throw new RefusedException("LIMIT", String.valueOf(e.getMessage()), saves);
        }
        throw e;
      }
      in.end();
      return new SearchProgram(key, results, modSeq, numbers);
    }

    /** Keys up to the end of the line or, inside parentheses, up to the closing one. */
    private SearchKey readAnd(String first, int depth, boolean top)
        throws IOException, ImapSyntaxException {
      List<SearchKey> all = new ArrayList<>();
      String name = first;
      while (true) {
        all.add(read(name, depth));
        in.spaces();
        if (top ? in.atEnd() : in.nextIs(')')) {
          return all.size() == 1 ? all.getFirst() : new SearchKey.And(List.copyOf(all));
        }
        name = keyName();
      }
    }

    /** The next key's name; empty when a parenthesis or a number comes. */
    String keyName() throws IOException, ImapSyntaxException {
      int next = in.peek();
      boolean word = (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z');
      return word ? in.word() : "";
    }

    private SearchKey next(int depth) throws IOException, ImapSyntaxException {
      in.space();
      return read(keyName(), depth + 1);
    }

    private SearchKey read(String name, int depth) throws IOException, ImapSyntaxException {
      if (depth > in.limits().nesting()) {
        throw ImapSyntaxException.limit("search keys nested deeper than " + in.limits().nesting());
      }
      if (++keys > in.limits().searchKeys()) {
        throw ImapSyntaxException.limit("more than " + in.limits().searchKeys() + " search keys");
      }
      if (name.isEmpty()) {
        if (in.nextIs('(')) {
          in.openList();
          SearchKey inner = readAnd(keyName(), depth + 1, false);
          in.expect(')');
          return inner;
        }
        SequenceSet set = in.sequenceSet();
        numbers |= !set.isSaved();
        return new SearchKey.Numbers(set);
      }
      return switch (name) {
        case "NOT" -> new SearchKey.Not(next(depth));
        case "OR" -> new SearchKey.Or(next(depth), next(depth));
        case "UID" -> {
          in.space();
          yield new SearchKey.Uids(in.sequenceSet());
        }
        case "MODSEQ" -> readModSeq();
        case "ALL", "RECENT", "NEW", "OLD", "ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN" ->
            simple(name);
        case "UNANSWERED", "UNDELETED", "UNDRAFT", "UNFLAGGED", "UNSEEN" ->
            new SearchKey.Not(simple(name.substring(2)));
        case "SAVEDATESUPPORTED" -> new SearchKey.All();
        default -> withArgument(name);
      };
    }

    private static SearchKey simple(String name) {
      return switch (name) {
        case "ALL" -> new SearchKey.All();
        case "RECENT" -> new SearchKey.Recent();
        case "OLD" -> new SearchKey.Not(new SearchKey.Recent());
        case "NEW" ->
            new SearchKey.And(
                List.of(
                    new SearchKey.Recent(), new SearchKey.Not(new SearchKey.HasFlag("\\Seen"))));
        default -> new SearchKey.HasFlag("\\" + name);
      };
    }

    private SearchKey withArgument(String name) throws IOException, ImapSyntaxException {
      in.space();
      return switch (name) {
        case "BCC", "CC", "FROM", "TO", "SUBJECT" -> new SearchKey.Header(name, string());
        case "HEADER" -> {
          String field = in.text();
          in.space();
          yield new SearchKey.Header(field, string());
        }
        case "BODY" -> new SearchKey.Body(string());
        case "TEXT" -> new SearchKey.Text(string());
        case "KEYWORD" -> new SearchKey.HasFlag(in.atom());
        case "UNKEYWORD" -> new SearchKey.Not(new SearchKey.HasFlag(in.atom()));
        case "LARGER" -> new SearchKey.Size(true, in.number64());
        case "SMALLER" -> new SearchKey.Size(false, in.number64());
        case "OLDER" -> new SearchKey.Age(true, age());
        case "YOUNGER" -> new SearchKey.Age(false, age());
        case "EMAILID" -> new SearchKey.EmailIdIs(in.text());
        case "THREADID" -> new SearchKey.ThreadIdIs(in.text());
        default -> day(name);
      };
    }

    private SearchKey day(String name) throws IOException, ImapSyntaxException {
      Which which =
          name.startsWith("SENT")
              ? Which.SENT
              : name.startsWith("SAVED") ? Which.SAVED : Which.INTERNAL;
      String relation =
          which == Which.INTERNAL ? name : name.substring(which == Which.SENT ? 4 : 5);
      return switch (relation) {
        case "BEFORE" -> new SearchKey.Day(which, Relation.BEFORE, ImapDates.date(in));
        case "ON" -> new SearchKey.Day(which, Relation.ON, ImapDates.date(in));
        case "SINCE" -> new SearchKey.Day(which, Relation.SINCE, ImapDates.date(in));
        default -> throw new ImapSyntaxException("unknown search key");
      };
    }

    private long age() throws IOException, ImapSyntaxException {
      long seconds = in.number();
      if (seconds == 0) {
        throw new ImapSyntaxException("interval of 0 seconds");
      }
      return seconds;
    }

    /** RFC 7162 §3.1.5: an entry name may stand before the number; sequences are per message. */
    private SearchKey readModSeq() throws IOException, ImapSyntaxException {
      modSeq = true;
      in.space();
      if (in.nextIs('"')) {
        in.string();
        in.space();
        String type = in.word();
        if (!type.equals("PRIV") && !type.equals("SHARED") && !type.equals("ALL")) {
          throw new ImapSyntaxException("unknown entry type");
        }
        in.space();
      }
      return new SearchKey.ModSeq(in.number64());
    }

    private String string() throws IOException, ImapSyntaxException {
      byte[] bytes = in.astring();
      if (bytes.length > LONGEST_TEXT_BYTES) {
        throw ImapSyntaxException.limit("more than " + LONGEST_TEXT_BYTES + " bytes to look for");
      }
      Charset named = charset;
      try {
        return decode(bytes, named == null ? StandardCharsets.UTF_8 : named);
      } catch (CharacterCodingException e) {
        if (named != null) {
          throw new ImapSyntaxException("text is not in the charset that was named");
        }
        return westernEuropean(bytes);
      }
    }

    /** What Jakarta Mail writes for the characters that ISO-8859-1 has. */
    private static String westernEuropean(byte[] bytes) throws ImapSyntaxException {
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      if (text.chars().anyMatch(Character::isISOControl)) {
        throw new ImapSyntaxException("text is neither UTF-8 nor ISO-8859-1");
      }
      return text;
    }

    private static String decode(byte[] bytes, Charset charset) throws CharacterCodingException {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    }
  }
}
