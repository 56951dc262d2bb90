package org.wachtpost.directory;

import org.jspecify.annotations.Nullable;

/** Hears whose log-ins hold no more, once that is durable; must return soon. Thread-safe. */
@FunctionalInterface
public interface Revocations {
  /**
   * Whoever is logged in so must go.
   *
   * @param address the account's main address
   * @param credential {@code password} or the name of an app password; null for all of them
   */
  void revoked(String address, @Nullable String credential);
}
