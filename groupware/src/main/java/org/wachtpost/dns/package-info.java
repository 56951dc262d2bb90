/**
 * Questions to the DNS, as mail asks them: typed answers, never an exception for what a zone or a
 * network can do.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>{@link org.wachtpost.dns.Dns} blocks, and answers within the time the resolver was given;
 *   <li>names in answers are lower case, without a trailing dot; the root is {@code "."};
 *   <li>{@code authenticated} is true only when every record of the answer, its aliases included,
 *       was proven by DNSSEC (RFC 4035 §4.3), by ourselves or by a validating resolver that the
 *       configuration trusts.
 * </ul>
 *
 * <p>Threading: everything may be called from any thread; made for virtual ones.
 *
 * <p>RFC 1035, RFC 2308 (negative caching), RFC 3596 (AAAA), RFC 4033 to 4035 (DNSSEC), RFC 6698
 * (TLSA), RFC 6891 (EDNS).
 */
@NullMarked
package org.wachtpost.dns;

import org.jspecify.annotations.NullMarked;
