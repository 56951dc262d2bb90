package org.wachtpost.dns;

/**
 * An MX record.
 *
 * @param preference 0 to 65535; lower is tried first (RFC 5321 §5.1)
 * @param exchange the host, lower case without a trailing dot; {@code "."} for the null MX (RFC
 *     7505 §3)
 */
public record MxRecord(int preference, String exchange) {
  public MxRecord {
    if (preference < 0 || preference > 0xffff) {
      throw new IllegalArgumentException("MX preference " + preference);
    }
  }

  /** Whether this says that the domain takes no mail (RFC 7505 §3). */
  public boolean isNull() {
    return exchange.equals(".");
  }
}
