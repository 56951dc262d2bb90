package org.wachtpost.directory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mailauth.DkimKeyPair;

/**
 * The DNS records that a domain needs so that mail finds this server and is believed elsewhere.
 *
 * @param domain lower-case A-labels
 * @param hostname name of this server, lower-case A-labels
 * @param records to be published
 * @param policy the text of the domain's MTA-STS policy, lines that end in LF
 * @param policyServed whether this server serves it
 * @param tlsa the record that pins the server's present key, for a zone signed by DNSSEC; null if
 *     the key is not known
 */
public record DomainZone(
    String domain,
    String hostname,
    List<ZoneRecord> records,
    String policy,
    boolean policyServed,
    @Nullable ZoneRecord tlsa) {

  /** How long resolvers may keep a record, seconds. */
  public static final int TTL_SECONDS = 3600;

  /** How long senders keep the MTA-STS policy, seconds; short while it is being tried. */
  private static final int TESTING_SECONDS = 86_400;

  private static final int ENFORCED_SECONDS = 14 * 86_400;

  /**
   * How this server does MTA-STS.
   *
   * @param enforce whether the policy is more than a trial
   * @param served whether this server serves it
   */
  public record Sts(boolean enforce, boolean served) {
    public static final Sts STANDARD = new Sts(false, false);

    /**
     * The policy of each domain whose mail is handled by the host.
     *
     * @param host lower-case A-labels
     */
    String policy(String host) {
      return "version: STSv1\nmode: "
          + (enforce ? "enforce" : "testing")
          + "\nmx: "
          + host
          + "\nmax_age: "
          + (enforce ? ENFORCED_SECONDS : TESTING_SECONDS)
          + "\n";
    }
  }

  /**
   * One record.
   *
   * @param name absolute, without the dot at the end
   * @param data as a zone file has it
   * @param text what a TXT record says, in one piece, as the forms of DNS providers take it; null
   *     for other types
   * @param purpose what it is for, one line for people
   */
  public record ZoneRecord(
      String name, String type, String data, @Nullable String text, String purpose) {

    /** The record as a line of a zone file. */
    public String line() {
      return name + ". " + TTL_SECONDS + " IN " + type + " " + data;
    }

    private static ZoneRecord txt(String name, String text, String purpose) {
      return new ZoneRecord(name, "TXT", DkimKeyPair.zoneText(text), text, purpose);
    }
  }

  public DomainZone {
    records = List.copyOf(records);
  }

  /**
   * The records of a domain.
   *
   * @param hostname name of this server as the settings have it
   * @param keys all keys of the domain that are to be published
   * @param serverKey SubjectPublicKeyInfo of the server's certificate in DER, if known
   * @param sts how this server does MTA-STS
   * @param programs what mail programs are told
   * @throws DirectoryException if the host name is no name of a host
   */
  public static DomainZone of(
      String domain,
      String hostname,
      List<DomainKey> keys,
      Optional<byte[]> serverKey,
      Sts sts,
      MailPrograms programs) {
    String host = host(hostname);
    String policy = sts.policy(host);
    List<ZoneRecord> records = new ArrayList<>();
    records.add(
        new ZoneRecord(
            domain,
            "MX",
            "10 " + host + ".",
            null,
            "MX: mail for the domain goes to this server."));
    addSpf(records, domain, host);
    keys.forEach(key -> records.add(dkim(key)));
    addPolicies(records, domain, policy);
    records.addAll(programs.records(domain, host));
    if (sts.served()) {
      addServed(records, "mta-sts." + domain, host, "MTA-STS: this server serves the policy.");
      addServed(
          records,
          MailPrograms.HOST_PREFIX + domain,
          host,
          "Mail programs fetch their settings here; the certificate has to hold this name too.");
    }
    ZoneRecord tlsa =
        serverKey
            .map(info ->
                new ZoneRecord(
                    "_25._tcp." + host,
                    "TLSA",
                    "3 1 1 " + sha256(info),
                    null,
                    "TLSA: pins the key of the server's certificate (DANE)."))
            .orElse(null);
    return new DomainZone(domain, host, records, policy, sts.served(), tlsa);
  }

  /**
   * The text of every domain's MTA-STS policy, lines that end in LF.
   *
   * @param hostname name of this server as the settings have it
   * @throws DirectoryException if it is no name of a host
   */
  public static String policy(String hostname, Sts sts) {
    return sts.policy(host(hostname));
  }

  static String host(String hostname) {
    return MailAddress.normalDomain(hostname)
        .orElseThrow(() ->
            new DirectoryException("the setting hostname is not the name of a host: " + hostname));
  }

  private static void addSpf(List<ZoneRecord> records, String domain, String host) {
    if (host.equals(domain)) {
      records.add(
          ZoneRecord.txt(
              domain, "v=spf1 mx a ~all", "SPF: only the hosts of MX and A send for the domain."));
      return;
    }
    records.add(
        ZoneRecord.txt(
            domain,
            "v=spf1 mx ~all",
            "SPF: only the hosts of MX send for the domain. ~all leaves the verdict to DMARC."));
    if (host.endsWith("." + domain)) {
      records.add(
          ZoneRecord.txt(
              host,
              "v=spf1 a -all",
              "SPF of the server's own name, which bounces are judged by (RFC 7208 §2.3)."));
    }
  }

  private static ZoneRecord dkim(DomainKey key) {
    String state =
        switch (key.state()) {
          case NEXT -> "the next key: publish it before it signs";
          case ACTIVE -> "signs now";
          case RETIRING -> "signs no more; stays for mail on its way";
        };
    return ZoneRecord.txt(
        key.recordName(),
        key.recordText(),
        "DKIM (" + key.algorithm().word() + "): " + state + ". Made " + key.made() + ".");
  }

  private static void addPolicies(List<ZoneRecord> records, String domain, String policy) {
    String reports = "mailto:postmaster@" + domain;
    records.add(
        ZoneRecord.txt(
            "_dmarc." + domain,
            "v=DMARC1; p=none; rua=" + reports,
            "DMARC: p=none only asks for reports; make it quarantine, then reject,"
                + " when they show no mail of yours failing."));
    records.add(
        ZoneRecord.txt(
            "_mta-sts." + domain,
            "v=STSv1; id=" + sha256(policy.getBytes(StandardCharsets.UTF_8)).substring(0, 20),
            "MTA-STS: says that there is a policy (below); the id changes whenever it does."));
    records.add(
        ZoneRecord.txt(
            "_smtp._tls." + domain,
            "v=TLSRPTv1; rua=" + reports,
            "TLS-RPT: where other servers report TLS that failed."));
  }

  private static void addServed(
      List<ZoneRecord> records, String name, String host, String purpose) {
    records.add(new ZoneRecord(name, "CNAME", host + ".", null, purpose));
  }

  /** A snippet of a zone file with comments that say what each record is for. */
  public String text() {
    StringBuilder text = new StringBuilder(4096);
    comment(text, "DNS records for " + domain + ", whose mail is handled by " + hostname + ".");
    if (hostname.indexOf('.') < 0) {
      comment(
          text, "NOTE: nobody elsewhere can look up the name " + hostname + ": set hostname in");
      comment(text, "wachtpost.toml to this server's full name first.");
    }
    comment(text, hostname + " needs A and AAAA records, and its addresses PTR records that");
    comment(text, "say " + hostname + ".");
    if (records.stream().noneMatch(record -> record.name().contains("._domainkey."))) {
      comment(text, "NOTE: no DKIM keys yet: wachtpost domain rotate-keys " + domain + " --now");
    }
    for (ZoneRecord record : records) {
      text.append('\n');
      comment(text, record.purpose());
      text.append(record.line()).append('\n');
    }
    text.append('\n');
    appendPolicy(text);
    text.append('\n');
    appendTlsa(text);
    return text.toString();
  }

  private void appendPolicy(StringBuilder text) {
    if (policyServed) {
      comment(
          text, "The MTA-STS policy. This server serves it; its certificate has to be one that");
      comment(text, "browsers trust and to hold the name mta-sts." + domain + ", for");
    } else {
      comment(text, "The MTA-STS policy. This server does not serve it (listen.https = 443 does):");
      comment(text, "another web server has to, with a certificate that browsers trust, at");
    }
    comment(text, "https://mta-sts." + domain + "/.well-known/mta-sts.txt");
    comment(text, "Until then senders behave as if there were none. mode: enforce only when the");
    comment(
        text, "certificate of " + hostname + " is from a public authority and reports are clean.");
    policy.lines().forEach(line -> comment(text, "  " + line));
  }

  private void appendTlsa(StringBuilder text) {
    ZoneRecord record = tlsa;
    if (record == null) {
      comment(text, "TLSA: the server has no certificate yet; start it once.");
      return;
    }
    comment(text, record.purpose() + " Only where the zone of");
    comment(text, hostname + " is signed by DNSSEC; it must change before the key does.");
    comment(text, record.line());
  }

  private static void comment(StringBuilder text, String line) {
    text.append("; ").append(line).append('\n');
  }

  private static String sha256(byte[] data) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the Java platform lacks SHA-256", e);
    }
  }
}
