package org.wachtpost.directory;

import java.time.Instant;
import java.util.List;
import org.wachtpost.store.AccountId;

/**
 * A person, a room or a shared mailbox.
 *
 * @param address the main address
 * @param name what people call it; may be empty
 * @param enabled whether it may log in; mail is taken either way
 * @param quotaBytes storage allowed, {@link Long#MAX_VALUE} for no limit
 * @param quotaMessages messages allowed, {@link Long#MAX_VALUE} for no limit
 * @param passwordChanged when the password was last set
 */
public record Account(
    AccountId id,
    MailAddress address,
    String name,
    Role role,
    boolean enabled,
    long quotaBytes,
    long quotaMessages,
    Instant created,
    Instant passwordChanged,
    List<AppPassword> appPasswords) {
  public Account {
    appPasswords = List.copyOf(appPasswords);
  }

  /** The same account with these app passwords. */
  Account withAppPasswords(List<AppPassword> passwords) {
    return new Account(
        id,
        address,
        name,
        role,
        enabled,
        quotaBytes,
        quotaMessages,
        created,
        passwordChanged,
        passwords);
  }

  /** The same account with a password that was set at this time. */
  Account withPasswordChanged(Instant time) {
    return new Account(
        id, address, name, role, enabled, quotaBytes, quotaMessages, created, time, appPasswords);
  }
}
