package org.wachtpost.imap.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What IMAP commands cost to read. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CommandBenchmark {
  private final byte[] fetch =
      bytes("(UID FLAGS ENVELOPE BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT)]<0.512>)\r\n");
  private final byte[] search =
      bytes("UNSEEN (OR FROM \"ann\" SUBJECT \"week\") SINCE 1-Jan-2026 UID 1:4,7,9:*\r\n");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static CommandReader reader(byte[] bytes) {
    ByteSource source = ByteSource.of(new ByteArrayInputStream(bytes));
    CommandReader reader =
        new CommandReader(
            source,
            WireLimits.STANDARD,
            () -> {
              throw new IllegalStateException("no literal is there");
            });
    reader.start();
    return reader;
  }

  /** The items of a FETCH. */
  @Benchmark
  public Object fetchItems() throws IOException, ImapSyntaxException {
    return FetchItem.readAll(reader(fetch));
  }

  /** The program of a SEARCH. */
  @Benchmark
  public Object searchProgram() throws Exception {
    return SearchProgram.read(reader(search), false);
  }
}
