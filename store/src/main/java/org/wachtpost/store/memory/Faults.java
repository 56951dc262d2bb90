package org.wachtpost.store.memory;

import java.util.random.RandomGenerator;

/**
 * What goes wrong on a {@link MemoryDisk}, and when: planned by a test or drawn from its seeded
 * random numbers. Thread-safe.
 */
public final class Faults {
  private final RandomGenerator random;
  private int failingAppends;
  private int failingSyncs;
  private double errorRate;
  private int operationsToPowerLoss = -1;

  /** Nothing goes wrong until one of the methods says so. */
  public Faults(RandomGenerator random) {
    this.random = random;
  }

  /** The next {@code count} appends fail, each having written a part of its bytes. */
  public synchronized void failAppends(int count) {
    failingAppends = count;
  }

  /** The next {@code count} syncs fail; whether the bytes are durable is then unknown. */
  public synchronized void failSyncs(int count) {
    failingSyncs = count;
  }

  /** Appends and syncs fail with this probability, 0 to 1, until told otherwise. */
  public synchronized void errorRate(double probability) {
    errorRate = probability;
  }

  /** Power goes in the middle of the append or sync after {@code operations} more of them. */
  public synchronized void losePowerAfter(int operations) {
    operationsToPowerLoss = operations;
  }

  /** What befalls an append or sync. */
  enum Fate {
    WORKS,
    FAILS,
    POWER_LOSS
  }

  synchronized Fate nextAppend() {
    if (powerGoes()) {
      return Fate.POWER_LOSS;
    }
    if (failingAppends > 0) {
      failingAppends--;
      return Fate.FAILS;
    }
    return fails() ? Fate.FAILS : Fate.WORKS;
  }

  synchronized Fate nextSync() {
    if (powerGoes()) {
      return Fate.POWER_LOSS;
    }
    if (failingSyncs > 0) {
      failingSyncs--;
      return Fate.FAILS;
    }
    return fails() ? Fate.FAILS : Fate.WORKS;
  }

  /** A number from 0 to {@code bound}, both included. */
  synchronized int upTo(int bound) {
    return random.nextInt(bound + 1);
  }

  synchronized boolean flip() {
    return random.nextBoolean();
  }

  synchronized void fill(byte[] bytes) {
    random.nextBytes(bytes);
  }

  private boolean powerGoes() {
    if (operationsToPowerLoss < 0) {
      return false;
    }
    return operationsToPowerLoss-- == 0;
  }

  private boolean fails() {
    return errorRate > 0 && random.nextDouble() < errorRate;
  }
}
