package org.wachtpost.inspect.check;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/** Grades requests of ProxyShell and ProxyNotShell alike in the front end's and in IIS's logs. */
final class LaterChains {
  /** Where and when a request was seen. */
  record Place(Source source, @Nullable Instant time, String client) {}

  private LaterChains() {}

  static Sighting grade(
      CheckId check, ChainRules.Hidden hidden, String status, String backEnd, Place place) {
    boolean worked = status.equals("200") && (backEnd.isEmpty() || backEnd.startsWith("2"));
    String chain = hidden.chain();
    Stage stage;
    String title;
    Confidence confidence = Confidence.HIGH;
    String reason = "the path confusion of " + chain + "; the answer was " + status;
    switch (hidden.target()) {
      case "powershell" -> {
        stage = worked ? Stage.SESSION_GRANTED : Stage.ATTEMPTED;
        title =
            worked
                ? chain + ": PowerShell session at the back end"
                : chain + ": tried to reach PowerShell";
      }
      case "ews" -> {
        stage = worked ? Stage.AFTER : Stage.ATTEMPTED;
        title =
            worked
                ? chain + ": used Exchange Web Services as somebody else"
                : chain + ": tried Exchange Web Services";
      }
      default -> {
        stage = worked ? Stage.ATTEMPTED : Stage.PROBED;
        title =
            worked
                ? chain + ": reached the back end through Autodiscover"
                : chain + ": asked whether the hole is there";
        confidence = worked ? Confidence.HIGH : Confidence.MEDIUM;
      }
    }
    return new Sighting(check, stage, title, place.source())
        .at(place.time())
        .because(confidence, reason)
        .see(ChainRules.reference(chain))
        .detail("chain", chain)
        .detail("client", place.client())
        .detail("target", hidden.target())
        .detail("status", status)
        .sameAs(place.client() + " " + hidden.target());
  }
}
