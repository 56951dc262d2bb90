package org.wachtpost.inspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogScannerTest {

  /** Asks for named columns and keeps what it was given. */
  private static final class Kept implements RowHandler {
    final List<List<String>> rows = new ArrayList<>();
    final List<String> damage = new ArrayList<>();
    final List<String> directives = new ArrayList<>();
    final List<Long> lines = new ArrayList<>();
    private final LogFormat format;
    private final List<String> names;
    private int[] columns = {0};

    Kept(LogFormat format, String... names) {
      this.format = format;
      this.names = List.of(names);
    }

    @Override
    public LogFormat format() {
      return format;
    }

    @Override
    public int[] fields(Fields fields) {
      columns = names.stream().mapToInt(fields::index).toArray();
      return columns;
    }

    @Override
    public void directive(String text, long line) {
      directives.add(text);
    }

    @Override
    public void row(Row row) {
      rows.add(Arrays.stream(columns).mapToObj(row::text).toList());
      lines.add(row.line());
    }

    @Override
    public void damage(long line, String what) {
      damage.add(line + ": " + what);
    }
  }

  private static Kept scan(Kept kept, String text) throws IOException {
    new LogScanner().scan(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), kept);
    return kept;
  }

  @Test
  void columnsAreFoundByNameAndMayMoveWithinTheFile() throws IOException {
    Kept kept =
        scan(
            new Kept(LogFormat.W3C, "cs-method", "sc-status"),
            "#Fields: date time cs-method cs-uri-stem sc-status\r\n"
                + "2021-03-03 06:49:01 GET /a 200\r\n"
                + "#Fields: date time sc-status cs-method\r\n"
                + "2021-03-03 06:49:02 404 POST\r\n");
    assertThat(kept.rows).containsExactly(List.of("GET", "200"), List.of("POST", "404"));
    assertThat(kept.lines).containsExactly(2L, 4L);
  }

  @Test
  void aRowThatAPowerFailureCutOffIsToldOf() throws IOException {
    String head = "#Fields: date time cs-method\r\n2021-03-03 06:49:01 GET\r\n";
    String zeros = "\0".repeat(5_000);
    Kept cut = scan(new Kept(LogFormat.W3C, "time"), head + "2021-03-03 06:49:02 PO" + zeros);
    assertThat(cut.rows).containsExactly(List.of("06:49:01"), List.of("06:49:02"));
    assertThat(cut.damage).containsExactly("3: the file ends in zeros within a row");
    Kept after = scan(new Kept(LogFormat.W3C, "time"), head + zeros);
    assertThat(after.damage).containsExactly("3: not a row");
    assertThat(scan(new Kept(LogFormat.W3C, "time"), head).damage).isEmpty();
  }

  @Test
  void byteOrderMarkDirectivesAndRepeatedHeadersAreNotRows() throws IOException {
    Kept kept =
        scan(
            new Kept(LogFormat.COMMA, "UrlStem"),
            "\uFEFF#Version: 15.01.2106.002\r\n#Fields: DateTime,RequestId,UrlStem\r\n"
                + "DateTime,RequestId,UrlStem\r\n2021-03-03T06:49:01Z,x,/owa/\r\n");
    assertThat(kept.rows).containsExactly(List.of("/owa/"));
    assertThat(kept.directives).containsExactly("Version: 15.01.2106.002");
    assertThat(kept.damage).isEmpty();
  }

  @Test
  void quotesHoldCommasDoubledQuotesAndLineEnds() throws IOException {
    Kept kept =
        scan(
            new Kept(LogFormat.COMMA, "b", "c"),
            "#Fields: DateTime,a,b,c\n2021-03-03T06:49:01Z,x,\"one, \"\"two\"\"\nthree\",last\n"
                + "2021-03-03T06:49:02Z,x,y,z\n");
    assertThat(kept.rows)
        .containsExactly(List.of("one, \"two\"\nthree", "last"), List.of("y", "z"));
    assertThat(kept.lines).containsExactly(2L, 4L);
  }

  /** Nobody asked for the column: nothing is lost, so nothing is damaged. */
  @Test
  void lineEndsInAQuotedColumnBehindTheLastOneWantedAreNoDamage() throws IOException {
    String text =
        "#Fields: DateTime,a,b,c\n2021-03-03T06:49:01Z,x,y,\"one\ntwo\n\n\"\"three\"\"\",z\n"
            + "2021-03-03T06:49:02Z,x,y,z\nnot a row\n";
    for (int limit : new int[] {32, 40, 64, 4096}) {
      Kept kept = new Kept(LogFormat.COMMA, "a");
      new LogScanner(limit)
          .scan(new Dribble(text.getBytes(StandardCharsets.UTF_8), new Random(limit)), kept);
      assertThat(kept.rows).as("limit %d", limit).containsExactly(List.of("x"), List.of("x"));
      assertThat(kept.lines).as("limit %d", limit).containsExactly(2L, 6L);
      assertThat(kept.damage).as("limit %d", limit).containsExactly("7: not a row");
    }
  }

  @Test
  void aQuoteNeverClosedBehindTheLastColumnWantedEndsSomewhere() throws IOException {
    Kept kept =
        scan(
            new Kept(LogFormat.COMMA, "a"),
            "#Fields: DateTime,a,b\n2021-03-03T06:49:01Z,x,\"open\n"
                + "more\n".repeat(LogScanner.MAX_QUOTED_LINES + 2)
                + "2021-03-03T06:49:02Z,x,y\n");
    assertThat(kept.rows).hasSize(2);
    assertThat(kept.damage).containsExactly("203: not a row", "204: not a row");
  }

  @Test
  void aQuoteNeverClosedCostsOneRow() throws IOException {
    Kept kept =
        scan(
            new Kept(LogFormat.COMMA, "a", "b"),
            "#Fields: DateTime,a,b\n2021-03-03T06:49:01Z,\"open,b\n2021-03-03T06:49:02Z,x,y\n");
    assertThat(kept.rows).containsExactly(List.of("open,b", ""), List.of("x", "y"));
    assertThat(kept.damage).containsExactly("2: quote not closed");
  }

  @Test
  void shortRowsGiveEmptyColumnsAndNeverTheRowBefore() throws IOException {
    Kept kept =
        scan(
            new Kept(LogFormat.COMMA, "a", "c"),
            "#Fields: DateTime,a,b,c\n2021-03-03T06:49:01Z,1,2,3\n2021-03-03T06:49:02Z,4\n");
    assertThat(kept.rows).containsExactly(List.of("1", "3"), List.of("4", ""));
  }

  @Test
  void nulsAndForeignBytesAreDamageWithTheirLine() throws IOException {
    Kept kept =
        scan(
            new Kept(LogFormat.COMMA, "a"),
            "#Fields: DateTime,a\n\0\0\0\0\n2021-03-03T06:49:01Z,x\n\u00e9garbage\n");
    assertThat(kept.rows).containsExactly(List.of("x"));
    assertThat(kept.damage).containsExactly("2: not a row", "4: not a row");
  }

  @Test
  void theLastRowNeedsNoLineEnd() throws IOException {
    assertThat(scan(new Kept(LogFormat.COMMA, "a"), "#Fields: DateTime,a\n2021-03-03T1,x").rows)
        .containsExactly(List.of("x"));
  }

  /** A stream of one line of {@code size} bytes between a header and a good row. */
  private static InputStream longLine(long size) {
    byte[] head = "#Fields: DateTime,a\n2021-03-03T06:49:01Z,".getBytes(StandardCharsets.UTF_8);
    byte[] tail = "\n2021-03-03T06:49:02Z,after\n".getBytes(StandardCharsets.UTF_8);
    return new InputStream() {
      private long at;

      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        if (at >= head.length + size + tail.length) {
          return -1;
        }
        if (at >= head.length && at < head.length + size) {
          int count = (int) Math.min(length, head.length + size - at);
          Arrays.fill(bytes, offset, offset + count, (byte) 'A');
          at += count;
          return count;
        }
        bytes[offset] = at < head.length ? head[(int) at] : tail[(int) (at - head.length - size)];
        at++;
        return 1;
      }
    };
  }

  @Test
  void aLineOfOneGigabyteIsPassedOverInBoundedMemory() throws IOException {
    Kept kept = new Kept(LogFormat.COMMA, "a");
    new LogScanner().scan(longLine(1L << 30), kept);
    assertThat(kept.damage).containsExactly("2: row longer than 1048576 bytes passed over");
    assertThat(kept.rows).containsExactly(List.of("after"));
    assertThat(kept.lines).containsExactly(3L);
  }

  @Test
  void theRowLimitIsTheOneNamed() throws IOException {
    int limit = 4096;
    Kept fits = new Kept(LogFormat.COMMA, "a");
    new LogScanner(limit).scan(longLine(limit / 2), fits);
    assertThat(fits.damage).isEmpty();
    Kept over = new Kept(LogFormat.COMMA, "a");
    new LogScanner(limit).scan(longLine(limit * 2), over);
    assertThat(over.damage).hasSize(1);
    assertThat(over.rows).containsExactly(List.of("after"));
  }

  /** The fast cutter must agree with plain splitting, whatever is where and however it is read. */
  @Test
  void agreesWithPlainSplittingOnRandomRows() throws IOException {
    long seed = 20210303;
    System.out.println("LogScannerTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int columns = 1 + random.nextInt(40);
      List<String> names = new ArrayList<>(List.of("DateTime"));
      for (int i = 1; i < columns; i++) {
        names.add("c" + i);
      }
      List<String> wanted = names.stream().filter(name -> random.nextInt(4) == 0).toList();
      if (wanted.isEmpty()) {
        wanted = List.of("DateTime");
      }
      StringBuilder text = new StringBuilder("#Fields: " + String.join(",", names) + "\n");
      List<List<String>> expected = new ArrayList<>();
      for (int row = 0; row < 50; row++) {
        List<String> cells = new ArrayList<>(List.of("2021-03-03T06:49:01Z"));
        int count = random.nextInt(3) == 0 ? 1 + random.nextInt(columns) : columns;
        for (int i = 1; i < count; i++) {
          cells.add("abcdefghijklmnopqrstuvwxyz".substring(random.nextInt(26)));
        }
        text.append(String.join(",", cells)).append(random.nextBoolean() ? "\r\n" : "\n");
        expected.add(
            wanted.stream()
                .map(names::indexOf)
                .map(i -> i < cells.size() ? cells.get(i) : "")
                .toList());
      }
      Kept kept = new Kept(LogFormat.COMMA, wanted.toArray(String[]::new));
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      new LogScanner().scan(new Dribble(bytes, random), kept);
      assertThat(kept.rows).as("seed %d round %d", seed, round).isEqualTo(expected);
    }
  }

  /** Mutated logs never make the scanner fail or lose count of its place. */
  @Test
  void survivesMutations() throws IOException {
    long seed = 27065;
    System.out.println("LogScannerTest mutation seed " + seed);
    Random random = new Random(seed);
    byte[] base =
        ("#Fields: DateTime,a,b,c\r\n"
                + "2021-03-03T06:49:01Z,\"q \"\"x\"\"\",b,c\r\n".repeat(8)
                + "2021-03-03T06:49:01Z,,,\r\n#Date: x\r\nDateTime,a,b,c\r\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] evil = {'"', ',', '\n', '\r', 0, (byte) 0xff, '#', '2', ' '};
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = base.clone();
      for (int i = random.nextInt(12); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = evil[random.nextInt(evil.length)];
      }
      bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
      long newlines = 0;
      for (byte b : bytes) {
        newlines += b == '\n' ? 1 : 0;
      }
      Kept kept = new Kept(random.nextBoolean() ? LogFormat.COMMA : LogFormat.W3C, "a", "c");
      new LogScanner(512).scan(new Dribble(bytes, random), kept);
      for (long line : kept.lines) {
        assertThat(line).as("seed %d round %d", seed, round).isBetween(1L, newlines + 1);
      }
    }
  }

  /** Gives a few bytes at a time. */
  private static final class Dribble extends InputStream {
    private final byte[] bytes;
    private final Random random;
    private int at;

    Dribble(byte[] bytes, Random random) {
      this.bytes = bytes;
      this.random = random;
    }

    @Override
    public int read() {
      return at < bytes.length ? bytes[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (at == bytes.length) {
        return -1;
      }
      int count = Math.min(Math.min(length, bytes.length - at), 1 + random.nextInt(700));
      System.arraycopy(bytes, at, target, offset, count);
      at += count;
      return count;
    }
  }
}
