package org.wachtpost.changelog;

import org.wachtpost.store.AccountId;

/** Told that an account has reached a version. Must return at once: set a mark, wake a thread. */
@FunctionalInterface
public interface ChangeListener {
  void changed(AccountId account, long version);
}
