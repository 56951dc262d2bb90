package org.wachtpost.inspect.check;

import org.wachtpost.inspect.log.HourTrack;
import org.wachtpost.inspect.log.LogFormat;
import org.wachtpost.inspect.log.Row;
import org.wachtpost.inspect.log.RowHandler;
import org.wachtpost.inspect.log.SourceTracker;

/** What checks over row logs share: coverage, and damage named with its file. One thread. */
abstract sealed class LogCheck implements RowHandler
    permits HttpProxyCheck,
        IisCheck,
        HttpErrorCheck,
        EcpServerCheck,
        CmdletLogCheck,
        PlainLogCheck {
  private final FindingSink sink;
  private final LogFormat format;
  private HourTrack hours = new HourTrack(new SourceTracker("", java.time.Duration.ZERO));
  private String path = "";
  private int offset;

  LogCheck(FindingSink sink, LogFormat format) {
    this.sink = sink;
    this.format = format;
  }

  /** The next file begins. */
  void begin(String file, SourceTracker tracker) {
    path = file;
    // From another row on in each file: many are short.
    offset = file.hashCode();
    hours = new HourTrack(tracker);
  }

  /** The file has ended. */
  void end() {
    hours.end();
  }

  @Override
  public final LogFormat format() {
    return format;
  }

  @Override
  public void damage(long line, String what) {
    hours.unparsable();
    sink.damage(path, "line " + line, what);
  }

  /** True for a POST, in whatever letter case. */
  static boolean post(Row row, int method) {
    return row.length(method) == 4
        && (row.at(method, 0) | 0x20) == 'p'
        && (row.at(method, 1) | 0x20) == 'o';
  }

  /** Whether the row is the one in {@link Gateways#STEP} that is looked at; the same every time. */
  final boolean isSample(Row row) {
    return (row.line() + offset) % Gateways.STEP == 0;
  }

  final FindingSink sink() {
    return sink;
  }

  final HourTrack hours() {
    return hours;
  }

  final String path() {
    return path;
  }
}
