/**
 * Mail on its way out: the durable outbox. What is accepted here is on disk before its client hears
 * 250, and stays until every recipient has an end; what became of it is remembered for some days
 * more, without its content ({@link org.wachtpost.queue.FinishedMail}).
 *
 * <p>The outbox is a number of queue accounts (shards), so that senders do not wait for each other.
 * A message is one record, a record per recipient with its own state, an entry per waiting
 * recipient in an index by time, and one blob. Every change of these is one commit.
 *
 * <p>Threading: any thread.
 *
 * <p>RFC 3461 (what a client asks to be told of), RFC 6531 (SMTPUTF8), RFC 3030 (BINARYMIME), RFC
 * 8689 (REQUIRETLS): carried, for whoever sends. RFC 6376 (DKIM): what leaves is signed.
 */
@NullMarked
package org.wachtpost.queue;

import org.jspecify.annotations.NullMarked;
