package org.wachtpost.directory;

import org.wachtpost.store.AccountId;

/**
 * Somebody who is logged in.
 *
 * @param address the account's main address
 * @param credential {@code password} or the name of the app password that was used
 */
public record Principal(AccountId account, String address, Role role, String credential) {}
