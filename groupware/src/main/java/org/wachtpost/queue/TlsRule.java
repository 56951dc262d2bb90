package org.wachtpost.queue;

import java.util.List;
import org.wachtpost.dns.TlsaRecord;

/** What a connection must be before a message goes over it. */
public sealed interface TlsRule {
  /** Never TLS. */
  record Plain() implements TlsRule {}

  /** TLS if offered, with any certificate; in the clear if not (RFC 7435). */
  record Opportunistic() implements TlsRule {}

  /** TLS or nothing, with any certificate (RFC 7672 §2.2: only unusable TLSA records). */
  record Encrypted() implements TlsRule {}

  /** TLS with a certificate of a known authority for the name. */
  record Verified(String name) implements TlsRule {}

  /**
   * TLS with a certificate that the DNS vouches for (RFC 7672).
   *
   * @param name the TLSA base domain
   * @param names of which a certificate that an authority signed must have one; with records of
   *     usage 2 at least one
   * @param records at least one, all usable: usage 2 or 3
   */
  record Dane(String name, List<String> names, List<TlsaRecord> records) implements TlsRule {
    public Dane {
      names = List.copyOf(names);
      records = List.copyOf(records);
      if (records.isEmpty()) {
        throw new IllegalArgumentException("DANE without records");
      }
    }
  }

  /** Whether whom we talk to is proven (RFC 8689 §4.2.1). */
  default boolean isVerified() {
    return switch (this) {
      case Verified _, Dane _ -> true;
      case Plain _, Opportunistic _, Encrypted _ -> false;
    };
  }
}
