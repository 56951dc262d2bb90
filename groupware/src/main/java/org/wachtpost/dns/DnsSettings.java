package org.wachtpost.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How the DNS is asked.
 *
 * @param servers recursive resolvers, asked in turn; empty for the ones of the system
 * @param dnssec who proves answers
 * @param trustAnchors DS or DNSKEY records in the zone file's form, from which {@link
 *     DnssecMode#AUTO} and {@link DnssecMode#VALIDATE} prove
 * @param deadline for a whole question, retries and aliases included
 * @param attemptTimeout for one server to answer once
 * @param cacheEntries answers kept
 * @param maxConcurrent questions under way at once; further ones wait, within their deadline
 */
public record DnsSettings(
    List<InetSocketAddress> servers,
    DnssecMode dnssec,
    String trustAnchors,
    Duration deadline,
    Duration attemptTimeout,
    int cacheEntries,
    int maxConcurrent) {

  /**
   * The root's key signing keys, KSK-2017 and KSK-2024, as published by IANA (RFC 7958, {@code
   * root-anchors.xml}).
   */
  public static final String ROOT_TRUST_ANCHORS =
      """
      . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
      . IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
      """;

  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(15);
  public static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofSeconds(4);
  public static final int DEFAULT_CACHE_ENTRIES = 20_000;
  public static final int DEFAULT_MAX_CONCURRENT = 256;

  public DnsSettings {
    servers = List.copyOf(servers);
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("DNS deadline must be positive: " + deadline);
    }
    if (attemptTimeout.isNegative() || attemptTimeout.isZero()) {
      throw new IllegalArgumentException("DNS attempt timeout must be positive");
    }
    if (cacheEntries < 0 || maxConcurrent < 1) {
      throw new IllegalArgumentException("DNS cache entries or concurrency out of range");
    }
  }

  /** The system's servers, validating where they let us. */
  public static DnsSettings system() {
    return of(List.of(), DnssecMode.AUTO);
  }

  /** These servers, with the default limits and the root's trust anchors. */
  public static DnsSettings of(List<InetSocketAddress> servers, DnssecMode dnssec) {
    return new DnsSettings(
        servers,
        dnssec,
        ROOT_TRUST_ANCHORS,
        DEFAULT_DEADLINE,
        DEFAULT_ATTEMPT_TIMEOUT,
        DEFAULT_CACHE_ENTRIES,
        DEFAULT_MAX_CONCURRENT);
  }

  /** The same with other trust anchors. */
  public DnsSettings withTrustAnchors(String others) {
    return new DnsSettings(
        servers, dnssec, others, deadline, attemptTimeout, cacheEntries, maxConcurrent);
  }
}
