package org.wachtpost.imap.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Pulls the tokens of one command after another from a stream. Between commands it holds no bytes.
 *
 * <p>Whatever happens, {@link #skipRest} leaves the stream at the start of the next command.
 */
public final class CommandReader {
  private static final int COPY_BYTES = 16_384;
  private static final int END = -1;

  /** Tells the client to go on with a synchronizing literal, and pushes out what is buffered. */
  @FunctionalInterface
  public interface Continuation {
    void request() throws IOException;
  }

  /**
   * An announced literal.
   *
   * @param size its bytes
   * @param synchronizing whether the client waits for leave to send it
   * @param binary whether it is a literal8
   */
  public record LiteralHeader(long size, boolean synchronizing, boolean binary) {}

  private final ByteSource in;
  private WireLimits limits;
  private final Continuation continuation;
  private int lineBytes;
  private int literalBytes;
  private boolean ended = true;
  private boolean afterCr;
  private boolean noCommand;
  private long unreadLiteral;

  public CommandReader(ByteSource in, WireLimits limits, Continuation continuation) {
    this.in = in;
    this.limits = limits;
    this.continuation = continuation;
  }

  public WireLimits limits() {
    return limits;
  }

  /** Other limits from the next command on. */
  public void limits(WireLimits others) {
    limits = others;
  }

  /** Begins the next command: all limits of a command count from here. */
  public void start() {
    lineBytes = 0;
    literalBytes = 0;
    ended = false;
    afterCr = false;
    noCommand = false;
    unreadLiteral = 0;
  }

  /** The next byte of the command, or -1 at its line's end; stays unread. */
  public int peek() throws IOException, ImapSyntaxException {
    if (ended) {
      return END;
    }
    int next = peekByte();
    if (next == '\r' && !afterCr) {
      in.read();
      afterCr = true;
      next = peekByte();
    }
    if (next == '\n') {
      return END;
    }
    if (afterCr) {
      afterCr = false;
      throw new ImapSyntaxException("CR without LF");
    }
    return next;
  }

  /** The next byte of the command, or -1 at its line's end. */
  int read() throws IOException, ImapSyntaxException {
    int next = peek();
    if (next != END) {
      in.read();
      if (++lineBytes > limits.lineBytes()) {
        throw new ImapSyntaxException("command line longer than " + limits.lineBytes() + " bytes");
      }
    }
    return next;
  }

  public boolean nextIs(char expected) throws IOException, ImapSyntaxException {
    return peek() == expected;
  }

  public boolean atEnd() throws IOException, ImapSyntaxException {
    return peek() == END;
  }

  /** Takes the character if it is next. */
  public boolean take(char wanted) throws IOException, ImapSyntaxException {
    if (peek() != wanted) {
      return false;
    }
    read();
    return true;
  }

  public void expect(char wanted) throws IOException, ImapSyntaxException {
    if (!take(wanted)) {
      throw new ImapSyntaxException("expected '" + wanted + "', found " + describeNext());
    }
  }

  /** One space, as the grammar wants; more are read over, since some clients send them. */
  public void space() throws IOException, ImapSyntaxException {
    expect(' ');
    spaces();
  }

  /** Reads over spaces where the grammar has none: they do no harm, and some clients send them. */
  public void spaces() throws IOException, ImapSyntaxException {
    while (take(' ')) {
      // read over
    }
  }

  /** The parenthesis that begins a list. */
  public void openList() throws IOException, ImapSyntaxException {
    expect('(');
    spaces();
  }

  /** Whether another item of the list follows; else its closing parenthesis is next. */
  public boolean moreInList() throws IOException, ImapSyntaxException {
    if (!take(' ')) {
      return false;
    }
    spaces();
    return !nextIs(')');
  }

  /** The end of the command; nothing may be left on the line. */
  public void end() throws IOException, ImapSyntaxException {
    spaces();
    if (!atEnd()) {
      throw new ImapSyntaxException("unexpected text after the command: " + describeNext());
    }
    consumeLineEnd();
    ended = true;
  }

  private String describeNext() throws IOException, ImapSyntaxException {
    int next = peek();
    if (next == END) {
      return "the end of the line";
    }
    return next > 32 && next < 127 ? "'" + (char) next + "'" : String.format("byte %02x", next);
  }

  /** A tag. */
  public String tag() throws IOException, ImapSyntaxException {
    return token(Characters.TAG, "tag", 256);
  }

  /** An atom. */
  public String atom() throws IOException, ImapSyntaxException {
    return token(Characters.ATOM, "atom", limits.lineBytes());
  }

  /** An atom in capital letters: names of commands, items and options. */
  public String word() throws IOException, ImapSyntaxException {
    return atom().toUpperCase(Locale.ROOT);
  }

  /** The letters, digits, dots and dashes that come next, in capitals; at least one. */
  public String name() throws IOException, ImapSyntaxException {
    return token(Characters.NAME, "name", 64).toUpperCase(Locale.ROOT);
  }

  private String token(Characters allowed, String what, int longest)
      throws IOException, ImapSyntaxException {
    StringBuilder text = new StringBuilder();
    for (int next = peek(); next != END && allowed.contains(next); next = peek()) {
      if (text.length() == longest) {
        throw new ImapSyntaxException(what + " longer than " + longest + " bytes");
      }
      text.append((char) read());
    }
    if (text.isEmpty()) {
      throw new ImapSyntaxException("expected " + what + ", found " + describeNext());
    }
    return text.toString();
  }

  /** An astring: atom, quoted string or literal. */
  public byte[] astring() throws IOException, ImapSyntaxException {
    int next = peek();
    if (next == '"' || next == '{') {
      return string();
    }
    return token(Characters.ASTRING, "string", limits.lineBytes())
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A list pattern: as an astring, and % and * may stand in an atom. */
  public byte[] listMailbox() throws IOException, ImapSyntaxException {
    int next = peek();
    if (next == '"' || next == '{') {
      return string();
    }
    return token(Characters.LIST, "mailbox pattern", limits.lineBytes())
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A string: quoted or literal. */
  public byte[] string() throws IOException, ImapSyntaxException {
    return nextIs('"') ? quoted() : argumentLiteral();
  }

  /** A string or NIL. */
  public byte @Nullable [] nstring() throws IOException, ImapSyntaxException {
    int next = peek();
    if (next == 'N' || next == 'n') {
      if (!word().equals("NIL")) {
        throw new ImapSyntaxException("expected a string or NIL");
      }
      return null;
    }
    return string();
  }

  /** An astring as text. */
  public String text() throws IOException, ImapSyntaxException {
    return utf8(astring());
  }

  /** Bytes as UTF-8 text. */
  public static String utf8(byte[] bytes) throws ImapSyntaxException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ImapSyntaxException("text is not UTF-8");
    }
  }

  private byte[] quoted() throws IOException, ImapSyntaxException {
    expect('"');
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (true) {
      int next = read();
      if (next == '"') {
        return bytes.toByteArray();
      }
      if (next == '\\') {
        next = read();
        if (next != '"' && next != '\\') {
          throw new ImapSyntaxException("backslash before neither quote nor backslash");
        }
      }
      if (next == END || next == 0) {
        throw new ImapSyntaxException("quoted string without its end");
      }
      bytes.write(next);
    }
  }

  private byte[] argumentLiteral() throws IOException, ImapSyntaxException {
    if (!nextIs('{')) {
      // A literal8 neither: RFC 9051 §9 has it in APPEND only.
      throw new ImapSyntaxException("expected string, found " + describeNext());
    }
    LiteralHeader header = literalHeader();
    if (header.size() > limits.literalBytes() - literalBytes) {
      throw new ImapSyntaxException("literals longer than " + limits.literalBytes() + " bytes");
    }
    literalBytes += (int) header.size();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.min((int) header.size(), 4096));
    acceptLiteral(header, bytes);
    byte[] taken = bytes.toByteArray();
    for (byte value : taken) {
      if (value == 0) {
        throw new ImapSyntaxException("NUL in a literal");
      }
    }
    return taken;
  }

  /**
   * The announcement of a literal and its line end. Nothing of the literal is read; follow with
   * {@link #acceptLiteral}, or with {@link #skipRest} to refuse it.
   */
  public LiteralHeader literalHeader() throws IOException, ImapSyntaxException {
    boolean binary = take('~');
    expect('{');
    long size = literalSize();
    boolean synchronizing = !take('+');
    expect('}');
    if (!atEnd()) {
      throw new ImapSyntaxException("literal announced before the end of a line");
    }
    consumeLineEnd();
    if (synchronizing) {
      // Refused from here on, the client sends nothing more of this command.
      ended = true;
    } else {
      unreadLiteral = size;
    }
    return new LiteralHeader(size, synchronizing, binary);
  }

  private long literalSize() throws IOException, ImapSyntaxException {
    long size = 0;
    for (int digits = 0; !nextIs('+') && !nextIs('}'); digits++) {
      int next = read();
      if (next < '0' || next > '9') {
        throw new ImapSyntaxException("literal without its size");
      }
      if (digits == 18) {
        throw new OutOfStepException("literal of more than 10^18 bytes");
      }
      size = size * 10 + (next - '0');
    }
    return size;
  }

  /** Reads the literal's bytes into the sink; the command goes on behind them. */
  public void acceptLiteral(LiteralHeader header, OutputStream sink) throws IOException {
    if (header.synchronizing()) {
      continuation.request();
      ended = false;
      unreadLiteral = header.size();
    }
    byte[] copy = new byte[(int) Math.min(COPY_BYTES, unreadLiteral)];
    while (unreadLiteral > 0) {
      int count = in.read(copy, 0, (int) Math.min(copy.length, unreadLiteral));
      if (count < 0) {
        throw new EOFException("connection ended within a literal");
      }
      // The count goes down first: were the sink to fail, these bytes are read all the same.
      unreadLiteral -= count;
      sink.write(copy, 0, count);
    }
  }

  /** A number of at most 32 bits. */
  public long number() throws IOException, ImapSyntaxException {
    long value = number64();
    if (value > 0xffff_ffffL) {
      throw new ImapSyntaxException("number greater than 4294967295");
    }
    return value;
  }

  /** A number of at most 63 bits (RFC 9051 §9, number64). */
  public long number64() throws IOException, ImapSyntaxException {
    long value = 0;
    int digits = 0;
    for (int next = peek(); next >= '0' && next <= '9'; next = peek()) {
      read();
      digits++;
      if (value > (Long.MAX_VALUE - (next - '0')) / 10) {
        throw new ImapSyntaxException("number greater than 2^63-1");
      }
      value = value * 10 + (next - '0');
    }
    if (digits == 0) {
      throw new ImapSyntaxException("expected a number, found " + describeNext());
    }
    return value;
  }

  /** A sequence set, or {@code $} (RFC 9051 §6.4.4.1). */
  public SequenceSet sequenceSet() throws IOException, ImapSyntaxException {
    if (take('$')) {
      return SequenceSet.SAVED;
    }
    List<long[]> ranges = new ArrayList<>();
    do {
      long first = sequenceNumber();
      long last = take(':') ? sequenceNumber() : first;
      if (ranges.size() == limits.sequenceRanges()) {
        throw ImapSyntaxException.limit("more than " + limits.sequenceRanges() + " ranges");
      }
      ranges.add(new long[] {first, last});
    } while (take(','));
    return SequenceSet.of(ranges);
  }

  private long sequenceNumber() throws IOException, ImapSyntaxException {
    if (take('*')) {
      return SequenceSet.STAR;
    }
    long value = number();
    if (value == 0) {
      throw new ImapSyntaxException("0 in a sequence set");
    }
    return value;
  }

  /** A flag: {@code \Seen} or a keyword. */
  public String flag() throws IOException, ImapSyntaxException {
    return take('\\') ? "\\" + atom() : atom();
  }

  /** Flags in parentheses. */
  public List<String> flagList() throws IOException, ImapSyntaxException {
    List<String> flags = new ArrayList<>();
    openList();
    if (!nextIs(')')) {
      do {
        flags.add(flag());
      } while (moreInList());
    }
    expect(')');
    return flags;
  }

  /** A line that is no command: {@code DONE}, a SASL response. Its end is consumed. */
  public String line() throws IOException, ImapSyntaxException {
    noCommand = true;
    StringBuilder text = new StringBuilder();
    for (int next = read(); next != END; next = read()) {
      text.append((char) next);
    }
    consumeLineEnd();
    ended = true;
    return text.toString();
  }

  /**
   * Reads over what is left of the command, non-synchronizing literals included.
   *
   * @throws OutOfStepException when that is more than {@link WireLimits#skipBytes}
   */
  public void skipRest() throws IOException {
    long skipped = 0;
    while (!ended) {
      skipped += unreadLiteral;
      if (skipped > limits.skipBytes()) {
        throw new OutOfStepException("refused command of more than " + skipped + " bytes");
      }
      LiteralHeader rest = new LiteralHeader(unreadLiteral, false, false);
      acceptLiteral(rest, OutputStream.nullOutputStream());
      StringBuilder tail = new StringBuilder();
      int next = nextByte();
      while (next != '\n') {
        if (++skipped > limits.skipBytes()) {
          throw new OutOfStepException("refused line of more than " + skipped + " bytes");
        }
        // Only the last characters can announce a literal.
        if (tail.length() >= 64) {
          tail.delete(0, 32);
        }
        tail.append((char) next);
        next = nextByte();
      }
      unreadLiteral = noCommand ? -1 : announcedAtEnd(tail);
      ended = unreadLiteral < 0;
    }
    unreadLiteral = 0;
  }

  /** Size of a non-synchronizing literal that the line announces at its end, or -1. */
  private static long announcedAtEnd(StringBuilder line) {
    int end = line.length();
    if (end > 0 && line.charAt(end - 1) == '\r') {
      end--;
    }
    int open = line.lastIndexOf("{");
    if (end < 4 || open < 0 || line.charAt(end - 1) != '}' || line.charAt(end - 2) != '+') {
      return -1;
    }
    String digits = line.substring(open + 1, end - 2);
    boolean number = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return !number ? -1 : digits.length() > 18 ? Long.MAX_VALUE / 2 : Long.parseLong(digits);
  }

  private void consumeLineEnd() throws IOException {
    afterCr = false;
    if (nextByte() == '\r') {
      nextByte();
    }
  }

  private int peekByte() throws IOException {
    int next = in.peek();
    if (next < 0) {
      throw new EOFException("connection ended");
    }
    return next;
  }

  private int nextByte() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("connection ended");
    }
    return next;
  }
}
