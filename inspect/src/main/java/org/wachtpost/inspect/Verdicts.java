package org.wachtpost.inspect;

import java.util.List;
import java.util.Map;
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

  private static String cannotTell(Coverage coverage) {
    LogWindow window = new LogWindow(coverage);
    return "Cannot tell: "
        + (window.enough()
            ? "there is too little evidence of the kinds that show it, or it was cleared"
            : window.shortage())
        + ".";
  }

  static String summary(
      Verdict verdict, List<Finding> findings, Coverage coverage, Map<String, String> server) {
    String said =
        switch (verdict) {
          case COMPROMISED -> "Compromised: the evidence shows that an intruder was in.";
          case LIKELY_COMPROMISED ->
              "Likely compromised: one source shows it, none contradicts it.";
          case ATTEMPTED -> "Attempted: the holes were used; nothing shows that it worked.";
          case PROBED -> "Probed: somebody looked whether the holes are there.";
          case CANNOT_TELL -> cannotTell(coverage);
          case NOTHING_FOUND -> "Nothing found";
        };
    String order = server.get("order");
    long exposed = findings.stream().filter(one -> one.stage() == Stage.EXPOSED).count();
    StringBuilder text = new StringBuilder(said);
    if (order != null && verdict.exitStatus() >= Verdict.ATTEMPTED.exitStatus()) {
      text.append(' ')
          .append(Character.toUpperCase(order.charAt(0)))
          .append(order.substring(1))
          .append('.');
    }
    if (exposed > 0) {
      text.append(
          verdict == Verdict.NOTHING_FOUND
              ? "; the server is exposed,"
              : " The server is" + " exposed.");
    }
    text.append(verdict == Verdict.NOTHING_FOUND ? " " : " Looked ");
    return text.append(coverage.sentence()).append('.').toString();
  }
}
