package org.wachtpost.queue;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A way that mail takes instead of the domain's MX hosts.
 *
 * @param domain the domain it is for, {@code .example.org} for all under one, {@code *} for all
 * @param host name or address literal without brackets
 * @param tls what the connection must be; the name to verify is {@code host}
 * @param login needs {@link Security#VERIFIED}
 * @param allowPrivate whether the host may have a private or loopback address
 */
public record Route(
    String domain,
    String host,
    int port,
    Security tls,
    @Nullable Login login,
    boolean allowPrivate) {

  /** What a route wants of TLS. */
  public enum Security {
    NONE,
    OPPORTUNISTIC,
    VERIFIED
  }

  public Route {
    domain = domain.toLowerCase(Locale.ROOT);
    if (domain.isEmpty() || host.isEmpty() || port < 1 || port > 0xffff) {
      throw new IllegalArgumentException("route of " + domain + " to " + host + ":" + port);
    }
    if (login != null && tls != Security.VERIFIED) {
      throw new IllegalArgumentException("a route with a password needs verified TLS");
    }
  }

  boolean isFor(String recipientDomain) {
    return domain.equals("*")
        || domain.equals(recipientDomain)
        || (domain.startsWith(".") && recipientDomain.endsWith(domain));
  }

  TlsRule rule() {
    return switch (tls) {
      case NONE -> new TlsRule.Plain();
      case OPPORTUNISTIC -> new TlsRule.Opportunistic();
      case VERIFIED -> new TlsRule.Verified(host);
    };
  }
}
