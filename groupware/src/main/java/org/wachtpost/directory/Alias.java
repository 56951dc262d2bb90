package org.wachtpost.directory;

import java.util.List;

/** Another address for accounts, groups or addresses elsewhere. */
public record Alias(MailAddress address, List<MailAddress> targets) {
  /** Most targets of an alias. */
  public static final int TARGETS = 100;

  /** What they may take together, bytes: they are one value of the store. */
  static final int TARGETS_BYTES = 48 * 1024;

  public Alias {
    targets = List.copyOf(targets);
    if (targets.isEmpty() || targets.size() > TARGETS) {
      throw new IllegalArgumentException("alias of " + targets.size() + " targets");
    }
  }
}
