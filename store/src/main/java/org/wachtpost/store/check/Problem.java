package org.wachtpost.store.check;

import org.jspecify.annotations.Nullable;
import org.wachtpost.store.AccountId;

/**
 * Something that a check found wrong.
 *
 * @param account the account that it is about; null if it is about the whole store
 * @param text what is wrong, one line
 */
public record Problem(@Nullable AccountId account, String text) {
  @Override
  public String toString() {
    return account == null ? text : account + ": " + text;
  }
}
