package org.wachtpost.mailauth;

import java.util.Locale;

/** What is to be done with a message; also what a DMARC policy asks for (RFC 9989 §4.7, tag p). */
public enum Disposition {
  /** Nothing: it is delivered. */
  NONE,
  /** It goes to Junk. */
  QUARANTINE,
  /** It is refused at the end of DATA. */
  REJECT;

  /** The word of the policy. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a policy in test mode asks for: one step less (RFC 9989 §4.7, tag t). */
  Disposition oneStepLess() {
    return this == REJECT ? QUARANTINE : NONE;
  }
}
