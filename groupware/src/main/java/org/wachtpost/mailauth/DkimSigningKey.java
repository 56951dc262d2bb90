package org.wachtpost.mailauth;

import java.security.PrivateKey;

/**
 * A key with the name that it signs under.
 *
 * @param domain the value of d=
 * @param selector the value of s=
 */
public record DkimSigningKey(
    String domain, String selector, DkimAlgorithm algorithm, PrivateKey privateKey) {

  /** Says nothing of the key. */
  @Override
  public String toString() {
    return "DkimSigningKey[" + selector + "._domainkey." + domain + "]";
  }
}
