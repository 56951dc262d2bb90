package org.wachtpost.store;

import java.util.random.RandomGenerator;

/** Names one commit, chosen by its maker, so that a lost answer can be settled. 128 bits. */
public record CommitId(long high, long low) {
  /** A fresh random name. */
  public static CommitId random(RandomGenerator random) {
    return new CommitId(random.nextLong(), random.nextLong());
  }
}
