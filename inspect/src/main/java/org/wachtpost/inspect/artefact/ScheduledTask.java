package org.wachtpost.inspect.artefact;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A scheduled task as Windows stores it.
 *
 * @param author who registered it
 * @param date when, as written (local time)
 * @param commands what it runs, with arguments
 * @param damage what was wrong with the file, or null
 */
public record ScheduledTask(
    String author, String date, List<String> commands, @Nullable String damage) {
  private static final Pattern FETCHES =
      Pattern.compile(
          "https?://|downloadstring|downloadfile|\\biex\\b|invoke-expression|-enc\\b|-e[nc]* "
              + "[a-z0-9+/=]{40}|frombase64|-w(indowstyle)? +hidden|urlcache|bitsadmin|mshta",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern INTERPRETER =
      Pattern.compile(
          "(powershell|pwsh|cmd|certutil|mshta|wscript|cscript|regsvr32|rundll32|bitsadmin)"
              + "(\\.exe)?\\b",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern WRITABLE =
      Pattern.compile(
          "\\\\users\\\\public\\\\|\\\\temp\\\\|\\\\programdata\\\\|\\\\perflogs\\\\",
          Pattern.CASE_INSENSITIVE);

  public ScheduledTask {
    commands = List.copyOf(commands);
  }

  /** Reads a task file (UTF-16 or UTF-8). */
  public static ScheduledTask parse(byte[] file) {
    StringBuilder author = new StringBuilder();
    StringBuilder date = new StringBuilder();
    List<String> commands = new ArrayList<>();
    String damage =
        XmlElements.read(
            file,
            new XmlElements.Visitor() {
              @Override
              public void element(String path, Map<String, String> attributes) {
                if (path.equals("/task/actions/exec")) {
                  commands.add("");
                } else if (path.equals("/task/actions/comhandler")) {
                  commands.add("COM ");
                }
              }

              @Override
              public void text(String path, String text) {
                switch (path) {
                  case "/task/registrationinfo/author" -> author.append(text);
                  case "/task/registrationinfo/date" -> date.append(text);
                  case "/task/actions/exec/command",
                      "/task/actions/exec/arguments",
                      "/task/actions/comhandler/classid" -> {
                    int last = commands.size() - 1;
                    commands.set(last, (commands.get(last) + " " + text).strip());
                  }
                  default -> {}
                }
              }
            });
    return new ScheduledTask(author.toString(), date.toString(), commands, damage);
  }

  /** When it was registered, taking its local time as UTC; null if it does not say. */
  public @Nullable Instant registered() {
    return org.wachtpost.inspect.log.Timestamps.parse(date.replace('T', ' '));
  }

  /** True if it fetches, hides or decodes what it runs. */
  public boolean fetches() {
    return commands.stream().anyMatch(command -> FETCHES.matcher(command).find());
  }

  /** True if it runs an interpreter, or a program from where anybody may write. */
  public boolean worthALook() {
    return commands.stream()
        .anyMatch(command ->
            INTERPRETER.matcher(command).find()
                || WRITABLE.matcher(command.toLowerCase(Locale.ROOT)).find());
  }
}
