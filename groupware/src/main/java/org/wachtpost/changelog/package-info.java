/**
 * The account is a log: {@link org.wachtpost.changelog.Accounts} runs every change of an account as
 * read, decide, commit, retry; writes beside the data a log entry of what changed; and wakes the
 * listeners. IMAP, JMAP, search, push and {@code watch} are views of this log.
 *
 * <p>Threading: any thread. A change function may run more than once and on another thread, and
 * must have no effect but on its transaction; above all it must not change an account itself (it
 * would wait for its own commit), and neither must a listener. Listeners are called after the
 * commit, without any lock held, and must return at once.
 */
@NullMarked
package org.wachtpost.changelog;

import org.jspecify.annotations.NullMarked;
