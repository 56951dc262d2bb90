/**
 * The SMTP client: brings messages of the queue to other hosts.
 *
 * <p>Invariants: every wait has a deadline (RFC 5321 §4.5.3.2), as a whole, however the far end
 * trickles; a reply has limits on its lines, a far end that breaks them is left; a password goes
 * over verified TLS only; nothing that came before TLS is remembered after it.
 *
 * <p>Threading: a connection is used by one thread at a time; the courier by any.
 *
 * <p>RFC 5321, RFC 1870 (SIZE), RFC 2034 (enhanced codes), RFC 2920 (PIPELINING), RFC 3030
 * (CHUNKING), RFC 3207 (STARTTLS), RFC 3461 (DSN), RFC 4954 (AUTH), RFC 6152 (8BITMIME), RFC 6531
 * (SMTPUTF8), RFC 7672 (DANE), RFC 8460 and RFC 8461 (TLS-RPT, MTA-STS), RFC 8689 (REQUIRETLS), RFC
 * 9422 (LIMITS).
 */
@NullMarked
package org.wachtpost.courier;

import org.jspecify.annotations.NullMarked;
