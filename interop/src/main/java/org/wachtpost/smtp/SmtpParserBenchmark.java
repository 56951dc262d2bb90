package org.wachtpost.smtp;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the SMTP commands of a message and its data cost to read. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SmtpParserBenchmark {
  /** Not final: a constant would be parsed once, by the compiler. */
  private String path = "<user1+work@example.test> NOTIFY=FAILURE,DELAY";

  private String parameters = " SIZE=20480 BODY=8BITMIME SMTPUTF8";
  private final byte[] data =
      ("a line of text as mail has it, of about seventy octets, end\r\n".repeat(340) + ".\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  /** The path of RCPT with what follows it. */
  @Benchmark
  public Object path() {
    return Path.parse(path);
  }

  /** Parameters of MAIL. */
  @Benchmark
  public Object parameters() {
    return Parameters.parse(parameters);
  }

  /** 20 KiB after DATA, to the line with a dot. */
  @Benchmark
  public long dotText() {
    DotText text = new DotText(OutputStream.nullOutputStream(), data.length);
    text.take(data, 0, data.length);
    return text.size();
  }
}
