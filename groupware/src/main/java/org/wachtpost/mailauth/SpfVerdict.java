package org.wachtpost.mailauth;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of one SPF check.
 *
 * @param result what SPF says
 * @param identity which name of the session was checked
 * @param domain the domain that was checked, in lower case; hostile text
 * @param explanation why it failed, in the words of the domain's owner (RFC 7208 §6.2), printable
 *     ASCII but otherwise hostile text; only with {@link SpfResult#FAIL}
 * @param problem what is wrong, in our words; only with the two errors
 */
public record SpfVerdict(
    SpfResult result,
    Identity identity,
    String domain,
    @Nullable String explanation,
    @Nullable String problem) {

  /** The identities of RFC 7208 §2.3 and §2.4. */
  public enum Identity {
    MAILFROM,
    HELO
  }
}
