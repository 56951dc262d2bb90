package org.wachtpost.inspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wachtpost.inspect.generator.Evidence;
import org.wachtpost.inspect.generator.Scenario;

/**
 * The oracle of the fast way: rows cut many bytes at a time, and rows looked at byte by byte, are
 * the same rows with the same columns, line numbers and damage. Checks see nothing else of a log.
 */
class SamePathsTest {
  private static final int MAX_ROW_BYTES = 4_096;

  /** Everything that a check can see of a file. */
  private static final class Everything implements RowHandler {
    final List<String> seen = new ArrayList<>();
    private final LogFormat format;
    private final Random random;
    private int[] columns = {0};

    Everything(LogFormat format, long seed) {
      this.format = format;
      this.random = new Random(seed);
    }

    @Override
    public LogFormat format() {
      return format;
    }

    @Override
    public int[] fields(Fields fields) {
      // As checks do: some columns here and there, perhaps one that is not there.
      columns = new int[1 + random.nextInt(6)];
      for (int i = 0; i < columns.length; i++) {
        columns[i] = random.nextInt(fields.size() + 1) - 1;
      }
      seen.add("fields " + fields.size());
      return columns;
    }

    @Override
    public void directive(String text, long line) {
      seen.add(line + " directive " + text);
    }

    @Override
    public void row(Row row) {
      StringBuilder text = new StringBuilder().append(row.line()).append(" row ");
      text.append(row.line(MAX_ROW_BYTES)).append(" in ").append(row.columns());
      for (int column : columns) {
        text.append('|').append(row.length(column)).append(' ').append(row.text(column));
        text.append(' ').append(row.rest(column, MAX_ROW_BYTES).length());
      }
      if (format == LogFormat.W3C) {
        row.cutAll(format);
        text.append(" all ").append(row.columns());
      }
      seen.add(text.toString());
    }

    @Override
    public void damage(long line, String what) {
      seen.add(line + " damage " + what);
    }
  }

  /** Gives as many bytes at a time as it likes. */
  private static final class Pieces extends InputStream {
    private final InputStream whole;
    private final Random random;

    Pieces(byte[] bytes, long seed) {
      this.whole = new ByteArrayInputStream(bytes);
      this.random = new Random(seed);
    }

    @Override
    public int read() throws IOException {
      return whole.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return whole.read(into, offset, Math.min(length, 1 + random.nextInt(MAX_ROW_BYTES)));
    }
  }

  /** Looks at one byte after the other. */
  private static final class ByteCutter extends RowCutter {
    ByteCutter() {
      super(MAX_ROW_BYTES);
    }

    @Override
    int cut(byte[] bytes, int start, int end, int limit, boolean last) {
      begin(bytes, start);
      int count = 0;
      int at = start;
      while (count < columns) {
        if (opens(at)) {
          return cutQuoted(at, count, end, limit, last);
        }
        if (bytes[at] == '\n' || bytes[at] == separator) {
          row.to[count++] = at;
        }
        if (bytes[at++] == '\n') {
          row.columns = count;
          return at;
        }
      }
      row.columns = count;
      while (bytes[at] != '\n') {
        at++;
      }
      return at + 1;
    }
  }

  private static List<String> seen(byte[] log, LogFormat format, long seed, RowCutter cutter)
      throws IOException {
    Everything everything = new Everything(format, seed);
    new LogScanner(cutter).scan(new Pieces(log, seed), everything);
    return everything.seen;
  }

  private static List<String> same(byte[] log, LogFormat format, long seed) throws IOException {
    List<String> slow = seen(log, format, seed, new ByteCutter());
    assertThat(seen(log, format, seed, new RowCutter(MAX_ROW_BYTES)))
        .as("seed %d, %s", seed, format)
        .isEqualTo(slow);
    return slow;
  }

  @Test
  void hostileLogsAreTheSameRows() throws IOException {
    long seed = Long.getLong("wachtpost.seed", new Random().nextLong());
    System.out.println("SamePathsTest seed " + seed + " (-Dwachtpost.seed=...)");
    int rows = 0;
    for (long round = seed; round < seed + 400; round++) {
      byte[] log = hostile(new Random(round));
      for (LogFormat format : LogFormat.values()) {
        rows +=
            (int) same(log, format, round).stream().filter(one -> one.contains(" row ")).count();
      }
    }
    assertThat(rows).as("the generator makes rows").isGreaterThan(10_000);
  }

  /** Lines that are rows, nearly rows and no rows, with quotes opened, closed and neither. */
  private static byte[] hostile(Random random) {
    String[] parts = {
      "2021-03-03T06:49:01.123Z",
      "2021-03-03 06:49:01",
      ",",
      ",",
      ",",
      " ",
      " ",
      "\"",
      "\"\"",
      ",\"",
      "\",",
      "\n",
      "\r\n",
      "\n2021-03-03,",
      "\r\n2021-03-03 ",
      "a",
      "/owa/auth/x.aspx",
      "ServerInfo~a]@b:444/ecp/x",
      "200",
      "\n#Fields: date time a b c d\n",
      "\n#x\n",
      "\0",
      "\u00e9",
      "*+#\u008a\u00a2\u00ac",
      "\nDateTime,a,b,c\n",
      "x".repeat(70),
      "y".repeat(130),
      ",,,,,,,,,,,,,,,,",
      "\r",
      "\n\n",
      "                    "
    };
    StringBuilder text = new StringBuilder();
    if (random.nextInt(4) > 0) {
      text.append(
          random.nextBoolean() ? "#Fields: date,b,c,d,e,f,g\r\n" : "#Fields: date b c d e f\n");
    }
    int length = random.nextInt(2_000);
    for (int i = 0; i < length; i++) {
      text.append(parts[random.nextInt(parts.length)]);
      if (random.nextInt(200) == 0) {
        text.append("z".repeat(random.nextInt(2 * MAX_ROW_BYTES)));
      }
      if (random.nextInt(5) == 0) {
        text.append("\n2021-03-03,1,2,3\n");
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void plantedEvidenceIsTheSameRowsWholeAndDamaged(Scenario scenario, @TempDir Path folder)
      throws IOException {
    Evidence.make(folder, 11, scenario, 3, 40, 1);
    List<Path> logs;
    try (Stream<Path> files = Files.walk(folder)) {
      logs =
          files
              .filter(file -> file.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".log"))
              .toList();
    }
    assertThat(logs).isNotEmpty();
    Random random = new Random(scenario.ordinal());
    for (Path file : logs) {
      LogFormat format = file.toString().contains("W3SVC") ? LogFormat.W3C : LogFormat.COMMA;
      byte[] whole = Files.readAllBytes(file);
      same(whole, format, scenario.ordinal());
      byte[] damaged = Arrays.copyOf(whole, whole.length);
      for (int i = 0; i < damaged.length / 300; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) "\",\n \r\0x".charAt(random.nextInt(7));
      }
      same(damaged, format, scenario.ordinal());
    }
  }
}
