package org.wachtpost.inspect.log;

/** Receives what a {@link LogScanner} finds in one file; called from the scanning thread only. */
public interface RowHandler {
  /** The separator and quoting of the file. */
  LogFormat format();

  /**
   * A header was met; columns are as it names them from here on.
   *
   * @return the columns that the handler looks at; the others are not cut and read as empty
   */
  int[] fields(Fields fields);

  /** A line that begins with {@code #} and is not the column header, without the {@code #}. */
  default void directive(String text, long line) {}

  /** A row; valid only during the call. */
  void row(Row row);

  /** A place that could not be read; reading goes on after it. */
  void damage(long line, String what);
}
