/**
 * IMAP bytes to records and back; no socket, no mail.
 *
 * <p>{@link org.wachtpost.imap.wire.CommandReader} pulls the arguments of one command from a
 * stream, literals included, and can always find the end of a command that it refuses, so that the
 * connection stays in step whatever the client sends. {@link
 * org.wachtpost.imap.wire.ResponseWriter} writes responses through a buffer that is only held while
 * there is something in it.
 *
 * <p>Invariants: nothing here allocates in proportion to what the client announces, only to what it
 * has sent, and that is limited by {@link org.wachtpost.imap.wire.WireLimits}; a parsed record is
 * valid by construction.
 *
 * <p>Threading: a reader and a writer belong to one connection and are used by one thread at a
 * time.
 *
 * <p>RFC 9051 §9 and RFC 3501 §9 (grammar), RFC 7888 (non-synchronizing literals), RFC 7162
 * (modification sequences), RFC 4466 (extension syntax), RFC 3501 §5.1.3 (modified UTF-7).
 */
@NullMarked
package org.wachtpost.imap.wire;

import org.jspecify.annotations.NullMarked;
