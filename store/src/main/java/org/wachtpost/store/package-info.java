/**
 * The waist: everything Wachtpost keeps goes through {@link org.wachtpost.store.Store}.
 *
 * <p>An account is an ordered key space of its own with one version. A change is one atomic,
 * durable commit that names the version it was made on and gives the next one. Nothing crosses
 * accounts.
 *
 * <p>Invariants, proven by {@code StoreContract} for every engine:
 *
 * <ul>
 *   <li>a commit is there wholly or not at all, also after power loss;
 *   <li>{@link org.wachtpost.store.CommitResult.Committed} is answered only when the commit is
 *       durable;
 *   <li>versions of an account are 1, 2, 3, … without holes; 0 is the empty account;
 *   <li>a snapshot never changes and never fails because of later commits;
 *   <li>a blob that a commit requires is there when the commit is.
 * </ul>
 *
 * <p>Threading: every method may be called from any thread, virtual ones included; engines move
 * what would pin a carrier to threads of their own.
 */
@NullMarked
package org.wachtpost.store;

import org.jspecify.annotations.NullMarked;
