package org.wachtpost.mail;

import java.util.function.Consumer;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.check.AccountChecker;

/**
 * Proves that what is stored of a person's mail fits together: counters and rows, emails and the
 * places they are in, references and bodies, the thread index and what was parsed. Reads
 * everything, changes nothing.
 */
public final class MailCheck implements AccountChecker {
  @Override
  public void check(AccountId account, Snapshot snapshot, Store store, Consumer<String> problems) {
    if (account.kind() == AccountId.Kind.PERSON) {
      new MailCheckRun(store, account, snapshot, problems).run();
    }
  }
}
