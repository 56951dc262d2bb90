package org.wachtpost.mailauth;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What DMARC says of a message.
 *
 * @param authorDomain the domain of the From field, lower-case A-labels; empty if there is none
 * @param policyDomain where the policy was found; null if nowhere
 * @param policy what the domain's owner asks for when the message fails, test mode considered
 * @param reason in our words; null on pass
 */
public record DmarcVerdict(
    Result result,
    String authorDomain,
    @Nullable String policyDomain,
    Disposition policy,
    @Nullable String reason) {

  /** RFC 8601 §2.7.6 and RFC 9989 §9.2. */
  public enum Result {
    /** There is no policy. */
    NONE,
    PASS,
    FAIL,
    TEMPERROR,
    /** There is no author domain that could be asked about. */
    PERMERROR;

    /** The word in Authentication-Results. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What follows for the message, before any override. */
  public Disposition disposition() {
    return result == Result.FAIL ? policy : Disposition.NONE;
  }
}
