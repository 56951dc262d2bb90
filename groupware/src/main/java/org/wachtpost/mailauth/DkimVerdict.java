package org.wachtpost.mailauth;

import org.jspecify.annotations.Nullable;

/**
 * What one DKIM signature is worth. Its texts come from the message.
 *
 * @param domain tag d=, lower case; null if it could not be read
 * @param selector tag s=
 * @param identity tag i=, or {@code @} and the domain
 * @param algorithm tag a=
 * @param signatureStart the first characters of tag b= (RFC 6008 §3), to tell signatures apart
 * @param reason why it did not pass, in our words; null if it did
 */
public record DkimVerdict(
    DkimStatus status,
    @Nullable String domain,
    @Nullable String selector,
    @Nullable String identity,
    @Nullable String algorithm,
    @Nullable String signatureStart,
    @Nullable String reason) {

  /** Whether the signing domain takes responsibility for the message. */
  public boolean passed() {
    return status == DkimStatus.PASS;
  }
}
