package org.wachtpost.store.sim;

import java.security.SecureRandom;

/** The number that a run is repeated with. */
public final class Seed {
  /** Name of the system property that repeats a run. */
  public static final String PROPERTY = "wachtpost.seed";

  private Seed() {}

  /** True if {@code -Dwachtpost.seed=N} asks for one run to be repeated. */
  public static boolean isGiven() {
    return System.getProperty(PROPERTY) != null;
  }

  /** The seed asked for, else a fresh one; printed either way. */
  public static long next(String what) {
    String given = System.getProperty(PROPERTY);
    long seed = given != null ? Long.parseLong(given) : new SecureRandom().nextInt() & 0x7fffffffL;
    System.out.printf("%s: -D%s=%d%n", what, PROPERTY, seed);
    return seed;
  }
}
