package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whether all that a page starts is a program of its product, as it stands in the page or in the
 * site's settings: {@code git log -1} for a version number, a deploy script. Nothing of it is the
 * client's, no interpreter is started, and nothing is typed into what was.
 */
final class OwnPrograms {
  private static final Set<String> STARTERS = Set.of("processstartinfo", "process");

  /** Members that say what is started, and with what. */
  private static final Set<String> WHAT = Set.of("filename", "arguments");

  /** Other ways to start something, and to talk to it. */
  private static final Set<String> OTHERS =
      Set.of(
          "standardinput",
          "shell",
          "createobject",
          "getobject",
          "activexobject",
          "createprocess",
          "winexec",
          "shellexecute",
          "powershell",
          "runspacefactory",
          "getmethod",
          "getmethods",
          "calltype",
          "invokemember",
          "assembly");

  /** A value made of these and of literals is the site's own. */
  private static final Set<String> SETTINGS =
      Set.of(
          "system",
          "configuration",
          "configurationmanager",
          "webconfigurationmanager",
          "configurationsettings",
          "appsettings",
          "context",
          "server",
          "mappath",
          "string",
          "empty");

  /** Parts of the names of interpreters, and of what they are asked about a host. */
  private static final List<String> INTERPRETERS =
      List.of(
          "cmd",
          "powershell",
          "wscript",
          "cscript",
          "mshta",
          "rundll32",
          "regsvr32",
          "certutil",
          "bash",
          "/sh",
          "whoami",
          "ipconfig",
          "tasklist",
          "systeminfo",
          "netstat",
          "schtasks",
          "wmic",
          "win32_",
          "quser",
          "nltest");

  private static final Set<String> QUESTIONS = Set.of("net", "net.exe", "net1", "reg", "sc", "sh");

  private final List<Token> tokens;
  private final Flow flow;

  /** Names that hold what describes a program. */
  private final Set<String> holders = new HashSet<>();

  /** Names that are given something of the client's. */
  private final Set<String> given = new HashSet<>();

  /** Names that are read somewhere. */
  private final Set<String> used = new HashSet<>();

  private boolean starts;
  private boolean others;

  OwnPrograms(List<Token> tokens, Flow flow) {
    this.tokens = tokens;
    this.flow = flow;
    flow.statements().forEach(statement -> hold(statement[0], statement[1]));
    flow.statements().forEach(statement -> read(statement[0], statement[1]));
  }

  /** Programs of the product are started, and no others. */
  boolean only() {
    // A literal that stands where a name did may hide that the client's text came after it.
    return starts && !others && used.containsAll(given);
  }

  /** {@code start = new ProcessStartInfo()}. */
  private void hold(int from, int to) {
    for (int i = from; i + 3 < to; i++) {
      boolean made = flow.sign(i + 1, '=') && tokens.get(i + 2).isName("new");
      for (int k = i + 3; made && k < Math.min(to, i + 3 + NAMESPACE_TOKENS); k++) {
        if (STARTERS.contains(tokens.get(k).text())) {
          holders.add(tokens.get(i).text());
        }
      }
    }
  }

  /** {@code System.Diagnostics.Process}. */
  private static final int NAMESPACE_TOKENS = 5;

  private void read(int from, int to) {
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      if (token.isText()) {
        others |= interprets(token.text().toLowerCase(Locale.ROOT));
      } else if (token.kind() == Token.Kind.NAME) {
        others |= OTHERS.contains(token.text());
        note(i, to);
        starts |= STARTERS.contains(token.text());
        if (WHAT.contains(token.text()) && flow.sign(i + 1, '=') && !flow.sign(i + 2, '=')) {
          others |= !isOwn(i + 2, valueEnd(i + 2, to));
        } else if (flow.sign(i + 1, '(') && startsHere(i)) {
          int end = Math.min(to, flow.closing(i + 1));
          boolean held = end - i == 3 && holders.contains(tokens.get(i + 2).text());
          others |= !held && !isOwn(i + 2, end);
        }
      }
    }
  }

  private void note(int i, int to) {
    int equals = flow.sign(i + 1, '+') || flow.sign(i + 1, '&') ? i + 2 : i + 1;
    if (!flow.sign(equals, '=') || flow.sign(equals + 1, '=') || flow.sign(i - 1, '.')) {
      used.add(tokens.get(i).text());
    } else if (equals + 1 < to && (flow.mask(equals + 1, to) & (Flow.CLIENT | Flow.UPLOAD)) != 0) {
      given.add(tokens.get(i).text());
    }
  }

  /** {@code Process.Start(…)}, {@code new ProcessStartInfo(…)}. */
  private boolean startsHere(int i) {
    boolean start = tokens.get(i).isName("start") && flow.sign(i - 1, '.') && i > 1;
    return tokens.get(i).isName("processstartinfo") || start && tokens.get(i - 2).isName("process");
  }

  private int valueEnd(int from, int to) {
    int depth = 0;
    for (int i = from; i < to; i++) {
      depth += flow.sign(i, '(') || flow.sign(i, '[') ? 1 : 0;
      depth -= flow.sign(i, ')') || flow.sign(i, ']') ? 1 : 0;
      if (depth <= 0 && (flow.sign(i, ',') || flow.sign(i, '}'))) {
        return i;
      }
    }
    return to;
  }

  private boolean isOwn(int from, int to) {
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      boolean name = token.kind() == Token.Kind.NAME && !SETTINGS.contains(token.text());
      boolean hidden = token.isText() && token.kind() != Token.Kind.STRING;
      if (name || hidden || token.isText() && isElsewhere(token.text())) {
        return false;
      }
    }
    return true;
  }

  /** A program or file anywhere on a drive, and not where programs are installed. */
  private static boolean isElsewhere(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean drive = lower.contains(":\\") || lower.contains(":/");
    return drive && !lower.contains("program files");
  }

  private static boolean interprets(String lower) {
    return QUESTIONS.contains(lower) || INTERPRETERS.stream().anyMatch(lower::contains);
  }
}
