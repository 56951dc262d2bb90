package org.wachtpost.mailauth;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.wachtpost.dns.Dns;

/**
 * Says whether a host may send for a domain (RFC 7208).
 *
 * <p>Threading: any thread; blocks on the DNS.
 */
public final class SpfEvaluator {

  /** Terms that cause DNS questions (RFC 7208 §4.6.4). */
  public static final int MAX_LOOKUPS = 10;

  /** Questions without an answer (RFC 7208 §4.6.4). */
  public static final int MAX_VOID_LOOKUPS = 2;

  /** Exchangers of one mx, and names of one ptr, that are looked at (RFC 7208 §4.6.4). */
  public static final int MAX_NAMES = 10;

  /** For a whole evaluation; the RFC asks for at least 20 seconds (RFC 7208 §4.6.4). */
  public static final Duration MAX_TIME = Duration.ofSeconds(20);

  private final Dns dns;
  private final String receiver;
  private final InstantSource clock;

  /**
   * @param receiver our own host name, for explanations (macro r)
   */
  public SpfEvaluator(Dns dns, String receiver, InstantSource clock) {
    this.dns = dns;
    this.receiver = receiver;
    this.clock = clock;
  }

  /**
   * Checks the MAIL FROM identity; of a null reverse-path that is postmaster at the HELO name (RFC
   * 7208 §2.4).
   *
   * @param helo what the client said in HELO or EHLO
   * @param mailFrom the reverse-path without angle brackets; empty for the null one
   */
  public SpfVerdict checkMailFrom(InetAddress client, String helo, String mailFrom) {
    if (mailFrom.isEmpty()) {
      return check(client, helo, "postmaster", helo, SpfVerdict.Identity.MAILFROM);
    }
    int at = mailFrom.lastIndexOf('@');
    String domain = mailFrom.substring(at + 1);
    String local = at <= 0 ? "postmaster" : mailFrom.substring(0, at); // RFC 7208 §4.3
    return check(client, helo, local, domain, SpfVerdict.Identity.MAILFROM);
  }

  /** Checks the HELO identity (RFC 7208 §2.3). */
  public SpfVerdict checkHelo(InetAddress client, String helo) {
    return check(client, helo, "postmaster", helo, SpfVerdict.Identity.HELO);
  }

  private SpfVerdict check(
      InetAddress client, String helo, String local, String domain, SpfVerdict.Identity identity) {
    String checked = SpfCheck.withoutTrailingDot(domain).toLowerCase(Locale.ROOT);
    SpfCheck check =
        new SpfCheck(
            dns,
            clock,
            new SpfCheck.Session(Network.unmapped(client), helo, local, checked, receiver));
    try {
      SpfCheck.Outcome outcome = check.checkHost(checked);
      return new SpfVerdict(outcome.result(), identity, checked, outcome.explanation(), null);
    } catch (SpfFailure failure) {
      return new SpfVerdict(failure.result(), identity, checked, null, failure.getMessage());
    }
  }

  /** Whether a name can be asked for at all (RFC 7208 §4.3): several labels, none too long. */
  static boolean isDomain(String domain) {
    if (domain.length() > 253 || domain.startsWith("[")) {
      return false;
    }
    List<String> labels = List.of(domain.split("\\.", -1));
    return labels.size() >= 2
        && labels.stream().noneMatch(label -> label.isEmpty() || label.length() > 63);
  }
}
