package org.wachtpost.mailauth;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a message's ARC chain is worth (RFC 8617 §5.2).
 *
 * @param sets one for each sealer, the oldest first; only of a chain that passes
 * @param reason why it failed, in our words
 */
public record ArcVerdict(Status status, List<Set> sets, @Nullable String reason) {

  /** The chain validation status (RFC 8617 §4.4). */
  public enum Status {
    NONE,
    PASS,
    FAIL;

    /** The word of RFC 8617. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What one sealer said.
   *
   * @param sealer tag d= of the ARC-Seal, lower case
   * @param results the ARC-Authentication-Results without the instance
   */
  public record Set(int instance, String sealer, String results) {}

  public ArcVerdict {
    sets = List.copyOf(sets);
  }
}
