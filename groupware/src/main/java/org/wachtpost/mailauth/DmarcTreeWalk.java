package org.wachtpost.mailauth;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wachtpost.dns.Dns;
import org.wachtpost.dns.DnsAnswer;

/**
 * Finds records and organizational domains by walking up the DNS (RFC 9989 §4.10). Used for one
 * message by one thread; remembers what it asked.
 */
final class DmarcTreeWalk {

  /** Questions for one walk (RFC 9989 §4.10). */
  static final int MAX_QUESTIONS = 8;

  /** The DNS had no answer now. */
  static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    Unavailable(String domain) {
      super("the DNS has no answer about _dmarc." + domain, null, false, false);
    }
  }

  /**
   * @param records by domain, the start first if it has one
   * @param organizational the organizational domain of the start
   */
  record Walk(Map<String, DmarcRecord> records, String organizational) {}

  private final Dns dns;
  private final Map<String, Optional<DmarcRecord>> asked = new LinkedHashMap<>();
  private final Map<String, Walk> walks = new LinkedHashMap<>();

  DmarcTreeWalk(Dns dns) {
    this.dns = dns;
  }

  Walk walk(String start) throws Unavailable {
    Walk known = walks.get(start);
    if (known != null) {
      return known;
    }
    Map<String, DmarcRecord> records = new LinkedHashMap<>();
    List<String> labels = Arrays.asList(start.split("\\.", -1));
    int count = labels.size();
    String found = "";
    while (count > 0) {
      String domain = suffix(labels, count);
      Optional<DmarcRecord> record = ask(domain);
      if (record.isPresent()) {
        records.put(domain, record.get());
        found = domain;
        if (record.get().publicSuffix() != DmarcRecord.PublicSuffix.UNKNOWN) {
          break;
        }
      }
      // RFC 9989 §4.10: long names go straight to seven labels, so that eight questions are enough
      count = Math.min(count - 1, MAX_QUESTIONS - 1);
    }
    Walk walk = new Walk(records, organizational(start, labels, records, found));
    walks.put(start, walk);
    return walk;
  }

  /**
   * RFC 9989 §4.10.2.
   *
   * @param last the domain of the last record that was found, which has the fewest labels
   */
  private static String organizational(
      String start, List<String> labels, Map<String, DmarcRecord> records, String last) {
    DmarcRecord record = records.get(last);
    if (record == null) {
      return start;
    }
    if (record.publicSuffix() == DmarcRecord.PublicSuffix.YES && !last.equals(start)) {
      return suffix(labels, last.split("\\.", -1).length + 1);
    }
    return last;
  }

  private Optional<DmarcRecord> ask(String domain) throws Unavailable {
    Optional<DmarcRecord> known = asked.get(domain);
    if (known != null) {
      return known;
    }
    DnsAnswer<String> answer = dns.txt("_dmarc." + domain);
    if (answer instanceof DnsAnswer.TemporaryFailure<String>) {
      throw new Unavailable(domain);
    }
    List<String> records = answer.recordsOrEmpty().stream().filter(DmarcRecord::isDmarc).toList();
    Optional<DmarcRecord> record =
        records.size() == 1 ? DmarcRecord.parse(records.getFirst()) : Optional.empty();
    asked.put(domain, record);
    return record;
  }

  private static String suffix(List<String> labels, int count) {
    return String.join(".", labels.subList(labels.size() - count, labels.size()));
  }
}
