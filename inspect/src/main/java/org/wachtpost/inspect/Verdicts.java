package org.wachtpost.inspect;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Coverage;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.model.Verdict;

/** Weighs findings and coverage into the words that may be said. */
final class Verdicts {
  /** Checks of which at least one must have looked before "nothing found" may be said. */
  private static final List<String> TELLING =
      List.of("I03", "I05", "I06", "I08", "I09", "I10", "I12", "I14", "I16");

  /** Cleared logs named. */
  private static final int MAX_NAMED = 5;

  private static final String NOTHING = "The checks that could look found nothing.";

  private Verdicts() {}

  static Verdict of(List<Finding> findings, Coverage coverage) {
    List<Finding> telling =
        findings.stream().filter(finding -> finding.confidence() != Confidence.LOW).toList();
    if (compromised(telling)) {
      return Verdict.COMPROMISED;
    }
    if (telling.stream().anyMatch(finding -> finding.stage().reaches(Stage.SESSION_GRANTED))) {
      return Verdict.LIKELY_COMPROMISED;
    }
    if (telling.stream().anyMatch(finding -> finding.stage() == Stage.ATTEMPTED)) {
      return Verdict.ATTEMPTED;
    }
    if (telling.stream().anyMatch(finding -> finding.stage() == Stage.PROBED)) {
      return Verdict.PROBED;
    }
    // What was cleared would have shown it.
    boolean cleared = findings.stream().anyMatch(one -> one.check().equals("I19"));
    return enough(coverage) && !cleared ? Verdict.NOTHING_FOUND : Verdict.CANNOT_TELL;
  }

  /** One decisive finding, or two of different checks that bear each other out. */
  private static boolean compromised(List<Finding> findings) {
    for (Finding one : findings) {
      if (one.decisive() && one.stage().reaches(Stage.WRITTEN)) {
        return true;
      }
      if (!one.stage().reaches(Stage.WRITTEN)) {
        continue;
      }
      for (Finding other : findings) {
        boolean bears =
            other.stage().reaches(Stage.SESSION_GRANTED)
                && !other.check().equals(one.check())
                && !other.source().path().equals(one.source().path())
                && (other.confidence() == Confidence.HIGH || one.confidence() == Confidence.HIGH);
        if (bears) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean enough(Coverage coverage) {
    boolean looked =
        coverage.checks().stream()
            .anyMatch(check -> check.looked() && TELLING.contains(check.check()));
    return looked && new LogWindow(coverage).enough();
  }

  private static String cannotTell(List<Finding> findings, Coverage coverage) {
    LogWindow window = new LogWindow(coverage);
    if (!window.enough()) {
      String why = window.shortage();
      return Character.toUpperCase(why.charAt(0)) + why.substring(1) + "." + unopened(coverage);
    }
    return findings.stream()
        .filter(one -> one.check().equals("I19"))
        .findFirst()
        .map(one -> "What would show it may be gone: " + place(one))
        .orElse("No check that could show it had anything to look at.");
  }

  /** What may hold what is missing. */
  private static String unopened(Coverage coverage) {
    return coverage.notes().stream()
        .filter(note -> note.startsWith("not opened, "))
        .map(note -> " N" + note.substring(1) + ".")
        .collect(Collectors.joining());
  }

  /** Why the verdict; what was covered is said beside it ({@link #summary}). */
  static String reason(
      Verdict verdict,
      List<Finding> findings,
      Coverage coverage,
      Map<String, String> server,
      List<String> remarks) {
    String said =
        switch (verdict) {
          case COMPROMISED -> "The evidence shows that an intruder was in" + shown(findings);
          case LIKELY_COMPROMISED ->
              (entered(findings)
                      ? "One source shows that an intruder was in, none contradicts it"
                      : "What was found is what intruders leave or do once they are in; nothing in"
                          + " what was covered shows one getting in")
                  + shown(findings);
          case ATTEMPTED -> "The holes were used; nothing shows that it worked" + shown(findings);
          case PROBED -> "Somebody looked whether the holes are there" + shown(findings);
          case CANNOT_TELL -> cannotTell(findings, coverage);
          case NOTHING_FOUND -> NOTHING;
        };
    StringBuilder text = new StringBuilder(said);
    String order = server.get("order");
    if (order != null && verdict.exitStatus() >= Verdict.ATTEMPTED.exitStatus()) {
      text.append(' ')
          .append(Character.toUpperCase(order.charAt(0)))
          .append(order.substring(1))
          .append('.');
    }
    if (findings.stream().anyMatch(one -> one.stage() == Stage.EXPOSED)) {
      text.append(" The server is exposed.");
    }
    if (verdict.exitStatus() >= Verdict.PROBED.exitStatus()) {
      text.append(cleared(findings));
    }
    remarks.forEach(remark -> text.append(' ').append(remark));
    return text.toString();
  }

  /** What was cleared is gone, whatever else was found. */
  private static String cleared(List<Finding> findings) {
    List<Finding> cleared =
        findings.stream()
            .filter(one -> one.check().equals("I19") && one.time() != null)
            .sorted((one, other) -> Finding.BY_TIME.compare(one.time(), other.time()))
            .toList();
    if (cleared.isEmpty()) {
      return "";
    }
    Instant first = Objects.requireNonNull(cleared.getFirst().time());
    String names =
        cleared.stream()
            .map(one -> one.details().getOrDefault("channel", ""))
            .filter(name -> !name.isEmpty())
            .distinct()
            .limit(MAX_NAMED)
            .collect(Collectors.joining(", "));
    return " Event logs were cleared"
        + (names.isEmpty() ? "" : " (" + names + ")")
        + (cleared.size() == 1 ? " on " : ", first on ")
        + minute(first)
        + ": what they held from before is gone.";
  }

  /** Whether anything shows the way in or the use of it, and not only what may come after. */
  private static boolean entered(List<Finding> findings) {
    return findings.stream()
        .anyMatch(one ->
            one.confidence() != Confidence.LOW
                && one.stage().reaches(Stage.SESSION_GRANTED)
                && one.stage() != Stage.AFTER);
  }

  /** The finding that shows it best: decisive before others, then the furthest, then the first. */
  private static String shown(List<Finding> findings) {
    return findings.stream()
        .filter(one -> one.confidence() != Confidence.LOW && one.stage() != Stage.EXPOSED)
        .max(Verdicts::byWeight)
        .map(one -> ": " + place(one))
        .orElse(".");
  }

  private static int byWeight(Finding one, Finding other) {
    int order = Boolean.compare(one.decisive(), other.decisive());
    if (order == 0) {
      order = one.confidence().compareTo(other.confidence());
    }
    if (order == 0) {
      order = one.stage().compareTo(other.stage());
    }
    return order != 0 ? order : Finding.BY_TIME.compare(other.time(), one.time());
  }

  private static String place(Finding finding) {
    Instant time = finding.time();
    return finding.title()
        + " ("
        + finding.check()
        + (time == null ? "" : ", " + minute(time))
        + ").";
  }

  private static String minute(Instant time) {
    return time.toString().substring(0, 16).replace('T', ' ') + " UTC";
  }

  /** The verdict in a sentence or two, always with what it rests on. */
  static String summary(Verdict verdict, String reason, Coverage coverage) {
    // "Nothing found" never stands without the coverage right behind it.
    return verdict == Verdict.NOTHING_FOUND
        ? "Nothing found " + coverage.sentence() + "." + reason.substring(NOTHING.length())
        : Character.toUpperCase(verdict.word().charAt(0))
            + verdict.word().substring(1)
            + ": "
            + Character.toLowerCase(reason.charAt(0))
            + reason.substring(1)
            + " Looked "
            + coverage.sentence()
            + ".";
  }
}
