/**
 * The access log: every {@link org.wachtpost.access.AccessEvent} is kept in the store by day (UTC),
 * in a chain of hashes, so that it cannot be edited unnoticed. The head of the chain is signed and
 * exported, so that it cannot be cut short or made anew unnoticed either.
 *
 * <p>Threading: {@link org.wachtpost.watch.event.EventLog#record} puts the event into a bounded
 * queue and returns; one thread writes. An event is durable a fraction of a second later; an
 * orderly stop writes all. What did not fit the queue is counted and the count is itself an event.
 */
@NullMarked
package org.wachtpost.watch.event;

import org.jspecify.annotations.NullMarked;
