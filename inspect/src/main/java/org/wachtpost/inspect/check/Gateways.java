package org.wachtpost.inspect.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Finding;

/**
 * Addresses by which many people are served: proxies that ask for everybody, and offices behind one
 * address. A row in so many is looked at, which is enough to know them by. Any thread.
 */
final class Gateways {
  /** Of so many rows one is looked at. */
  static final int STEP = 64;

  /** So many people, on so many days, are more than one intruder has logged on as. */
  static final int LEAST_USERS = 5;

  static final int LEAST_DAYS = 3;

  /** Addresses remembered. */
  static final int MAX_ADDRESSES = 20_000;

  private static final int DAY_CHARACTERS = 10;
  private static final int MAX_USER_CHARACTERS = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Served> addresses = new HashMap<>();

  private static final class Served {
    final Set<String> users = new HashSet<>();
    final Set<String> days = new HashSet<>();

    boolean isMany() {
      return users.size() >= LEAST_USERS && days.size() >= LEAST_DAYS;
    }
  }

  /**
   * Somebody who had logged on was answered with success.
   *
   * @param address who asked, without port
   * @param user the name, as the log has it
   * @param time the time, as the log has it: the day first
   */
  void served(String address, String user, String time) {
    String name = user.toLowerCase(Locale.ROOT);
    boolean person =
        !name.isEmpty()
            && !name.endsWith("$")
            && !name.contains("healthmailbox")
            && name.length() <= MAX_USER_CHARACTERS;
    if (!person || Urls.loopback(address) || time.length() < DAY_CHARACTERS) {
      return;
    }
    lock.lock();
    try {
      if (addresses.size() == MAX_ADDRESSES && !addresses.containsKey(address)) {
        return;
      }
      Served served = addresses.computeIfAbsent(address, _ -> new Served());
      if (served.users.size() < LEAST_USERS) {
        served.users.add(name);
      }
      if (served.days.size() < LEAST_DAYS) {
        served.days.add(time.substring(0, DAY_CHARACTERS));
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean contains(String address) {
    Served served = addresses.get(address);
    return served != null && served.isMany();
  }

  /**
   * All logs were read: the finding with those who ask for many under {@code proxy}, no longer
   * among the peers. One that stays the client as well did not say for whom it asked.
   */
  Finding told(Finding finding) {
    Map<String, String> details = finding.details();
    Set<String> proxies = new LinkedHashSet<>(words(details.get("proxy")));
    List<String> peers = new ArrayList<>();
    for (String peer : words(details.getOrDefault("peers", details.get("peer")))) {
      if (contains(peer)) {
        proxies.add(peer);
      } else {
        peers.add(peer);
      }
    }
    for (String client : words(details.getOrDefault("clients", details.get("client")))) {
      if (contains(client)) {
        proxies.add(client);
      }
    }
    String proxy = String.join(" ", proxies);
    if (proxy.equals(details.getOrDefault("proxy", ""))) {
      return finding;
    }
    Map<String, String> told = new TreeMap<>(details);
    told.put("proxy", proxy);
    told.remove("peer");
    told.remove("peers");
    if (!peers.isEmpty()) {
      told.put("peer", peers.getFirst());
    }
    if (!peers.isEmpty() && details.containsKey("peers")) {
      told.put("peers", String.join(" ", peers));
    }
    return finding.telling(told);
  }

  private static List<String> words(@Nullable String text) {
    return text == null || text.isEmpty() ? List.of() : List.of(text.split(" "));
  }
}
