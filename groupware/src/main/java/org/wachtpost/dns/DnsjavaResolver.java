package org.wachtpost.dns;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.DnsAnswer.Found;
import org.wachtpost.dns.DnsAnswer.NoData;
import org.wachtpost.dns.DnsAnswer.NoSuchDomain;
import org.wachtpost.dns.DnsAnswer.Reason;
import org.wachtpost.dns.DnsAnswer.TemporaryFailure;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Asks recursive resolvers, over UDP and then TCP when the answer does not fit, and keeps what they
 * say for as long as they say.
 *
 * <p>Threading: any thread; the calling thread blocks, at most for {@link DnsSettings#deadline}.
 */
public final class DnsjavaResolver implements DnsQuestions {

  /** CNAMEs followed for one question. */
  static final int MAX_ALIASES = 10;

  private final DnsSettings settings;
  private final DnsExchange exchange;
  private final AnswerCache cache;

  /**
   * Nothing is asked yet.
   *
   * @param clock the wall clock: for times to live and for the validity of signatures
   */
  public DnsjavaResolver(DnsSettings settings, InstantSource clock) {
    this.settings = settings;
    this.exchange = new DnsExchange(settings, clock);
    this.cache = new AnswerCache(settings.cacheEntries(), clock);
  }

  @Override
  public <R extends Record, T> DnsAnswer<T> ask(
      String text, int type, Class<R> recordClass, Function<R, @Nullable T> decode) {
    Name name = DnsRecords.parse(text);
    if (name == null) {
      return new NoSuchDomain<>(Duration.ZERO, false);
    }
    String key = DnsRecords.name(name);
    DnsAnswer<?> kept = cache.get(key, type);
    if (kept != null) {
      // The cache is asked by type, and a type has one decoder.
      @SuppressWarnings("unchecked")
      DnsAnswer<T> answer = (DnsAnswer<T>) kept;
      return answer;
    }
    DnsAnswer<T> answer = follow(name, type, recordClass, decode);
    cache.put(key, type, answer);
    return answer;
  }

  private <R extends Record, T> DnsAnswer<T> follow(
      Name start, int type, Class<R> recordClass, Function<R, @Nullable T> decode) {
    DnsExchange.Deadline deadline = DnsExchange.Deadline.after(settings.deadline());
    boolean authenticated = true;
    long ttl = Long.MAX_VALUE;
    Name name = start;
    int aliases = 0;
    while (true) {
      Message message;
      switch (exchange.send(name, type, deadline)) {
        case DnsExchange.Failed(Reason reason, String detail) -> {
          return new TemporaryFailure<>(reason, detail);
        }
        case DnsExchange.Answered(Message answered) -> message = answered;
      }
      authenticated &= message.getHeader().getFlag(Flags.AD);
      Name asked = name;
      List<R> records = recordsAt(message, name, type, recordClass);
      // A server gives the whole chain at once when it knows it (RFC 1034 §3.6.2).
      while (records.isEmpty() && type != Type.CNAME) {
        CNAMERecord alias = firstAlias(message, name);
        if (alias == null) {
          break;
        }
        if (++aliases > MAX_ALIASES) {
          return new TemporaryFailure<>(Reason.MALFORMED, "more than 10 aliases at " + start);
        }
        ttl = Math.min(ttl, alias.getTTL());
        name = alias.getTarget();
        records = recordsAt(message, name, type, recordClass);
      }
      if (!records.isEmpty()) {
        return found(records, name, ttl, authenticated, decode);
      }
      boolean chainGoesOn = !name.equals(asked) && negativeTtl(message) < 0;
      if (message.getRcode() == Rcode.NXDOMAIN) {
        return new NoSuchDomain<>(seconds(ttl, negativeTtl(message)), authenticated);
      }
      if (!chainGoesOn) {
        return new NoData<>(seconds(ttl, negativeTtl(message)), authenticated);
      }
    }
  }

  private static <R extends Record, T> DnsAnswer<T> found(
      List<R> records,
      Name owner,
      long aliasTtl,
      boolean authenticated,
      Function<R, @Nullable T> decode) {
    long ttl = aliasTtl;
    List<T> decoded = new ArrayList<>(records.size());
    for (R record : records) {
      ttl = Math.min(ttl, record.getTTL());
      T value = decode.apply(record);
      if (value != null) {
        decoded.add(value);
      }
    }
    if (decoded.isEmpty()) {
      return new NoData<>(Duration.ofSeconds(ttl), authenticated);
    }
    return new Found<>(decoded, DnsRecords.name(owner), Duration.ofSeconds(ttl), authenticated);
  }

  private static <R extends Record> List<R> recordsAt(
      Message message, Name name, int type, Class<R> recordClass) {
    return message.getSection(Section.ANSWER).stream()
        .filter(r -> r.getType() == type && r.getDClass() == DClass.IN && r.getName().equals(name))
        .filter(recordClass::isInstance)
        .map(recordClass::cast)
        .toList();
  }

  private static @Nullable CNAMERecord firstAlias(Message message, Name name) {
    List<CNAMERecord> aliases = recordsAt(message, name, Type.CNAME, CNAMERecord.class);
    return aliases.isEmpty() ? null : aliases.getFirst();
  }

  /** Seconds that an absence may be kept (RFC 2308 §5), or -1 without an SOA record. */
  private static long negativeTtl(Message message) {
    return message.getSection(Section.AUTHORITY).stream()
        .filter(SOARecord.class::isInstance)
        .map(SOARecord.class::cast)
        .mapToLong(soa -> Math.min(soa.getTTL(), soa.getMinimum()))
        .findFirst()
        .orElse(-1);
  }

  private static Duration seconds(long aliasTtl, long negativeTtl) {
    return Duration.ofSeconds(Math.max(0, Math.min(aliasTtl, negativeTtl)));
  }

  @Override
  public String toString() {
    return "DnsjavaResolver" + settings.servers();
  }
}
