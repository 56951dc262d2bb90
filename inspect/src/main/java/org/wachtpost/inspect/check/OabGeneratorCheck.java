package org.wachtpost.inspect.check;

import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.log.Timestamps;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/** I06: CVE-2021-26858 leaves a failed download with a temporary file outside its folder. */
final class OabGeneratorCheck {
  private static final Pattern FAILED =
      Pattern.compile(
          "download failed and temporary file\\s*['\"]?(.{3,1000}?)['\"]?\\s*needs to be removed",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?");
  private static final Pattern RUN = Pattern.compile(".*\\.(aspx|ashx|asmx|asp|cer|soap|svc)");

  private OabGeneratorCheck() {}

  /** Looks at a line; true if it had a time. */
  static boolean line(
      String text, long number, String path, SourceTracker tracker, FindingSink sink) {
    Instant time = time(text);
    if (time != null) {
      tracker.seen(time);
    }
    Matcher failed = FAILED.matcher(text);
    if (failed.find()) {
      String file = failed.group(1).strip();
      String lower = file.toLowerCase(Locale.ROOT).replace('/', '\\');
      if (!lower.contains("\\clientaccess\\oab\\") || lower.contains("..")) {
        boolean runs = RUN.matcher(lower).matches();
        sink.report(
            new Sighting(
                    CheckId.I06,
                    Stage.WRITTEN,
                    "file written through CVE-2021-26858",
                    Source.line(path, number))
                .at(time)
                .because(Confidence.HIGH, "a download was written outside the address book folder")
                .decisive(runs)
                .see(Published.PROXYLOGON_LOGS)
                .detail("file", file)
                .detail("chain", "ProxyLogon")
                .sameAs(lower));
      }
    }
    return time != null;
  }

  private static @Nullable Instant time(String text) {
    Matcher matcher = TIME.matcher(text.length() > 200 ? text.substring(0, 200) : text);
    return matcher.find() ? Timestamps.parse(matcher.group()) : null;
  }
}
