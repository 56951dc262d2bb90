/**
 * Says who a message is really from, and signs ours.
 *
 * <p>{@link org.wachtpost.mailauth.MailAuthentication} asks SPF, DKIM, ARC and DMARC about a
 * message that came in and gives one {@link org.wachtpost.mailauth.AuthenticationVerdict}; {@link
 * org.wachtpost.mailauth.DkimSigner} signs what goes out.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>messages are octets with CRLF line ends, and are never changed by verifying;
 *   <li>nothing a message or a DNS record says makes a verifier throw: what is malformed has a
 *       result that says so;
 *   <li>bodies are hashed as they stream by, once, however many signatures there are;
 *   <li>what limits work (signatures, DNS questions, header octets) is a named constant.
 * </ul>
 *
 * <p>Threading: the entry classes may be used by any thread; they block on the DNS.
 *
 * <p>RFC 6376 (DKIM), RFC 8301 and RFC 8463 (its algorithms), RFC 7208 (SPF), RFC 8601
 * (Authentication-Results), RFC 8617 (ARC), RFC 9989 (DMARC).
 */
@NullMarked
package org.wachtpost.mailauth;

import org.jspecify.annotations.NullMarked;
