package org.wachtpost.store.rocks;

import org.wachtpost.store.AccountId;

/** Removes an account. */
final class DropRequest extends Request {
  private final AccountId account;

  DropRequest(AccountId account) {
    this.account = account;
  }

  @Override
  boolean durable() {
    return true;
  }

  @Override
  long bytes() {
    return 0;
  }

  @Override
  boolean addsBlobs() {
    return false;
  }

  @Override
  void stage(Group group) {
    group.dropAccount(account);
  }
}
