/**
 * SMTP and LMTP, the server's side: MX, submission, submissions and LMTP are one protocol with
 * another table of what is allowed.
 *
 * <p>{@link org.wachtpost.smtp.SmtpServer} is the protocol, a session per connection reads a line,
 * looks its verb up in {@code Commands} and runs the one file that carries it out; a refusal is one
 * exception ({@code SmtpRefusal}) caught in the loop. {@code Path}, {@code Parameters} and {@code
 * DotText} know no socket; {@code DataReader} and {@code Bdat} turn what comes into bytes of a
 * message.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>250 after the data means that {@link org.wachtpost.delivery.Delivery} has it durably;
 *   <li>CR and LF stand only together: anything else ends the session (no smuggling);
 *   <li>without a log-in mail goes to our own domains only, whatever the address looks like;
 *   <li>what came before TLS counts for nothing after it.
 * </ul>
 *
 * <p>RFC 5321, RFC 6409, RFC 8314 §3.3, RFC 2033, RFC 1870, RFC 2034, RFC 2920, RFC 3030, RFC 3207,
 * RFC 3461 §4, RFC 4954, RFC 6152, RFC 6531, RFC 7504, RFC 8689, RFC 9422.
 */
@NullMarked
package org.wachtpost.smtp;

import org.jspecify.annotations.NullMarked;
