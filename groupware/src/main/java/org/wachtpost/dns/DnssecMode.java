package org.wachtpost.dns;

/** Who proves that an answer is authentic. */
public enum DnssecMode {
  /**
   * We validate, from the root's trust anchor. Where the servers that we ask keep the signatures
   * from us altogether (the root's own keys cannot be proven), answers are taken as they are, with
   * nothing authenticated, until a later attempt succeeds.
   */
  AUTO,
  /** We validate; what cannot be proven either way is a temporary failure. */
  VALIDATE,
  /**
   * The servers that we ask validate and are reached over a path that nobody else can write to
   * (loopback); their AD flag is believed (RFC 6840 §5.8).
   */
  TRUST_AD,
  /** Nobody does: nothing is ever authenticated. */
  OFF
}
