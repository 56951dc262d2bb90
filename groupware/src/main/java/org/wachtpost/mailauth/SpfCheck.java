package org.wachtpost.mailauth;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.Dns;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.dns.DnsAnswer.Found;
import org.wachtpost.dns.DnsAnswer.NoData;
import org.wachtpost.dns.DnsAnswer.NoSuchDomain;
import org.wachtpost.dns.DnsAnswer.TemporaryFailure;
import org.wachtpost.dns.MxRecord;

/** One evaluation of check_host() (RFC 7208 §4), with its limits counted. Used by one thread. */
final class SpfCheck {

  /** Characters of an explanation that are kept. */
  static final int MAX_EXPLANATION = 400;

  private static final int MAX_DOMAIN = 253;

  /** What does not change during an evaluation. */
  record Session(
      InetAddress client, String helo, String local, String senderDomain, String receiver) {}

  record Outcome(SpfResult result, @Nullable String explanation) {}

  private final Dns dns;
  private final InstantSource clock;
  private final Session session;
  private final Instant deadline;
  private int lookups;
  private int voidLookups;

  SpfCheck(Dns dns, InstantSource clock, Session session) {
    this.dns = dns;
    this.clock = clock;
    this.session = session;
    this.deadline = clock.instant().plus(SpfEvaluator.MAX_TIME);
  }

  Outcome checkHost(String domain) throws SpfFailure {
    String text = SpfEvaluator.isDomain(domain) ? select(domain) : null;
    if (text == null) {
      return new Outcome(SpfResult.NONE, null);
    }
    SpfRecord record = SpfRecord.parse(text);
    for (SpfRecord.Directive directive : record.directives()) {
      if (matches(directive.mechanism(), domain)) {
        boolean explain = directive.qualifier() == SpfResult.FAIL;
        return new Outcome(directive.qualifier(), explain ? explanation(record, domain) : null);
      }
    }
    if (record.redirect() == null) {
      return new Outcome(SpfResult.NEUTRAL, null); // RFC 7208 §4.7
    }
    countLookup();
    Outcome redirected = checkHost(target(record.redirect(), domain));
    if (redirected.result() == SpfResult.NONE) {
      throw SpfFailure.permanent("redirect to a domain without a record"); // RFC 7208 §6.1
    }
    return redirected;
  }

  /** The one SPF record of a domain (RFC 7208 §4.4, §4.5), or null. */
  private @Nullable String select(String domain) throws SpfFailure {
    List<String> records =
        records(dns.txt(domain), domain).stream().filter(SpfRecord::isSpf).toList();
    if (records.size() > 1) {
      throw SpfFailure.permanent("several SPF records at " + domain);
    }
    return records.isEmpty() ? null : records.getFirst();
  }

  private boolean matches(SpfRecord.Mechanism mechanism, String domain) throws SpfFailure {
    return switch (mechanism) {
      case SpfRecord.All() -> true;
      case SpfRecord.Range range ->
          Network.matches(session.client().getAddress(), range.octets(), range.prefix());
      case SpfRecord.Include(SpfMacroString included) -> {
        countLookup();
        yield include(target(included, domain));
      }
      case SpfRecord.Exists(SpfMacroString asked) -> {
        countLookup();
        String name = target(asked, domain);
        yield !voidCounted(records(dns.a(name), name)).isEmpty();
      }
      case SpfRecord.Address(SpfMacroString of, int four, int six) -> {
        countLookup();
        yield addressMatches(targetOr(of, domain), four, six);
      }
      case SpfRecord.Exchanger(SpfMacroString of, int four, int six) -> {
        countLookup();
        yield exchangerMatches(targetOr(of, domain), four, six);
      }
      case SpfRecord.Pointer(SpfMacroString of) -> {
        countLookup();
        String name = targetOr(of, domain);
        yield validatedNames(true).stream().anyMatch(valid -> isWithin(valid, name));
      }
    };
  }

  /** RFC 7208 §5.2: what the included record's result means here. */
  private boolean include(String domain) throws SpfFailure {
    return switch (checkHost(domain).result()) {
      case PASS -> true;
      case FAIL, SOFTFAIL, NEUTRAL -> false;
      case NONE -> throw SpfFailure.permanent("include of a domain without a record: " + domain);
      case TEMPERROR -> throw SpfFailure.temporary("include of " + domain);
      case PERMERROR -> throw SpfFailure.permanent("include of " + domain);
    };
  }

  private boolean addressMatches(String name, int prefix4, int prefix6) throws SpfFailure {
    byte[] client = session.client().getAddress();
    if (isIpv4()) {
      return voidCounted(records(dns.a(name), name)).stream()
          .anyMatch(a -> Network.matches(client, a.getAddress(), prefix4));
    }
    return voidCounted(records(dns.aaaa(name), name)).stream()
        .anyMatch(a -> Network.matches(client, a.getAddress(), prefix6));
  }

  private boolean exchangerMatches(String name, int prefix4, int prefix6) throws SpfFailure {
    List<MxRecord> exchangers = voidCounted(records(dns.mx(name), name));
    if (exchangers.size() > SpfEvaluator.MAX_NAMES) {
      throw SpfFailure.permanent("more than 10 exchangers at " + name); // RFC 7208 §4.6.4
    }
    for (MxRecord exchanger : exchangers) {
      if (!exchanger.isNull() && addressMatches(exchanger.exchange(), prefix4, prefix6)) {
        return true;
      }
    }
    return false;
  }

  /** Names of the client whose addresses include the client's (RFC 7208 §5.5). */
  private List<String> validatedNames(boolean countVoid) throws SpfFailure {
    DnsAnswer<String> pointers = dns.ptr(session.client());
    checkTime();
    List<String> names = pointers.recordsOrEmpty();
    if (countVoid && !(pointers instanceof TemporaryFailure<String>)) {
      voidCounted(names);
    }
    List<String> valid = new ArrayList<>();
    for (String name : names.subList(0, Math.min(names.size(), SpfEvaluator.MAX_NAMES))) {
      List<? extends InetAddress> addresses =
          isIpv4() ? dns.a(name).recordsOrEmpty() : dns.aaaa(name).recordsOrEmpty();
      checkTime();
      if (addresses.contains(session.client())) {
        valid.add(name);
      }
    }
    return valid;
  }

  /** RFC 7208 §6.2: whatever goes wrong here, there is just no explanation. */
  private @Nullable String explanation(SpfRecord record, String domain) {
    if (record.explanation() == null) {
      return null;
    }
    try {
      List<String> texts = dns.txt(target(record.explanation(), domain)).recordsOrEmpty();
      if (texts.size() != 1 || texts.getFirst().length() > SpfRecord.MAX_LENGTH) {
        return null;
      }
      String text =
          SpfMacroString.parse(texts.getFirst(), true)
              .expand(letter -> value(letter, domain, false));
      String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
      return printable.substring(0, Math.min(printable.length(), MAX_EXPLANATION));
    } catch (SpfFailure _) {
      return null;
    }
  }

  private String targetOr(@Nullable SpfMacroString domainSpec, String domain) throws SpfFailure {
    return domainSpec == null ? domain : target(domainSpec, domain);
  }

  private String target(SpfMacroString domainSpec, String domain) throws SpfFailure {
    String name = withoutTrailingDot(domainSpec.expand(letter -> value(letter, domain, true)));
    while (name.length() > MAX_DOMAIN && name.indexOf('.') >= 0) { // RFC 7208 §7.3
      name = name.substring(name.indexOf('.') + 1);
    }
    return name;
  }

  /** RFC 7208 §7.2. */
  private String value(char letter, String domain, boolean counted) throws SpfFailure {
    return switch (letter) {
      case 's' -> session.local() + "@" + session.senderDomain();
      case 'l' -> session.local();
      case 'o' -> session.senderDomain();
      case 'd' -> domain;
      case 'i' -> Network.dotted(session.client());
      case 'p' -> validatedName(domain, counted);
      case 'v' -> isIpv4() ? "in-addr" : "ip6";
      case 'h' -> session.helo();
      case 'c' -> Network.text(session.client());
      case 'r' -> session.receiver();
      case 't' -> Long.toString(clock.instant().getEpochSecond());
      default -> throw SpfFailure.permanent("no such macro: " + letter);
    };
  }

  private String validatedName(String domain, boolean counted) throws SpfFailure {
    if (counted) {
      countLookup(); // RFC 7208 §4.6.4: the macro p counts as the mechanism ptr does
    }
    List<String> names = validatedNames(false);
    return names.stream()
        .filter(name -> name.equalsIgnoreCase(domain))
        .findFirst()
        .or(() -> names.stream().filter(name -> isWithin(name, domain)).findFirst())
        .or(() -> names.stream().findFirst())
        .orElse("unknown");
  }

  private <T> List<T> records(DnsAnswer<T> answer, String name) throws SpfFailure {
    checkTime();
    return switch (answer) {
      case Found<T> found -> found.records();
      case NoData<T> _, NoSuchDomain<T> _ -> List.of();
      case TemporaryFailure<T>(DnsAnswer.Reason reason, String _) ->
          throw SpfFailure.temporary(
              "the DNS has no answer about "
                  + name
                  + ": "
                  + reason.name().toLowerCase(Locale.ROOT));
    };
  }

  private <T> List<T> voidCounted(List<T> records) throws SpfFailure {
    if (records.isEmpty() && ++voidLookups > SpfEvaluator.MAX_VOID_LOOKUPS) {
      throw SpfFailure.permanent("more than 2 names that do not exist"); // RFC 7208 §4.6.4
    }
    return records;
  }

  private void countLookup() throws SpfFailure {
    if (++lookups > SpfEvaluator.MAX_LOOKUPS) {
      throw SpfFailure.permanent("more than 10 terms that ask the DNS"); // RFC 7208 §4.6.4
    }
    checkTime();
  }

  private void checkTime() throws SpfFailure {
    if (clock.instant().isAfter(deadline)) {
      throw SpfFailure.temporary("took longer than " + SpfEvaluator.MAX_TIME.toSeconds() + " s");
    }
  }

  private boolean isIpv4() {
    return session.client() instanceof Inet4Address;
  }

  private static boolean isWithin(String name, String domain) {
    String lower = name.toLowerCase(Locale.ROOT);
    String ancestor = withoutTrailingDot(domain).toLowerCase(Locale.ROOT);
    return lower.equals(ancestor) || lower.endsWith("." + ancestor);
  }

  static String withoutTrailingDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
