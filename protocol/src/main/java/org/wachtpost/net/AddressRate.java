package org.wachtpost.net;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A token bucket per far end (IPv4 address or IPv6 /64): so many a minute, as many at once. Holds
 * the addresses seen last, {@value #ADDRESSES} of them. Thread-safe.
 */
public final class AddressRate {
  /** Addresses remembered. */
  static final int ADDRESSES = 65_536;

  private final double perNano;
  private final int burst;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<AddressKey, Bucket> buckets =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AddressKey, Bucket> eldest) {
          return size() > ADDRESSES;
        }
      };

  public AddressRate(int perMinute) {
    this.burst = perMinute;
    this.perNano = (double) perMinute / TimeUnit.MINUTES.toNanos(1);
  }

  /**
   * Takes one token if there is one.
   *
   * @param nanoTime the time now by {@link System#nanoTime}
   */
  public boolean tryTake(InetAddress address, long nanoTime) {
    lock.lock();
    try {
      Bucket bucket =
          buckets.computeIfAbsent(AddressKey.of(address), a -> new Bucket(burst, nanoTime));
      double filled = bucket.tokens + (nanoTime - bucket.asOf) * perNano;
      bucket.tokens = Math.min(burst, filled);
      bucket.asOf = nanoTime;
      if (bucket.tokens < 1) {
        return false;
      }
      bucket.tokens--;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static final class Bucket {
    private double tokens;
    private long asOf;

    Bucket(double tokens, long asOf) {
      this.tokens = tokens;
      this.asOf = asOf;
    }
  }
}
