package org.wachtpost.inspect.check;

import java.util.Locale;
import org.wachtpost.inspect.artefact.ScheduledTask;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/** I17: scheduled tasks. */
final class TaskRules {
  private TaskRules() {}

  /** True for names published for this campaign's tasks. */
  static boolean known(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith("winnet") || lower.endsWith("vsperfmon");
  }

  static void review(EvidenceFile file, ScheduledTask task, FindingSink sink) {
    boolean known = known(file.windowsPath().name());
    boolean windows = file.windowsPath().within("tasks\\microsoft\\windows");
    if (!known && !task.fetches() && (windows || !task.worthALook())) {
      return;
    }
    Confidence confidence =
        known && task.worthALook()
            ? Confidence.HIGH
            : task.fetches() ? Confidence.MEDIUM : Confidence.LOW;
    sink.report(
        new Sighting(CheckId.I17, Stage.AFTER, "scheduled task to review", Source.file(file.path()))
            .at(task.registered())
            .because(
                confidence,
                known
                    ? "its name is published for this campaign"
                    : task.fetches()
                        ? "it fetches or hides what it runs"
                        : "it runs an interpreter or a program from a folder anybody may write to")
            .see(Published.ATTACK + "T1053/005/")
            .detail("task", file.windowsPath().text())
            .detail("command", String.join(" | ", task.commands()))
            .detail("author", task.author())
            .sameAs(file.path()));
  }
}
