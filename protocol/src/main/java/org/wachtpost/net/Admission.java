package org.wachtpost.net;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.wachtpost.net.Protocol.Refusal;

/**
 * Counts connections and says who may have another. A connection counts against the address that it
 * comes from until somebody has logged in on it; then it counts against the account, as long as
 * that has room: a whole organisation may sit behind one address, and nobody who has not logged in
 * gains by it.
 *
 * <p>When all places are taken, a newcomer crowds out the oldest connection without a log-in of the
 * address that has most of them, if that is one from which nobody has logged in and the newcomer's
 * is not so, or if it has more than the newcomer's address will have. Whoever fills the server from
 * some hundred addresses so keeps nobody out. This machine itself is not crowded out, unless it is
 * limited. Thread-safe.
 */
final class Admission {
  /** Addresses remembered from which somebody has logged in. */
  static final int KNOWN = 10_000;

  /** So large a part of all places may be those of connections that are crowded out and end. */
  private static final int LEAVING_PART = 16;

  private final NetworkSettings settings;
  private final AddressRate rate;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those that count against their address, the oldest first. */
  private final Map<AddressKey, Set<Place>> byAddress = new HashMap<>();

  private final Map<String, Integer> byAccount = new HashMap<>();
  private final Map<AddressKey, Boolean> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AddressKey, Boolean> eldest) {
          return size() > KNOWN;
        }
      };
  private int total;
  private int leaving;

  Admission(NetworkSettings settings) {
    this.settings = settings;
    this.rate = new AddressRate(settings.limits().connectionsPerMinute());
  }

  /** Where a connection stands in the count. */
  final class Place implements AutoCloseable {
    private final InetAddress remote;
    private final AddressKey address;
    private final Runnable crowdOut;
    private State state = State.OUTSIDE;
    private @Nullable String account;

    private Place(InetAddress remote, Runnable crowdOut) {
      this.remote = remote;
      this.address = AddressKey.of(remote);
      this.crowdOut = crowdOut;
    }

    /** Says why the connection is turned away; empty, and it is counted, if it is let in. */
    Optional<Refusal> enter(long nanoTime) {
      if (isLimited(remote) && !rate.tryTake(remote, nanoTime)) {
        return Optional.of(Refusal.TOO_FAST);
      }
      Place victim = null;
      lock.lock();
      try {
        int mine = count(address);
        if (isLimited(remote) && mine >= settings.limits().connectionsPerAddress()) {
          return Optional.of(Refusal.TOO_MANY_FROM_ADDRESS);
        }
        if (total >= settings.limits().connections()) {
          victim = leaving >= mostLeaving() ? null : crowdedOutFor(this, mine);
          if (victim == null) {
            return Optional.of(Refusal.TOO_MANY_CONNECTIONS);
          }
          victim.forget();
          victim.state = State.LEAVING;
          leaving++;
        }
        byAddress.computeIfAbsent(address, none -> new LinkedHashSet<>(2)).add(this);
        state = State.INSIDE;
        total++;
      } finally {
        lock.unlock();
      }
      if (victim != null) {
        victim.crowdOut.run();
      }
      return Optional.empty();
    }

    /** Counts it against this account from now on, if that has room and it is not counted yet. */
    void loggedIn(String name) {
      lock.lock();
      try {
        known.put(address, true);
        int open = byAccount.getOrDefault(name, 0);
        if (state == State.INSIDE
            && account == null
            && open < settings.limits().connectionsPerAddress()) {
          byAccount.put(name, open + 1);
          leaveAddress();
          account = name;
        }
      } finally {
        lock.unlock();
      }
    }

    /** Whether it has been crowded out and is not gone yet. */
    boolean isLeaving() {
      return state == State.LEAVING;
    }

    /** The connection is gone. */
    @Override
    public void close() {
      lock.lock();
      try {
        switch (state) {
          case INSIDE -> forget();
          case LEAVING -> leaving--;
          case OUTSIDE -> {}
        }
        state = State.OUTSIDE;
      } finally {
        lock.unlock();
      }
    }

    private void forget() {
      total--;
      if (account == null) {
        leaveAddress();
      } else {
        byAccount.computeIfPresent(account, (name, open) -> open > 1 ? open - 1 : null);
      }
    }

    private void leaveAddress() {
      Set<Place> places = byAddress.get(address);
      if (places != null && places.remove(this) && places.isEmpty()) {
        byAddress.remove(address);
      }
    }
  }

  private enum State {
    /** Not counted. */
    OUTSIDE,
    INSIDE,
    /** Crowded out; counted as that until it is gone. */
    LEAVING
  }

  private int mostLeaving() {
    return Math.max(1, settings.limits().connections() / LEAVING_PART);
  }

  private boolean isLimited(InetAddress address) {
    return settings.limits().limitLoopback() || !address.isLoopbackAddress();
  }

  private int count(AddressKey address) {
    Set<Place> places = byAddress.get(address);
    return places == null ? 0 : places.size();
  }

  /** Looks at all addresses: only where all places are taken. */
  private @Nullable Place crowdedOutFor(Place newcomer, int mine) {
    boolean good = isKnown(newcomer);
    Place worst = null;
    boolean worstKnown = true;
    int worstCount = 0;
    for (Set<Place> places : byAddress.values()) {
      Iterator<Place> oldest = places.iterator();
      Place place = oldest.next();
      if (!isLimited(place.remote)) {
        continue;
      }
      boolean itsKnown = isKnown(place);
      boolean worse = itsKnown == worstKnown ? places.size() > worstCount : worstKnown;
      if (worst == null || worse) {
        worst = place;
        worstKnown = itsKnown;
        worstCount = places.size();
      }
    }
    if (worst == null || (worstKnown && !good)) {
      return null;
    }
    boolean better = good && !worstKnown && !worst.address.equals(newcomer.address);
    return better || worstCount > mine + 1 ? worst : null;
  }

  private boolean isKnown(Place place) {
    return !isLimited(place.remote) || known.containsKey(place.address);
  }

  /** The place of a connection that is to enter; it must be closed. */
  Place place(InetAddress address, Runnable crowdOut) {
    return new Place(address, crowdOut);
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
