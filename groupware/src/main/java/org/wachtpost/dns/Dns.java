package org.wachtpost.dns;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * The DNS. Every method blocks until there is an answer or the resolver's deadline has passed (then
 * {@link DnsAnswer.TemporaryFailure}). Aliases (CNAME) are followed, except by {@link #cname}.
 *
 * <p>Names are given as ASCII (A-labels), with or without a trailing dot. What is not a DNS name at
 * all (an empty or too long label) has the answer {@link DnsAnswer.NoSuchDomain}.
 */
public interface Dns {

  /**
   * TXT records; the character strings of one record joined without a separator (RFC 7208 §3.3),
   * one character per octet (ISO 8859-1).
   */
  DnsAnswer<String> txt(String name);

  /** A records. */
  DnsAnswer<Inet4Address> a(String name);

  /** AAAA records (RFC 3596). */
  DnsAnswer<Inet6Address> aaaa(String name);

  /** MX records, in no particular order. The null MX (RFC 7505) has the exchange {@code "."}. */
  DnsAnswer<MxRecord> mx(String name);

  /** The name that this very name is an alias of; the alias is not followed. */
  DnsAnswer<String> cname(String name);

  /** The names of an address (PTR records under in-addr.arpa or ip6.arpa). */
  DnsAnswer<String> ptr(InetAddress address);

  /**
   * TLSA records (RFC 6698).
   *
   * @param name the whole owner name, such as {@code _25._tcp.mx.example.org}
   */
  DnsAnswer<TlsaRecord> tlsa(String name);
}
