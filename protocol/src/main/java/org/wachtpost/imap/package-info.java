/**
 * IMAP4rev1 and IMAP4rev2: one loop, one table of commands, one file per command.
 *
 * <p>{@link org.wachtpost.imap.ImapServer} is what a listener is given. A connection has a {@code
 * Session}; a selected mailbox is a {@code Selected} with the sequence numbers that this client
 * knows. A session learns what others did by reading the account's change log from the version that
 * it has seen (RFC 9051 §7.4.1, §7.5.1): {@code Selected.sync} is the only place that tells EXISTS,
 * EXPUNGE, VANISHED and unasked FETCH.
 *
 * <p>Invariants: listing never opens a body; no view of the account is open while the socket is
 * written; a refused command leaves the stream in step; nothing is advertised that does not work.
 *
 * <p>Threading: a session belongs to its connection's virtual thread. While it idles, and only
 * then, short-lived threads started by the change listener write to it, one at a time.
 *
 * <p>RFC 3501, RFC 9051, and the extensions in the table of {@code Capabilities}.
 */
@NullMarked
package org.wachtpost.imap;

import org.jspecify.annotations.NullMarked;
