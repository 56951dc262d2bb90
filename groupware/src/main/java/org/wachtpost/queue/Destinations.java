package org.wachtpost.queue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.wachtpost.dns.Dns;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.dns.MxRecord;
import org.wachtpost.dns.TlsaRecord;

/** Finds the hosts that take mail for a domain (RFC 5321 §5). Thread-safe. */
public final class Destinations {
  private static final int SMTP_PORT = 25;

  /** Addresses of one host that are tried, so that one with many leaves a turn to the others. */
  static final int ADDRESSES_PER_HOST = 4;

  /** What was found. */
  sealed interface Found {
    /**
     * Hosts.
     *
     * @param hops in the order in which to try; at least one
     * @param reported whether the domain hears how TLS went (not where a route leads)
     * @param policy the domain's MTA-STS policy
     */
    record Hops(List<Hop> hops, boolean reported, Optional<StsPolicy> policy) implements Found {}

    /**
     * No host; temporary or for good.
     *
     * @param doubts what the DNS said of hosts and could not be believed
     */
    record None(Answer answer, List<Doubt> doubts) implements Found {
      None(Answer answer) {
        this(answer, List.of());
      }
    }
  }

  /** Signatures of the DNS that are wrong (RFC 8460 §4.3.2.1: dnssec-invalid). */
  record Doubt(String host, String words) {}

  private record Host(String name, boolean authenticated) {}

  /** Collects what stands in the way of hosts, for the answer if none is left. */
  private static final class Obstacles {
    private final List<String> temporary = new ArrayList<>();
    private final List<String> permanent = new ArrayList<>();
    private final List<Doubt> doubts = new ArrayList<>();

    Found.None none(String domain) {
      return new Found.None(answer(domain), doubts);
    }

    Answer answer(String domain) {
      if (!temporary.isEmpty()) {
        return Answer.temporary("4.4.3", temporary.getFirst());
      }
      String why = permanent.isEmpty() ? "no host has an address" : permanent.getFirst();
      return Answer.permanent("5.4.4", "no way to " + domain + ": " + why);
    }
  }

  private final Dns dns;
  private final MtaSts mtaSts;
  private final QueueSettings settings;
  private final RandomGenerator random;

  public Destinations(Dns dns, MtaSts mtaSts, QueueSettings settings, RandomGenerator random) {
    this.dns = dns;
    this.mtaSts = mtaSts;
    this.settings = settings;
    this.random = random;
  }

  Optional<Route> route(String domain) {
    return settings.routes().stream().filter(route -> route.isFor(domain)).findFirst();
  }

  /** Domains with the same key have the same hosts. */
  String key(String domain) {
    return route(domain).map(route -> route.host() + ":" + route.port()).orElse(domain);
  }

  /**
   * @param domain A-labels in lower case, or an address literal in brackets
   */
  Found find(String domain) {
    Optional<Route> route = route(domain);
    if (route.isPresent()) {
      return byRoute(route.get());
    }
    if (domain.startsWith("[")) {
      return literal(domain);
    }
    Obstacles obstacles = new Obstacles();
    List<Host> hosts;
    switch (dns.mx(domain)) {
      case DnsAnswer.Found<MxRecord> mx -> {
        if (mx.records().size() == 1 && mx.records().getFirst().isNull()) {
          return new Found.None(
              new Answer(556, "5.1.10", domain + " takes no mail (null MX)")); // RFC 7505 §4.1
        }
        hosts = ordered(mx);
        if (hosts.isEmpty()) {
          return loop(domain);
        }
      }
      case DnsAnswer.NoData<MxRecord> none -> {
        if (domain.equalsIgnoreCase(settings.host())) {
          return loop(domain);
        }
        // RFC 5321 §5.1: the implicit MX.
        hosts = List.of(new Host(domain, none.authenticated()));
      }
      case DnsAnswer.NoSuchDomain<MxRecord> _ -> {
        return new Found.None(Answer.permanent("5.1.2", "there is no domain " + domain));
      }
      case DnsAnswer.TemporaryFailure<MxRecord> failure -> {
        return new Found.None(
            Answer.temporary("4.4.3", "MX of " + domain + ": " + failure.detail()));
      }
    }
    Optional<StsPolicy> policy = mtaSts.find(domain);
    List<Hop> hops = hopsOf(domain, hosts, policy, obstacles);
    return hops.isEmpty() ? obstacles.none(domain) : new Found.Hops(hops, true, policy);
  }

  private static Found.None loop(String domain) {
    return new Found.None(
        Answer.permanent("5.4.6", "mail for " + domain + " loops back to this host"));
  }

  /** RFC 5321 §5.1: by preference, equals in random order, cut at ourselves. */
  private List<Host> ordered(DnsAnswer.Found<MxRecord> mx) {
    List<MxRecord> records = new ArrayList<>(mx.records());
    records.removeIf(MxRecord::isNull);
    int own =
        records.stream()
            .filter(record -> record.exchange().equalsIgnoreCase(settings.host()))
            .mapToInt(MxRecord::preference)
            .min()
            .orElse(Integer.MAX_VALUE);
    records.removeIf(record -> record.preference() >= own);
    Collections.shuffle(records, java.util.Random.from(random));
    records.sort(Comparator.comparingInt(MxRecord::preference));
    return records.stream()
        .limit(QueueSettings.HOSTS_PER_ATTEMPT)
        .map(record -> new Host(record.exchange(), mx.authenticated()))
        .toList();
  }

  private List<Hop> hopsOf(
      String domain, List<Host> hosts, Optional<StsPolicy> policy, Obstacles obstacles) {
    List<Hop> hops = new ArrayList<>();
    for (Host host : hosts) {
      Addresses addresses = addresses(host.name(), obstacles);
      List<InetAddress> usable = new ArrayList<>(addresses.all());
      usable.removeIf(address -> !settings.allows(address));
      if (usable.isEmpty()) {
        if (!addresses.all().isEmpty()) {
          obstacles.permanent.add(host.name() + " has private addresses only");
        }
        continue;
      }
      Optional<TlsRule> rule = rule(domain, host, addresses, obstacles);
      List<TlsRule> rules =
          rule.isEmpty() ? List.of() : rules(rule.get(), domain, host.name(), policy, obstacles);
      for (InetAddress address : byTurns(usable)) {
        InetSocketAddress socket = new InetSocketAddress(address, SMTP_PORT);
        rules.forEach(each -> hops.add(new Hop(host.name(), socket, each, null)));
      }
    }
    return hops;
  }

  /** In the order in which to try them with the host; none if it must not be used. */
  private List<TlsRule> rules(
      TlsRule rule, String domain, String host, Optional<StsPolicy> policy, Obstacles obstacles) {
    // RFC 8461 §2: what DANE says is not overridden.
    if (policy.isEmpty() || rule instanceof TlsRule.Dane) {
      return List.of(rule);
    }
    boolean covered = policy.get().covers(host);
    if (!covered) {
      mtaSts.mismatch(domain, policy.get(), host);
    }
    if (policy.get().mode() == StsPolicy.Mode.ENFORCE) {
      if (!covered) {
        obstacles.temporary.add(host + " is not in the MTA-STS policy of " + domain);
        return List.of();
      }
      return List.of(new TlsRule.Verified(host));
    }
    // Testing: what would fail is reported, and then does not matter (RFC 8461 §5).
    return covered ? List.of(new TlsRule.Verified(host), rule) : List.of(rule);
  }

  private record Addresses(List<InetAddress> all, String canonicalName, boolean authenticated) {}

  private Addresses addresses(String host, Obstacles obstacles) {
    List<InetAddress> all = new ArrayList<>();
    boolean authenticated = true;
    String canonical = host;
    for (DnsAnswer<? extends InetAddress> answer : List.of(dns.aaaa(host), dns.a(host))) {
      switch (answer) {
        case DnsAnswer.Found<? extends InetAddress> found -> {
          all.addAll(found.records());
          authenticated &= found.authenticated();
          canonical = found.canonicalName();
        }
        case DnsAnswer.NoData<? extends InetAddress> none -> authenticated &= none.authenticated();
        case DnsAnswer.NoSuchDomain<? extends InetAddress> none ->
            authenticated &= none.authenticated();
        case DnsAnswer.TemporaryFailure<? extends InetAddress> failure ->
            obstacles.temporary.add("address of " + host + ": " + failure.detail());
      }
    }
    Collections.shuffle(all, java.util.Random.from(random));
    return new Addresses(all, canonical, authenticated);
  }

  /**
   * The families by turns, beginning with that of the first: where one of them does not lead out of
   * here, the second attempt is of the other.
   */
  private static List<InetAddress> byTurns(List<InetAddress> shuffled) {
    Class<?> family = shuffled.getFirst().getClass();
    Deque<InetAddress> these = new ArrayDeque<>(shuffled);
    these.removeIf(each -> each.getClass() != family);
    Deque<InetAddress> those = new ArrayDeque<>(shuffled);
    those.removeIf(each -> each.getClass() == family);
    List<InetAddress> turns = new ArrayList<>();
    while (turns.size() < ADDRESSES_PER_HOST && !(these.isEmpty() && those.isEmpty())) {
      turns.add(these.isEmpty() ? those.remove() : these.remove());
      Deque<InetAddress> next = those;
      those = these;
      these = next;
    }
    return turns;
  }

  /** How to speak to the host; empty if that cannot be known now (RFC 7672 §2.1). */
  private Optional<TlsRule> rule(
      String domain, Host host, Addresses addresses, Obstacles obstacles) {
    if (!host.authenticated()) {
      return Optional.of(new TlsRule.Opportunistic());
    }
    boolean alias = !addresses.canonicalName().equals(host.name());
    // RFC 7672 §2.2.2: at the end of the aliases first, then at the name itself; at that alone if
    // the alias is signed and leads out of the signed zones.
    List<String> bases =
        alias && addresses.authenticated()
            ? List.of(addresses.canonicalName(), host.name())
            : List.of(host.name());
    if (!addresses.authenticated()) {
      Optional<Boolean> signed = alias ? isSignedAlias(host, obstacles) : Optional.of(false);
      if (signed.isEmpty() || !signed.get()) {
        return signed.map(_ -> new TlsRule.Opportunistic());
      }
    }
    for (String base : bases) {
      switch (dns.tlsa("_" + SMTP_PORT + "._tcp." + base)) {
        case DnsAnswer.Found<TlsaRecord> found -> {
          if (found.authenticated()) {
            List<TlsaRecord> usable =
                found.records().stream().filter(Destinations::isUsable).toList();
            return Optional.of(
                usable.isEmpty()
                    ? new TlsRule.Encrypted()
                    : new TlsRule.Dane(base, names(usable, domain, bases), usable));
          }
        }
        case DnsAnswer.NoData<TlsaRecord> _, DnsAnswer.NoSuchDomain<TlsaRecord> _ -> {}
        case DnsAnswer.TemporaryFailure<TlsaRecord> failure -> {
          obstacles.temporary.add("TLSA of " + base + ": " + failure.detail());
          if (failure.reason() == DnsAnswer.Reason.BOGUS) {
            obstacles.doubts.add(new Doubt(host.name(), failure.detail()));
          }
          return Optional.empty();
        }
      }
    }
    return Optional.of(new TlsRule.Opportunistic());
  }

  /** Whether the host's name is an alias by a signed record; empty if that cannot be known now. */
  private Optional<Boolean> isSignedAlias(Host host, Obstacles obstacles) {
    return switch (dns.cname(host.name())) {
      case DnsAnswer.Found<String> found -> Optional.of(found.authenticated());
      case DnsAnswer.NoData<String> _, DnsAnswer.NoSuchDomain<String> _ -> Optional.of(false);
      case DnsAnswer.TemporaryFailure<String> failure -> {
        obstacles.temporary.add("alias " + host.name() + ": " + failure.detail());
        yield Optional.empty();
      }
    };
  }

  /** RFC 7672 §3.2.2, §3.2.3: an authority may have signed for the domain or the host. */
  private static List<String> names(List<TlsaRecord> records, String domain, List<String> bases) {
    List<String> names = new ArrayList<>(bases);
    names.add(domain);
    boolean named = records.stream().anyMatch(record -> record.usage() == 2);
    // Where no name counts, domains with the same hosts have the same rule and share connections.
    return named ? names.stream().distinct().toList() : List.of();
  }

  /**
   * RFC 7672 §3.1: PKIX-TA and PKIX-EE are not for SMTP. RFC 6698 §2.1.3: a digest has its length,
   * or no certificate could ever fit.
   */
  private static boolean isUsable(TlsaRecord record) {
    int octets = record.association().length;
    boolean whole =
        switch (record.matchingType()) {
          case 0 -> octets > 0;
          case 1 -> octets == 32;
          case 2 -> octets == 64;
          default -> false;
        };
    return (record.usage() == 2 || record.usage() == 3) && record.selector() <= 1 && whole;
  }

  private Found byRoute(Route route) {
    Obstacles obstacles = new Obstacles();
    List<InetAddress> addresses;
    try {
      addresses = List.of(InetAddress.ofLiteral(route.host()));
    } catch (IllegalArgumentException notLiteral) {
      addresses = addresses(route.host(), obstacles).all();
    }
    List<Hop> hops = new ArrayList<>();
    for (InetAddress address : addresses) {
      if (route.allowPrivate() || settings.allows(address)) {
        InetSocketAddress socket = new InetSocketAddress(address, route.port());
        hops.add(new Hop(route.host(), socket, route.rule(), route.login()));
      }
    }
    if (hops.isEmpty() && obstacles.temporary.isEmpty()) {
      // A mistake in the settings must not cost mail: it waits until somebody mends it.
      obstacles.temporary.add("route to " + route.host() + " has no address that it may use");
    }
    return hops.isEmpty()
        ? obstacles.none(route.domain())
        : new Found.Hops(hops, false, Optional.empty());
  }

  private Found literal(String domain) {
    String inner = domain.substring(1, domain.endsWith("]") ? domain.length() - 1 : 1);
    String text = inner.regionMatches(true, 0, "IPv6:", 0, 5) ? inner.substring(5) : inner;
    try {
      InetAddress address = InetAddress.ofLiteral(text);
      if (settings.allows(address)) {
        InetSocketAddress socket = new InetSocketAddress(address, SMTP_PORT);
        Hop hop = new Hop(text, socket, new TlsRule.Opportunistic(), null);
        return new Found.Hops(List.of(hop), false, Optional.empty());
      }
      return new Found.None(Answer.permanent("5.4.4", domain + " is a private address"));
    } catch (IllegalArgumentException e) {
      return new Found.None(Answer.permanent("5.1.3", domain + " is no address"));
    }
  }
}
