package org.wachtpost.inspect;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.report.JsonReport;
import org.wachtpost.inspect.report.ReportFolder;
import org.wachtpost.inspect.report.Screen;
import org.wachtpost.inspect.report.TerminalReport;
import org.wachtpost.inspect.rules.RulesException;

/** {@code wachtpost inspect}: the command, without the program around it. */
public final class InspectCommand {
  /** The evidence could not be inspected. */
  public static final int FAILED = 1;

  /** The arguments are not in order. */
  public static final int USAGE = 2;

  private InspectCommand() {}

  /**
   * Runs the command.
   *
   * @param arguments what follows {@code inspect} on the command line
   * @param out the report
   * @param err progress and errors
   * @return the exit status: the verdict's (0, 3, 10 to 13), {@link #FAILED} or {@link #USAGE}
   */
  public static int run(List<String> arguments, PrintStream out, PrintStream err) {
    return run(arguments, out, err, Screen.PAGE, false);
  }

  /**
   * Runs the command with a terminal's screen.
   *
   * @param screen the room that the report on {@code out} has
   * @param showProgress whether {@code err} is seen while it runs
   */
  static int run(
      List<String> arguments,
      PrintStream out,
      PrintStream err,
      Screen screen,
      boolean showProgress) {
    InstantSource clock = InstantSource.system();
    if (!arguments.isEmpty() && arguments.getFirst().equals(EventDump.OPTION)) {
      return dump(arguments, out, err);
    }
    Arguments parsed;
    try {
      parsed = Arguments.parse(arguments, clock.instant());
    } catch (Arguments.UsageException wrong) {
      err.println("wachtpost inspect: " + wrong.getMessage());
      err.println(Arguments.USAGE);
      return USAGE;
    }
    if (parsed.help()) {
      out.println(Arguments.USAGE);
      return 0;
    }
    try {
      return inspect(parsed, out, err, screen, new ProgressLine(err, clock, showProgress));
    } catch (NoSuchFileException missing) {
      err.println("wachtpost inspect: no such file or folder: " + missing.getMessage());
      return FAILED;
    } catch (AccessDeniedException denied) {
      err.println("wachtpost inspect: no access to " + denied.getMessage());
      return FAILED;
    } catch (FileAlreadyExistsException file) {
      err.println("wachtpost inspect: not a folder: " + file.getMessage());
      return FAILED;
    } catch (IOException | RulesException failed) {
      err.println("wachtpost inspect: " + failed.getMessage());
      return FAILED;
    } catch (OutOfMemoryError full) {
      err.println(
          "wachtpost inspect: out of memory ("
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MB); give it more with WACHTPOST_HEAP=1g, or fewer files at a time");
      return FAILED;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      err.println("wachtpost inspect: interrupted");
      return FAILED;
    }
  }

  private static int dump(List<String> arguments, PrintStream out, PrintStream err) {
    if (arguments.size() != 2 || arguments.get(1).isEmpty()) {
      err.println("wachtpost inspect: " + EventDump.OPTION + " takes one FILE and nothing else");
      return USAGE;
    }
    try {
      return EventDump.run(Path.of(arguments.get(1)), out, err);
    } catch (InvalidPathException invalid) {
      err.println("wachtpost inspect: not a path: " + arguments.get(1));
      return USAGE;
    } catch (NoSuchFileException missing) {
      err.println("wachtpost inspect: no such file or folder: " + missing.getMessage());
      return FAILED;
    } catch (IOException failed) {
      err.println("wachtpost inspect: " + failed.getMessage());
      return FAILED;
    }
  }

  private static int inspect(
      Arguments parsed, PrintStream out, PrintStream err, Screen screen, ProgressLine progress)
      throws IOException, RulesException, InterruptedException {
    Path folder = parsed.report();
    if (folder != null) {
      // Before hours of reading, not after them.
      ReportFolder.refuseInside(folder, parsed.options().paths());
      ReportFolder.make(folder);
    }
    InspectReport report = Inspection.run(parsed.options(), progress);
    progress.clear();
    if (parsed.json()) {
      StringBuilder json = new StringBuilder();
      JsonReport.write(report, json);
      out.print(json);
      out.flush();
    } else {
      TerminalReport.print(report, out, screen, folder);
    }
    if (folder != null) {
      ReportFolder.write(report, folder);
      err.println("report written to " + folder);
    }
    return report.verdict().exitStatus();
  }

  /** One line that is written over: bytes done, rate, time left. */
  private static final class ProgressLine implements ProgressListener {
    private final PrintStream err;
    private final InstantSource clock;
    private final boolean shown;
    private final Instant start;
    private boolean written;

    ProgressLine(PrintStream err, InstantSource clock, boolean shown) {
      this.err = err;
      this.clock = clock;
      this.shown = shown;
      this.start = clock.instant();
    }

    @Override
    public void listed(long files) {
      if (shown) {
        err.printf(java.util.Locale.ROOT, "\rlisting files: %,d   ", files);
        err.flush();
        written = true;
      }
    }

    @Override
    public void progress(long done, long total) {
      if (!shown || total <= 0) {
        return;
      }
      double seconds = java.time.Duration.between(start, clock.instant()).toMillis() / 1000.0;
      long left = done > 0 ? Math.round(seconds * (total - done) / done) : -1;
      err.printf(
          java.util.Locale.ROOT,
          "\r%3d%% of %,d MB, %s left   ",
          Math.min(100, done * 100 / total),
          total >> 20,
          left < 0 ? "?" : left / 60 + " min " + left % 60 + " s");
      err.flush();
      written = true;
    }

    void clear() {
      if (written) {
        err.print("\r" + " ".repeat(60) + "\r");
        err.flush();
      }
    }
  }
}
