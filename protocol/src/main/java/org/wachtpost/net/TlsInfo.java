package org.wachtpost.net;

import org.jspecify.annotations.Nullable;

/**
 * What a TLS handshake agreed on.
 *
 * @param version {@code TLSv1.3}
 * @param cipherSuite IANA name
 * @param serverName the host name that the client asked for (SNI), or null
 */
public record TlsInfo(String version, String cipherSuite, @Nullable String serverName) {
  /** Version and suite as access events show them. */
  @Override
  public String toString() {
    return version + " " + cipherSuite;
  }
}
