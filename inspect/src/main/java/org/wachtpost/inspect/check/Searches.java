package org.wachtpost.inspect.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which parts of a command line only look for what they name: {@code findstr mimikatz} is no use of
 * it. Whoever puts a search beside what he runs is not believed for the rest. Pure.
 */
final class Searches {
  /** Command lines within command lines. */
  private static final int MAX_DEPTH = 3;

  private static final Set<String> SEARCHERS =
      Set.of(
          "findstr",
          "find",
          "where",
          "dir",
          "tasklist",
          "select-string",
          "sls",
          "get-childitem",
          "gci",
          "get-process",
          "get-service",
          "where-object",
          "test-path",
          "grep",
          "yara",
          "yara32",
          "yara64");

  /** Programs that look for things if this is the first that they are told. */
  private static final Map<String, Set<String>> QUERIES =
      Map.of(
          "sc", Set.of("query", "queryex", "qc"),
          "reg", Set.of("query"),
          "schtasks", Set.of("/query"));

  private static final Pattern SHELL =
      Pattern.compile(
          "\\s*+(?:\"[^\"]*\\\\|[^\"\\s]*\\\\|\")?(?:cmd|powershell|pwsh)(?:\\.exe)?\"?\\s"
              + "(?:[^\"]{0,200}?\\s)??[-/](?:c|k|command)\\s++(.*)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** Runs or writes more than a search does, within one statement. */
  private static final Pattern MORE =
      Pattern.compile(
          "\\$\\(|`|[{}]|>[^\\n]{0,300}?\\.(?:exe|dll|ps1|bat|cmd|vbs|js|as[phm]x?)\\b",
          Pattern.CASE_INSENSITIVE);

  /** Right in it lie Windows' own programs; folders beneath it and beside it are open to others. */
  private static final Pattern SYSTEM_FOLDER =
      Pattern.compile(
          "^\"?(?:[a-z]:\\\\windows|%(?:windir|systemroot)%)"
              + "\\\\(?:system32|syswow64|sysnative)\\\\[^\\\\]*$");

  /** What password stealers and procdump are told; no scanner takes such. */
  private static final Pattern TOOL =
      Pattern.compile(
          "::|\\s[-/](?:accepteula\\b|m[amp]\\s{1,9}(?:[\"']?lsass|\\d))",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern TOLD = Pattern.compile("[-/](?:c|f|e(?:c|n|$))");

  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private Searches() {}

  /** The command line without its statements that only search; as it is if it has none. */
  static String without(String command) {
    return without(command, 0);
  }

  private static String without(String command, int depth) {
    List<String> kept = new ArrayList<>();
    boolean less = false;
    for (String statement : statements(command)) {
      Matcher shell = SHELL.matcher(statement);
      if (depth < MAX_DEPTH && shell.matches()) {
        String inner = unquoted(shell.group(1).strip());
        String acts = without(inner, depth + 1);
        less |= !acts.equals(inner);
        kept.add(acts.equals(inner) ? statement : statement.substring(0, shell.start(1)) + acts);
      } else if (searches(statement)) {
        less = true;
      } else {
        kept.add(statement);
      }
    }
    // What a shell is given by a pipe it runs.
    return !less || kept.stream().anyMatch(Searches::interpreter)
        ? command
        : String.join(" & ", kept);
  }

  private static boolean searches(String statement) {
    String[] words = BLANKS.split(statement.strip(), 3);
    String program = words[0].replace("\"", "");
    String first = words.length > 1 ? words[1].toLowerCase(Locale.ROOT) : "";
    String verb = verb(program);
    boolean search =
        SEARCHERS.contains(verb) || QUERIES.getOrDefault(verb, Set.of()).contains(first);
    // No scanner lies in Windows' folder; what a renamed tool is told has its own form.
    boolean told = verb.startsWith("yara") && TOOL.matcher(statement).find();
    return search && !told && genuine(program) && !MORE.matcher(statement).find();
  }

  /** Whether a program that has the name of one that searches may be that: tools are renamed. */
  static boolean genuine(String program) {
    String path = program.toLowerCase(Locale.ROOT);
    return path.indexOf('\\') < 0
        || SYSTEM_FOLDER.matcher(path).find()
        || verb(path).startsWith("yara")
        || !SEARCHERS.contains(verb(path)) && !QUERIES.containsKey(verb(path));
  }

  private static String verb(String program) {
    return SecurityEvents.name(program).replaceFirst("\\.exe$", "");
  }

  /** Whether it runs what it is given by a pipe; one that is told what to run does not. */
  private static boolean interpreter(String statement) {
    String[] words = BLANKS.split(statement.strip().toLowerCase(Locale.ROOT).replace("\"", ""));
    return switch (verb(words[0])) {
      case "iex", "invoke-expression" -> true;
      case "cmd" -> Stream.of(words).noneMatch(word -> word.startsWith("/c"));
      case "powershell", "pwsh" ->
          words[words.length - 1].equals("-")
              || Stream.of(words).noneMatch(word -> TOLD.matcher(word).lookingAt());
      default -> false;
    };
  }

  /** Cut where a shell begins another one; a quote that is never closed hides nothing. */
  private static List<String> statements(String command) {
    List<String> statements = new ArrayList<>();
    boolean closed = quotes(command) % 2 == 0;
    boolean quoted = false;
    int start = 0;
    for (int at = 0; at < command.length(); at++) {
      char c = command.charAt(at);
      if (c == '^' && !quoted) {
        at++;
      } else if (c == '"') {
        quoted = closed && !quoted;
      } else if (!quoted && (c == '&' || c == '|' || c == ';' || c == '\n')) {
        statements.add(command.substring(start, at));
        start = at + 1;
      }
    }
    statements.add(command.substring(start));
    statements.removeIf(String::isBlank);
    return statements;
  }

  /** Quotes that begin or end something: not those that are escaped outside of others. */
  private static int quotes(String command) {
    int quotes = 0;
    for (int at = 0; at < command.length(); at++) {
      char c = command.charAt(at);
      if (c == '^' && quotes % 2 == 0) {
        at++;
      } else if (c == '"') {
        quotes++;
      }
    }
    return quotes;
  }

  private static String unquoted(String text) {
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }
}
