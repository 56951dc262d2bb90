package org.wachtpost.mailauth;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.Dns;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.mailauth.DmarcVerdict.Result;

/**
 * Evaluates DMARC (RFC 9989): is the author's domain one that SPF or DKIM authenticated, and if
 * not, what does its owner ask for.
 */
final class DmarcEvaluator {

  /** Author domains that are evaluated where a message has several. */
  static final int MAX_AUTHOR_DOMAINS = 5;

  private final Dns dns;

  DmarcEvaluator(Dns dns) {
    this.dns = dns;
  }

  /**
   * Of several author domains the worst outcome counts, so that a second author cannot hide a
   * first.
   */
  DmarcVerdict evaluate(MessageHeader header, SpfVerdict spf, List<DkimVerdict> dkim) {
    List<String> domains = AuthorDomains.of(header.named("From"));
    if (domains.isEmpty() || domains.size() > MAX_AUTHOR_DOMAINS) {
      String reason = domains.isEmpty() ? "there is no author domain" : "too many author domains";
      return new DmarcVerdict(Result.PERMERROR, "", null, Disposition.NONE, reason);
    }
    DmarcTreeWalk tree = new DmarcTreeWalk(dns);
    return domains.stream()
        .map(domain -> evaluate(tree, domain, spf, dkim))
        .max(
            Comparator.comparing(DmarcVerdict::disposition)
                .thenComparing(verdict -> verdict.result() != Result.PASS))
        .orElseThrow();
  }

  private DmarcVerdict evaluate(
      DmarcTreeWalk tree, String author, SpfVerdict spf, List<DkimVerdict> dkim) {
    try {
      DmarcTreeWalk.Walk walk = tree.walk(author);
      String policyDomain = policyDomain(walk, author);
      DmarcRecord record = policyDomain == null ? null : walk.records().get(policyDomain);
      if (policyDomain == null || record == null) {
        String reason = "no policy is published";
        return new DmarcVerdict(Result.NONE, author, null, Disposition.NONE, reason);
      }
      Disposition policy = policy(record, author, policyDomain);
      Alignment alignment = new Alignment(tree, author, walk.organizational());
      List<String> undecided = new ArrayList<>();
      if (isAuthenticated(alignment, record, spf, dkim, undecided)) {
        return new DmarcVerdict(Result.PASS, author, policyDomain, policy, null);
      }
      if (!undecided.isEmpty()) {
        return new DmarcVerdict(
            Result.TEMPERROR, author, policyDomain, policy, undecided.getFirst());
      }
      return new DmarcVerdict(
          Result.FAIL, author, policyDomain, policy, "neither SPF nor DKIM speaks for " + author);
    } catch (DmarcTreeWalk.Unavailable unavailable) {
      return new DmarcVerdict(
          Result.TEMPERROR, author, null, Disposition.NONE, unavailable.getMessage());
    }
  }

  /** RFC 9989 §4.10.1: the author domain's, else the organizational domain's, else the PSD's. */
  private static @Nullable String policyDomain(DmarcTreeWalk.Walk walk, String author) {
    if (walk.records().containsKey(author)) {
      return author;
    }
    if (walk.records().containsKey(walk.organizational())) {
      return walk.organizational();
    }
    return walk.records().entrySet().stream()
        .filter(entry -> entry.getValue().publicSuffix() == DmarcRecord.PublicSuffix.YES)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private Disposition policy(DmarcRecord record, String author, String policyDomain) {
    Disposition asked =
        author.equals(policyDomain)
            ? record.policy()
            : record.nonexistentPolicy() != record.subdomainPolicy() && !exists(author)
                ? record.nonexistentPolicy()
                : record.subdomainPolicy();
    return record.testing() ? asked.oneStepLess() : asked;
  }

  /** RFC 9989 §3.2: what has no A, no AAAA and no MX record does not exist. */
  private boolean exists(String domain) {
    for (DnsAnswer<?> answer :
        List.<DnsAnswer<?>>of(dns.a(domain), dns.aaaa(domain), dns.mx(domain))) {
      boolean some =
          switch (answer) {
            case DnsAnswer.Found<?> _, DnsAnswer.TemporaryFailure<?> _ -> true;
            case DnsAnswer.NoData<?> _, DnsAnswer.NoSuchDomain<?> _ -> false;
          };
      if (some) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAuthenticated(
      Alignment alignment,
      DmarcRecord record,
      SpfVerdict spf,
      List<DkimVerdict> dkim,
      List<String> undecided) {
    for (DkimVerdict verdict : dkim) {
      String domain = verdict.domain();
      boolean matters = verdict.passed() || verdict.status() == DkimStatus.TEMPERROR;
      if (domain != null && matters && alignment.holds(domain, record.strictDkim(), undecided)) {
        if (verdict.passed()) {
          return true;
        }
        undecided.add("DKIM of " + domain + " could not be checked now");
      }
    }
    boolean passed = spf.result() == SpfResult.PASS;
    boolean matters = passed || spf.result() == SpfResult.TEMPERROR;
    if (matters && alignment.holds(spf.domain(), record.strictSpf(), undecided)) {
      if (passed) {
        return true;
      }
      undecided.add("SPF of " + spf.domain() + " could not be checked now");
    }
    return false;
  }

  /** RFC 9989 §4.4: whether an authenticated domain speaks for the author's. */
  private record Alignment(DmarcTreeWalk tree, String author, String organizational) {

    boolean holds(String domain, boolean strict, List<String> undecided) {
      if (domain.equals(author)) {
        return true;
      }
      boolean related = domain.equals(organizational) || domain.endsWith("." + organizational);
      if (strict || !related) {
        return false;
      }
      try {
        return tree.walk(domain).organizational().equals(organizational);
      } catch (DmarcTreeWalk.Unavailable unavailable) {
        undecided.add(String.valueOf(unavailable.getMessage()));
        return false;
      }
    }
  }
}
