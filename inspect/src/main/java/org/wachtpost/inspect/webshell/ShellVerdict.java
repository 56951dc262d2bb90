package org.wachtpost.inspect.webshell;

import java.util.List;

/**
 * What {@link ShellScanner} makes of a file.
 *
 * @param score 0 (nothing) to 100 (certain)
 * @param shell the score reaches {@link ShellScanner#SHELL_SCORE}
 * @param kind what the file would do for an attacker
 * @param reasons for people, strongest first; from a fixed vocabulary, no text of the file
 */
public record ShellVerdict(int score, boolean shell, Kind kind, List<String> reasons) {
  /** What a web shell is for. */
  public enum Kind {
    NONE,
    /** Runs code that the client sends. */
    CODE,
    /** Starts programs. */
    COMMAND,
    /** Writes, reads or lists files of the client's choice. */
    FILES,
    /** Takes uploads. */
    UPLOAD,
    /** Opens databases, registry or management of the client's choice. */
    DATA,
    /** Loads assemblies, objects or machine code. */
    LOADER,
    /** Passes connections on. */
    TUNNEL,
    /** Virtual directory settings, written to disk, with script in an address. */
    SETTINGS_DUMP,
    /** Code that hides what it runs. */
    HIDDEN
  }

  static final ShellVerdict CLEAN = new ShellVerdict(0, false, Kind.NONE, List.of());

  public ShellVerdict {
    reasons = List.copyOf(reasons);
  }

  /** The one that says more. */
  ShellVerdict or(ShellVerdict other) {
    return other.score > score ? other : this;
  }
}
