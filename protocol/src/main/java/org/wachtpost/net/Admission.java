package org.wachtpost.net;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.wachtpost.net.Protocol.Refusal;

/**
 * Counts connections and says who may have another. A connection counts against the address that it
 * comes from until somebody has logged in on it; then it counts against the account, as long as
 * that has room: a whole organisation may sit behind one address, and nobody who has not logged in
 * gains by it. Thread-safe.
 */
final class Admission {
  private final NetworkSettings settings;
  private final AddressRate rate;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<AddressKey, Integer> byAddress = new HashMap<>();
  private final Map<String, Integer> byAccount = new HashMap<>();
  private int total;

  Admission(NetworkSettings settings) {
    this.settings = settings;
    this.rate = new AddressRate(settings.limits().connectionsPerMinute());
  }

  /** Where a connection that was let in is counted. One thread. */
  final class Place implements AutoCloseable {
    private final AddressKey address;
    private @Nullable String account;

    private Place(AddressKey address) {
      this.address = address;
    }

    /** Counts it against this account from now on, if that has room and it is not counted yet. */
    void loggedIn(String name) {
      lock.lock();
      try {
        int open = byAccount.getOrDefault(name, 0);
        if (account == null && open < settings.limits().connectionsPerAddress()) {
          byAccount.put(name, open + 1);
          byAddress.computeIfPresent(address, Admission::oneLess);
          account = name;
        }
      } finally {
        lock.unlock();
      }
    }

    /** The connection is gone. */
    @Override
    public void close() {
      lock.lock();
      try {
        total--;
        if (account == null) {
          byAddress.computeIfPresent(address, Admission::oneLess);
        } else {
          byAccount.computeIfPresent(account, Admission::oneLess);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Says why a new connection is turned away; empty, and it is counted, if it is let in. */
  Optional<Refusal> enter(InetAddress address, long nanoTime) {
    boolean limited = settings.limits().limitLoopback() || !address.isLoopbackAddress();
    if (limited && !rate.tryTake(address, nanoTime)) {
      return Optional.of(Refusal.TOO_FAST);
    }
    lock.lock();
    try {
      if (total >= settings.limits().connections()) {
        return Optional.of(Refusal.TOO_MANY_CONNECTIONS);
      }
      AddressKey key = AddressKey.of(address);
      int mine = byAddress.getOrDefault(key, 0);
      if (limited && mine >= settings.limits().connectionsPerAddress()) {
        return Optional.of(Refusal.TOO_MANY_FROM_ADDRESS);
      }
      byAddress.put(key, mine + 1);
      total++;
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** The place of a connection that {@link #enter} has let in; it must be closed. */
  Place place(InetAddress address) {
    return new Place(AddressKey.of(address));
  }

  private static <K> @Nullable Integer oneLess(K key, int count) {
    return count > 1 ? count - 1 : null;
  }

  int connections() {
    lock.lock();
    try {
      return total;
    } finally {
      lock.unlock();
    }
  }
}
