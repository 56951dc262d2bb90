package org.wachtpost.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.DnsAnswer.Found;
import org.wachtpost.dns.DnsAnswer.NoData;
import org.wachtpost.dns.DnsAnswer.NoSuchDomain;
import org.wachtpost.dns.DnsAnswer.Reason;
import org.wachtpost.dns.DnsAnswer.TemporaryFailure;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * A DNS made of what a test adds to it. Every name that is an ancestor of one with records exists.
 * Answers are insecure unless {@link #secure} says otherwise; they fail where {@link #fail} says
 * so. Safe for use by several threads.
 */
public final class FakeDns implements DnsQuestions {

  public static final Duration TTL = Duration.ofHours(1);
  private static final int MAX_ALIASES = 10;

  private final List<Record> records = new CopyOnWriteArrayList<>();
  private final Map<String, Reason> failures = new ConcurrentHashMap<>();
  private final Set<Name> secure = ConcurrentHashMap.newKeySet();
  private final List<String> questions = new CopyOnWriteArrayList<>();

  /** The records of a zone file; names are absolute or end at the root. */
  public static FakeDns ofZone(String zone) {
    FakeDns dns = new FakeDns();
    byte[] text = zone.getBytes(StandardCharsets.ISO_8859_1);
    try (Master master = new Master(new ByteArrayInputStream(text), Name.root, 3600)) {
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        dns.records.add(record);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return dns;
  }

  /** One TXT record; long text is split into strings of 255 octets. */
  public FakeDns addTxt(String name, String text) {
    List<String> strings = new ArrayList<>();
    for (int at = 0; at == 0 || at < text.length(); at += 255) {
      StringBuilder escaped = new StringBuilder();
      for (char c : text.substring(at, Math.min(text.length(), at + 255)).toCharArray()) {
        escaped.append(String.format(Locale.ROOT, "\\%03d", (int) c));
      }
      strings.add(escaped.toString());
    }
    return add(new TXTRecord(name(name), DClass.IN, TTL.toSeconds(), strings));
  }

  /** An A or AAAA record, by the text of the address. */
  public FakeDns addAddress(String name, String address) {
    try {
      InetAddress parsed = InetAddress.ofLiteral(address);
      return add(
          parsed instanceof Inet4Address
              ? new ARecord(name(name), DClass.IN, TTL.toSeconds(), parsed)
              : new AAAARecord(name(name), DClass.IN, TTL.toSeconds(), parsed));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("no address: " + address, e);
    }
  }

  public FakeDns addMx(String name, int preference, String exchange) {
    return add(new MXRecord(name(name), DClass.IN, TTL.toSeconds(), preference, name(exchange)));
  }

  public FakeDns addCname(String name, String target) {
    return add(new CNAMERecord(name(name), DClass.IN, TTL.toSeconds(), name(target)));
  }

  public FakeDns addPtr(String address, String name) {
    Name owner = DnsRecords.reverse(InetAddress.ofLiteral(address));
    return add(new PTRRecord(owner, DClass.IN, TTL.toSeconds(), name(name)));
  }

  /** A PTR record by the name that stands for the address. */
  public FakeDns addPtrAt(String owner, String name) {
    return add(new PTRRecord(name(owner), DClass.IN, TTL.toSeconds(), name(name)));
  }

  public FakeDns addTlsa(String name, int usage, int selector, int matchingType, String hex) {
    byte[] data = HexFormat.of().parseHex(hex);
    return add(
        new TLSARecord(
            name(name), DClass.IN, TTL.toSeconds(), usage, selector, matchingType, data));
  }

  /** Takes away all records of a name. */
  public FakeDns remove(String name) {
    Name owner = name(name);
    records.removeIf(record -> record.getName().equals(owner));
    return this;
  }

  /** Everything at and under this name is proven by DNSSEC. */
  public FakeDns secure(String name) {
    secure.add(name(name));
    return this;
  }

  /** Every question about this name fails. */
  public FakeDns fail(String name, Reason reason) {
    failures.put(lower(name), reason);
    return this;
  }

  /** Questions about this name of this type ({@code "A"}, {@code "TXT"}, …) fail. */
  public FakeDns fail(String name, String type, Reason reason) {
    failures.put(lower(name) + " " + type, reason);
    return this;
  }

  /** Nothing fails any more. */
  public FakeDns repair() {
    failures.clear();
    return this;
  }

  /** The records that were added, as dnsjava has them. */
  List<Record> records() {
    return List.copyOf(records);
  }

  /** What was asked so far, as {@code "TXT example.org"}. */
  public List<String> questions() {
    return List.copyOf(questions);
  }

  @Override
  public <R extends Record, T> DnsAnswer<T> ask(
      String text, int type, Class<R> recordClass, Function<R, @Nullable T> decode) {
    questions.add(Type.string(type) + " " + lower(text));
    Name name = DnsRecords.parse(text);
    if (name == null) {
      return new NoSuchDomain<>(Duration.ZERO, false);
    }
    boolean authenticated = true;
    for (int aliases = 0; aliases <= MAX_ALIASES; aliases++) {
      Reason failure = failure(name, type);
      if (failure != null) {
        return new TemporaryFailure<>(failure, "as the test says: " + name);
      }
      authenticated &= isSecure(name);
      List<T> found = at(name, type, recordClass, decode);
      if (!found.isEmpty()) {
        return new Found<>(found, DnsRecords.name(name), TTL, authenticated);
      }
      List<Name> alias = at(name, Type.CNAME, CNAMERecord.class, CNAMERecord::getTarget);
      if (alias.isEmpty()) {
        return exists(name)
            ? new NoData<>(TTL, authenticated)
            : new NoSuchDomain<>(TTL, authenticated);
      }
      name = alias.getFirst();
    }
    return new TemporaryFailure<>(Reason.MALFORMED, "too many aliases at " + text);
  }

  private Reason failure(Name name, int type) {
    Reason all = failures.get(DnsRecords.name(name));
    return all != null ? all : failures.get(DnsRecords.name(name) + " " + Type.string(type));
  }

  private boolean isSecure(Name name) {
    return secure.stream().anyMatch(name::subdomain);
  }

  private boolean exists(Name name) {
    return records.stream().anyMatch(record -> record.getName().subdomain(name));
  }

  private <R extends Record, T> List<T> at(
      Name name, int type, Class<R> recordClass, Function<R, T> decode) {
    List<T> found = new ArrayList<>();
    for (Record record : records) {
      if (record.getType() == type && record.getName().equals(name)) {
        found.add(decode.apply(recordClass.cast(record)));
      }
    }
    return found;
  }

  private FakeDns add(Record record) {
    records.add(record);
    return this;
  }

  private static Name name(String text) {
    Name name = DnsRecords.parse(text);
    if (name == null) {
      throw new IllegalArgumentException("not a DNS name: " + text);
    }
    return name;
  }

  private static String lower(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.length() > 1 && lower.endsWith(".")
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }
}
