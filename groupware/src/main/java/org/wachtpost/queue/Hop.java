package org.wachtpost.queue;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A host to bring messages to.
 *
 * @param host its name, as certificates and people know it
 * @param address resolved
 * @param login what to log in with, or null
 */
public record Hop(String host, InetSocketAddress address, TlsRule tls, @Nullable Login login) {
  public Hop {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("address of " + host + " is not resolved");
    }
    if (login != null && !(tls instanceof TlsRule.Verified)) {
      throw new IllegalArgumentException("a password goes over verified TLS only");
    }
  }

  /** {@code mx.example.org [192.0.2.1]:25}. */
  @Override
  public String toString() {
    return host + " [" + address.getAddress().getHostAddress() + "]:" + address.getPort();
  }
}
