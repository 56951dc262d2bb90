package org.wachtpost.net;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.wachtpost.net.Protocol.Refusal;

/** Counts connections and says who may have another. Thread-safe. */
final class Admission {
  private final NetworkSettings settings;
  private final AddressRate rate;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<AddressKey, Integer> open = new HashMap<>();
  private int total;

  Admission(NetworkSettings settings) {
    this.settings = settings;
    this.rate = new AddressRate(settings.limits().connectionsPerMinute());
  }

  /** Counts a new connection, or says why it is turned away. */
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
      int mine = open.getOrDefault(key, 0);
      if (limited && mine >= settings.limits().connectionsPerAddress()) {
        return Optional.of(Refusal.TOO_MANY_FROM_ADDRESS);
      }
      open.put(key, mine + 1);
      total++;
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** A connection that entered is gone. */
  void leave(InetAddress address) {
    lock.lock();
    try {
      total--;
      open.computeIfPresent(AddressKey.of(address), (key, count) -> count > 1 ? count - 1 : null);
    } finally {
      lock.unlock();
    }
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
