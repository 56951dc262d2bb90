/**
 * From an accepted message to mailboxes and the outbox.
 *
 * <p>{@link org.wachtpost.delivery.Delivery} asks the gate, puts the trace fields before the
 * message, files it into every account that its recipients reach (each account once), hands what
 * must leave to the outbox, and says per recipient what came of it. Invariants:
 *
 * <ul>
 *   <li>a recipient is answered as delivered only when its accounts' commits and the outbox's are
 *       durable;
 *   <li>the sender's bytes are kept as they came; trace fields go before them, and only what the
 *       gate names and return paths of others are left out;
 *   <li>every copy, filed, forwarded or waiting, has what the gate put before it and lacks what it
 *       named;
 *   <li>who has a message does not get it again because somebody else could not: when a group or,
 *       in SMTP, the recipients of a message were reached in part, the outbox keeps a copy for the
 *       main address of each of the others. Whoever runs the outbox gives it to {@link
 *       org.wachtpost.delivery.Delivery#deliverQueued} because its domain is ours, until it is
 *       delivered or reported; such a copy never changes, so that an attempt that comes again after
 *       a crash files nothing twice;
 *   <li>CR and LF stand only together in a header, also with BINARYMIME;
 *   <li>a header has at most 5,000 fields in 1 MiB, and of messages with one beyond 32 KiB 16 are
 *       dealt with at a time; who waits for long is told to come again (451);
 *   <li>an address elsewhere gets one copy, however many lists lead to it; that copy says by which
 *       list it went;
 *   <li>a message that has been here before for the same address, that a list has sent out before,
 *       or that came through too many hops, is refused.
 * </ul>
 *
 * <p>Threading: any thread; accounts of one message are written in parallel.
 *
 * <p>RFC 5321 §4.4 (trace), §6.3 (loops), RFC 6409 §8 (what a submission server adds), RFC 9228
 * (Delivered-To), RFC 3463 (status codes).
 */
@NullMarked
package org.wachtpost.delivery;

import org.jspecify.annotations.NullMarked;
