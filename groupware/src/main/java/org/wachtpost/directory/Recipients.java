package org.wachtpost.directory;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.AccountId;

/** Says whom an address reaches. */
public interface Recipients {
  /** Whether mail for this domain (ASCII or Unicode form) ends here. */
  boolean isLocalDomain(String domain);

  /** Whether no domain's mail ends here: nobody has been set up yet, or not in this directory. */
  default boolean isEmpty() {
    return false;
  }

  /** Follows aliases, groups, subaddresses and the catch-all, with loops cut. */
  Resolution resolve(String address);

  /**
   * Whether the account may use this address as its sender: its own addresses, its aliases, and
   * their subaddresses.
   */
  boolean maySendAs(AccountId account, String address);

  /** What an address reaches. */
  sealed interface Resolution {
    /** Accounts here and addresses elsewhere; at least one in all. */
    record Reaches(List<Local> local, List<String> external) implements Resolution {}

    /** The domain is ours and has no such address. */
    record Unknown() implements Resolution {}

    /** The domain is not ours. */
    record NotLocal() implements Resolution {}
  }

  /**
   * An account that is reached.
   *
   * @param address its main address
   * @param detail the subaddress ({@code x} of {@code alice+x@}), or null
   */
  record Local(AccountId account, String address, @Nullable String detail) {}
}
