package org.wachtpost.dns;

import java.time.Duration;
import java.util.List;

/**
 * What the DNS said.
 *
 * @param <T> what one record holds
 */
public sealed interface DnsAnswer<T> {

  /**
   * There are records.
   *
   * @param records at least one
   * @param canonicalName the owner of the records: the name asked for, or the end of its aliases
   * @param ttl how long the answer may be kept, from now; the smallest of the records and aliases
   * @param authenticated whether DNSSEC proves all of it, aliases included
   */
  record Found<T>(List<T> records, String canonicalName, Duration ttl, boolean authenticated)
      implements DnsAnswer<T> {
    public Found {
      records = List.copyOf(records);
      if (records.isEmpty()) {
        throw new IllegalArgumentException("Found without records");
      }
    }
  }

  /**
   * The name exists, but has no record of the type asked for.
   *
   * @param authenticated whether DNSSEC proves the absence
   */
  record NoData<T>(Duration ttl, boolean authenticated) implements DnsAnswer<T> {}

  /**
   * The name (or the name at the end of its aliases) does not exist.
   *
   * @param authenticated whether DNSSEC proves the absence
   */
  record NoSuchDomain<T>(Duration ttl, boolean authenticated) implements DnsAnswer<T> {}

  /**
   * There is no answer now; asking later may help.
   *
   * @param detail for people, in words; may hold text from the network
   */
  record TemporaryFailure<T>(Reason reason, String detail) implements DnsAnswer<T> {}

  /** Why there is no answer. */
  enum Reason {
    /** No server answered in time. */
    TIMEOUT,
    /** The server failed (SERVFAIL, REFUSED, …). */
    SERVER_FAILURE,
    /** The answer has signatures that are wrong or missing (RFC 4035 §4.3 Bogus). */
    BOGUS,
    /** The network gave an error, or the thread was interrupted. */
    NETWORK,
    /** The answer makes no sense: unreadable, aliases in a circle or too many. */
    MALFORMED
  }

  /** The records, or an empty list where there are none or no answer. */
  default List<T> recordsOrEmpty() {
    return switch (this) {
      case Found<T> found -> found.records();
      case NoData<T> _, NoSuchDomain<T> _, TemporaryFailure<T> _ -> List.of();
    };
  }
}
