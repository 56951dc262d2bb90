package org.wachtpost.mailauth;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.Dns;
import org.wachtpost.mailauth.AuthenticationResults.Property;
import org.wachtpost.mailauth.AuthenticationResults.Result;

/**
 * Checks a message that came in, by SPF, DKIM, ARC and DMARC.
 *
 * <p>Threading: any thread; blocks on the DNS. The message is read once.
 */
public final class MailAuthentication {

  private final SpfEvaluator spf;
  private final DkimVerifier dkim;
  private final ArcVerifier arc;
  private final DmarcEvaluator dmarc;
  private final String authservId;
  private final Set<String> trustedSealers;

  /**
   * @param authservId our name in Authentication-Results (RFC 8601 §2.5); commonly the host's name
   * @param hostName our host name, for SPF explanations
   * @param trustedSealers domains (tag d= of ARC-Seal) whose word overrides a DMARC failure
   */
  public MailAuthentication(
      Dns dns,
      InstantSource clock,
      String authservId,
      String hostName,
      Set<String> trustedSealers) {
    this.spf = new SpfEvaluator(dns, hostName, clock);
    this.dkim = new DkimVerifier(dns, clock);
    this.arc = new ArcVerifier(dns);
    this.dmarc = new DmarcEvaluator(dns);
    this.authservId = authservId.toLowerCase(Locale.ROOT);
    this.trustedSealers =
        Set.copyOf(trustedSealers.stream().map(d -> d.toLowerCase(Locale.ROOT)).toList());
  }

  /**
   * @param content the message as it came in, before any field of ours was added
   * @param client the host that sent it
   * @param helo what it said in HELO or EHLO
   * @param mailFrom the reverse-path without angle brackets; empty for the null one
   * @throws IOException if the content cannot be read
   */
  public AuthenticationVerdict verify(
      MessageSource content, InetAddress client, String helo, String mailFrom) throws IOException {
    SpfVerdict spfVerdict = spf.checkMailFrom(client, helo, mailFrom);
    try (InputStream in = new BufferedInputStream(content.open())) {
      MessageHeader header = MessageHeader.read(in);
      List<DkimVerifier.Prepared> signatures = DkimVerifier.prepare(header);
      ArcVerifier.Prepared chain = ArcVerifier.prepare(header);
      Map<BodyHash.Wanted, BodyHash.Computed> bodies =
          BodyHash.compute(in, wanted(signatures, chain));
      List<DkimVerdict> dkimVerdicts = dkim.verify(header, signatures, bodies);
      ArcVerdict arcVerdict = arc.verify(header, chain, bodies);
      DmarcVerdict dmarcVerdict = dmarc.evaluate(header, spfVerdict, dkimVerdicts);
      return verdict(header, spfVerdict, mailFrom, dkimVerdicts, arcVerdict, dmarcVerdict);
    }
  }

  private static List<BodyHash.Wanted> wanted(
      List<DkimVerifier.Prepared> signatures, ArcVerifier.Prepared chain) {
    Stream<BodyHash.Wanted> ofDkim =
        signatures.stream()
            .map(DkimVerifier.Prepared::signature)
            .filter(Objects::nonNull)
            .map(DkimSignature::body);
    BodyHash.Wanted ofArc = chain.body();
    return Stream.concat(ofDkim, ofArc == null ? Stream.empty() : Stream.of(ofArc)).toList();
  }

  /**
   * Why nobody can tell whose word a message is, so that nothing that was checked counts; empty if
   * one can.
   */
  private static String doubt(MessageHeader header) {
    if (!header.complete()) {
      return "the header is too long to be checked";
    }
    List<HeaderField> from = header.named("From");
    if (from.size() > 1) {
      return "there is more than one From field"; // RFC 5322 §3.6
    }
    return AuthorDomains.of(from).size() > DmarcEvaluator.MAX_AUTHOR_DOMAINS
        ? "there are authors of too many domains"
        : "";
  }

  private AuthenticationVerdict verdict(
      MessageHeader header,
      SpfVerdict spfVerdict,
      String mailFrom,
      List<DkimVerdict> dkimVerdicts,
      ArcVerdict arcVerdict,
      DmarcVerdict dmarcVerdict) {
    Disposition disposition = dmarcVerdict.disposition();
    String reason = "";
    String doubt = doubt(header);
    if (!doubt.isEmpty()) {
      disposition = Disposition.REJECT;
      reason = doubt;
    } else if (disposition != Disposition.NONE) {
      reason =
          "DMARC policy of "
              + dmarcVerdict.authorDomain()
              + " is "
              + disposition.word()
              + ": "
              + dmarcVerdict.reason();
      // The word that a sealer gave for one author is none for another.
      boolean alone = AuthorDomains.of(header.named("From")).size() == 1;
      String sealer = alone ? trustedWord(arcVerdict, dmarcVerdict) : "";
      if (!sealer.isEmpty()) {
        disposition = Disposition.NONE;
        reason = "DMARC passed where trusted " + sealer + " received it (ARC)";
      }
    }
    List<Result> results = new ArrayList<>();
    results.add(spfResult(spfVerdict, mailFrom));
    dkimVerdicts.forEach(verdict -> results.add(dkimResult(verdict)));
    if (dkimVerdicts.isEmpty()) {
      results.add(new Result("dkim", "none", "", "", List.of()));
    }
    results.add(arcResult(arcVerdict));
    results.add(dmarcResult(dmarcVerdict, disposition));
    return new AuthenticationVerdict(
        spfVerdict,
        dkimVerdicts,
        arcVerdict,
        dmarcVerdict,
        disposition,
        reason,
        new AuthenticationResults(authservId, results));
  }

  /**
   * The trusted sealer that saw the author's domain pass DMARC, with nobody but trusted sealers
   * since; empty if there is none (RFC 8617 §7.2.2 leaves this to us).
   */
  private String trustedWord(ArcVerdict chain, DmarcVerdict verdict) {
    for (ArcVerdict.Set set : chain.sets().reversed()) {
      if (!trustedSealers.contains(set.sealer())) {
        return "";
      }
      boolean passed =
          AuthenticationResults.parse(set.results()).stream()
              .flatMap(results -> results.results().stream())
              .filter(result -> result.method().equals("dmarc") && result.value().equals("pass"))
              .map(result -> result.property("header", "from").orElse(""))
              .anyMatch(verdict.authorDomain()::equalsIgnoreCase);
      if (passed) {
        return set.sealer();
      }
    }
    return "";
  }

  private static Result spfResult(SpfVerdict verdict, String mailFrom) {
    Property checked =
        mailFrom.isEmpty()
            ? new Property("smtp", "helo", verdict.domain())
            : new Property("smtp", "mailfrom", mailFrom);
    String reason = verdict.problem() == null ? "" : verdict.problem();
    return new Result("spf", verdict.result().word(), "", reason, List.of(checked));
  }

  private static Result dkimResult(DkimVerdict verdict) {
    List<Property> properties = new ArrayList<>();
    add(properties, "d", verdict.domain());
    add(properties, "i", verdict.identity());
    add(properties, "s", verdict.selector());
    add(properties, "a", verdict.algorithm());
    add(properties, "b", verdict.signatureStart());
    String reason = verdict.reason() == null ? "" : verdict.reason();
    return new Result("dkim", verdict.status().word(), "", reason, properties);
  }

  private static void add(List<Property> properties, String name, @Nullable String value) {
    if (value != null) {
      properties.add(new Property("header", name, value));
    }
  }

  private static Result arcResult(ArcVerdict verdict) {
    String reason = verdict.reason() == null ? "" : verdict.reason();
    return new Result("arc", verdict.status().word(), "", reason, List.of());
  }

  private static Result dmarcResult(DmarcVerdict verdict, Disposition disposition) {
    String policy = "p=" + verdict.policy().word() + " dis=" + disposition.word();
    boolean known = verdict.policyDomain() != null;
    boolean author = !verdict.authorDomain().isEmpty();
    return new Result(
        "dmarc",
        verdict.result().word(),
        known ? policy : "",
        verdict.result() == DmarcVerdict.Result.FAIL || verdict.reason() == null
            ? ""
            : verdict.reason(),
        author ? List.of(new Property("header", "from", verdict.authorDomain())) : List.of());
  }
}
