package org.wachtpost.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Standard output that knows whether all of it was written, which a PrintStream keeps silent. */
final class StandardOutput extends FilterOutputStream {
  private @Nullable IOException failure;

  StandardOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  /**
   * The exit status of a command that has this one: failed, if what it says was not written. Who
   * closes a pipe, as {@code head} does, has what it wants and needs no words.
   */
  int status(int status, PrintStream words) {
    if (failure == null || status != 0) {
      return status;
    }
    String why = String.valueOf(failure.getMessage());
    if (!why.equals("Broken pipe")) {
      words.println("wachtpost: standard output cannot be written: " + Common.shown(why));
    }
    return Cli.FAILED;
  }
}
