/**
 * The server's side of SASL, for every protocol that authenticates: PLAIN (RFC 4616), LOGIN (as
 * deployed; never standardised), SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677) with the
 * channel bindings tls-exporter (RFC 9266) and tls-server-end-point (RFC 5929).
 *
 * <p>{@link org.wachtpost.sasl.SaslServer#begin} gives an exchange; the protocol carries bytes
 * between it and the client (base64 is the protocol's affair) until it ends. Names and passwords
 * are checked to be UTF-8 without control characters here; the directory prepares them (RFC 8265),
 * because it prepared them the same way when it stored them.
 *
 * <p>Invariants: mechanisms that show the password run over TLS, or on loopback where that is
 * allowed; the authenticator decides and records every attempt; an unknown name is answered like a
 * wrong password.
 *
 * <p>Threading: {@code SaslServer} is thread-safe, an exchange belongs to one thread.
 */
@NullMarked
package org.wachtpost.sasl;

import org.jspecify.annotations.NullMarked;
