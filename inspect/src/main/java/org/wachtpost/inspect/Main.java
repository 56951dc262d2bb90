package org.wachtpost.inspect;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.wachtpost.inspect.report.Screen;

/**
 * Entry of the process for {@code wachtpost inspect}: the inspector needs nothing of the server,
 * and with its command line it would take twice as long to start.
 */
public final class Main {
  private Main() {}

  /**
   * Inspects, and ends the process with the verdict's exit status.
   *
   * @param arguments {@code inspect} and what follows it on the command line
   */
  public static void main(String[] arguments) {
    System.exit(
        InspectCommand.run(
            List.of(arguments).subList(1, arguments.length),
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            Terminal.of(Terminal.OUTPUT).orElse(Screen.PAGE),
            Terminal.of(Terminal.ERRORS).isPresent()));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
