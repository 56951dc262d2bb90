package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Pages in Perl, Python, Ruby or PHP, which the Windows script host can have added. Few are left
 * anywhere, so their code is not parsed: what reads the request and starts programs or runs text is
 * taken for what it looks like.
 */
final class Foreign {
  static final ShellVerdict VERDICT =
      new ShellVerdict(
          75,
          true,
          ShellVerdict.Kind.COMMAND,
          List.of("reads the request and starts programs, in a language of its own"));

  /** Longer blocks are looked at up to here. */
  private static final int MAX_CHARS = 256 << 10;

  private static final List<String> LANGUAGES = List.of("perl", "python", "ruby", "php");

  private static final Pattern RUNS =
      Pattern.compile(
          "`[^`\n]{0,200}[`$]"
              + "|\\b(exec|popen|qx|passthru|shell_exec|spawnl?|subprocess)\\b"
              + "|\\bsystem(\\s*[($@]|\\s+[\"'])" // and not the word in what is shown
              + "|\\beval\\b(?!\\s*\\{)" // a block is run to catch what fails in it
              + "|\\bopen[ (][^;\n]{0,200}\\|");

  private Foreign() {}

  static boolean isNamed(String language) {
    String lower = language.strip().toLowerCase(Locale.ROOT);
    return LANGUAGES.stream().anyMatch(lower::startsWith);
  }

  static boolean runsRequest(Page page) {
    boolean reads = false;
    boolean runs = false;
    for (Page.Segment segment : page.segments()) {
      String code = segment.code();
      String part = code.length() > MAX_CHARS ? code.substring(0, MAX_CHARS) : code;
      reads |= part.toLowerCase(Locale.ROOT).contains("request");
      runs |= RUNS.matcher(part).find();
    }
    return reads && runs;
  }
}
