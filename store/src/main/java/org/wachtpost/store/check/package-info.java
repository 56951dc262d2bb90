/**
 * The store's own fsck: reads everything and reports what does not agree, account by account.
 *
 * <p>Invariant: a problem of one account never keeps another from being checked. Nothing is
 * changed. Threading: a check runs in its caller's thread.
 */
@NullMarked
package org.wachtpost.store.check;

import org.jspecify.annotations.NullMarked;
