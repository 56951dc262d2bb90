package org.wachtpost.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.dns.FakeDns;
import org.wachtpost.dns.MxRecord;
import org.wachtpost.mailauth.AuthenticationVerdict;
import org.wachtpost.mailauth.DkimSigner;
import org.wachtpost.mailauth.DkimSigningKey;
import org.wachtpost.mailauth.DkimVerdict;
import org.wachtpost.mailauth.DmarcVerdict;
import org.wachtpost.mailauth.MailAuthentication;
import org.wachtpost.mailauth.MessageSource;
import org.wachtpost.mailauth.SpfResult;
import org.wachtpost.store.memory.MemoryStore;

class DomainZoneTest {
  private static final Directory.Actor CLI =
      new Directory.Actor("cli", new Origin("cli", null, 0, 0, "cli"));
  private static final String DOMAIN = "example.test";
  private static final String HOST = "mail.example.test";
  private static final byte[] SERVER_KEY = {1, 2, 3};
  private static final MailPrograms PROGRAMS = new MailPrograms(993, 143, 465, 587);
  private static final String MESSAGE =
      "From: Alice <alice@example.test>\r\nTo: bob@elsewhere.test\r\nSubject: hello\r\n\r\nHi\r\n";

  private final MemoryStore store = new MemoryStore();
  private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-23T08:00:00Z"));
  private final Accounts accounts = new Accounts(store, clock, new Random(1));
  private final DomainKeys keys = new DomainKeys(accounts, clock, new SecureRandom(), event -> {});

  @BeforeEach
  void domain() {
    new Directory(accounts, clock, new SecureRandom(), event -> {}).addDomain(CLI, DOMAIN);
    keys.ensure(CLI, DOMAIN);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private DomainZone zone() {
    return DomainZone.of(
        DOMAIN,
        HOST,
        keys.keys(DOMAIN),
        Optional.of(SERVER_KEY),
        DomainZone.Sts.STANDARD,
        PROGRAMS);
  }

  private static String txt(FakeDns dns, String name) {
    List<String> records = dns.txt(name).recordsOrEmpty();
    assertThat(records).as(name).hasSize(1);
    return records.getFirst();
  }

  @Test
  void everyRecordParsesAndSaysWhatItShould() {
    FakeDns dns = FakeDns.ofZone(zone().text());
    assertThat(dns.mx(DOMAIN).recordsOrEmpty()).containsExactly(new MxRecord(10, HOST));
    assertThat(txt(dns, DOMAIN)).isEqualTo("v=spf1 mx ~all");
    assertThat(txt(dns, HOST)).isEqualTo("v=spf1 a -all");
    assertThat(txt(dns, "_dmarc.example.test"))
        .isEqualTo("v=DMARC1; p=none; rua=mailto:postmaster@example.test");
    assertThat(txt(dns, "_mta-sts.example.test")).matches("v=STSv1; id=[0-9a-f]{20}");
    assertThat(txt(dns, "_smtp._tls.example.test"))
        .isEqualTo("v=TLSRPTv1; rua=mailto:postmaster@example.test");
    for (DomainKey key : keys.keys(DOMAIN)) {
      assertThat(txt(dns, key.recordName())).isEqualTo(key.recordText());
    }
    assertThat(dns.tlsa("_25._tcp.mail.example.test").recordsOrEmpty()).as("a comment").isEmpty();
  }

  @Test
  void mailSignedWithTheKeysIsBelievedByWhoReadsTheZone() throws Exception {
    keys.rotate(CLI, DOMAIN, false);
    List<DkimSigningKey> before = keys.signingKeys(DOMAIN);
    FakeDns dns = FakeDns.ofZone(zone().text()).addAddress(HOST, "192.0.2.1");
    keys.rotate(CLI, DOMAIN, false);
    List<DkimSigningKey> after = keys.signingKeys(DOMAIN);
    assertThat(after).doesNotContainAnyElementsOf(before);
    for (List<DkimSigningKey> signers : List.of(before, after)) {
      AuthenticationVerdict verdict = verify(dns, signers);
      assertThat(verdict.dkim()).hasSize(2).allMatch(DkimVerdict::passed);
      assertThat(verdict.spf().result()).isEqualTo(SpfResult.PASS);
      assertThat(verdict.dmarc().result()).isEqualTo(DmarcVerdict.Result.PASS);
    }
    FakeDns later = FakeDns.ofZone(zone().text());
    assertThat(verify(later, before).dkim()).as("retiring").allMatch(DkimVerdict::passed);
  }

  private AuthenticationVerdict verify(FakeDns dns, List<DkimSigningKey> signers) throws Exception {
    String signed =
        switch (new DkimSigner(clock).sign(source(MESSAGE), signers)) {
          case DkimSigner.Signed(String fields) -> fields + MESSAGE;
          case DkimSigner.Refused(String reason) -> throw new AssertionError(reason);
        };
    return new MailAuthentication(dns, clock, "mx.elsewhere.test", "mx.elsewhere.test", Set.of())
        .verify(source(signed), InetAddress.ofLiteral("192.0.2.1"), HOST, "alice@example.test");
  }

  private static MessageSource source(String message) {
    return MessageSource.of(message.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void theSnippetSaysWhatStateEveryKeyIsInAndShowsNoPrivateKey() {
    keys.rotate(CLI, DOMAIN, true);
    keys.rotate(CLI, DOMAIN, false);
    String text = zone().text();
    assertThat(text).contains("signs now", "the next key", "signs no more");
    for (DkimSigningKey key : keys.signingKeys(DOMAIN)) {
      String base64 = Base64.getEncoder().encodeToString(key.privateKey().getEncoded());
      assertThat(text).doesNotContain(base64.substring(base64.length() - 30));
    }
  }

  @Test
  void longTextIsSplitIntoStringsThatFit() {
    assertThat(zone().text().lines().filter(line -> line.contains(" TXT ")))
        .allMatch(line -> line.matches("\\S+ 3600 IN TXT \"[^\"]{1,255}\"( \"[^\"]{1,255}\")*"))
        .anyMatch(line -> line.contains("\" \""));
  }

  @Test
  void thePolicyAndItsIdGoTogether() {
    DomainZone zone = zone();
    assertThat(zone.policy()).isEqualTo(DomainZone.policy(HOST, DomainZone.Sts.STANDARD));
    assertThat(zone.policy())
        .isEqualTo("version: STSv1\nmode: testing\nmx: mail.example.test\nmax_age: 86400\n");
    assertThat(zone.text()).contains(";   mx: mail.example.test\n", "does not serve it (listen");
    DomainZone other =
        DomainZone.of(
            DOMAIN,
            "other.example.test",
            keys.keys(DOMAIN),
            Optional.empty(),
            DomainZone.Sts.STANDARD,
            PROGRAMS);
    String name = "_mta-sts.example.test";
    assertThat(txt(FakeDns.ofZone(zone.text()), name))
        .isEqualTo(txt(FakeDns.ofZone(zone().text()), name))
        .isNotEqualTo(txt(FakeDns.ofZone(other.text()), name));
  }

  @Test
  void aServerThatServesThePolicySaysWhereAndWhatIsEnforced() {
    DomainZone.Sts sts = new DomainZone.Sts(true, true);
    DomainZone zone = DomainZone.of(DOMAIN, HOST, List.of(), Optional.empty(), sts, PROGRAMS);
    assertThat(zone.policy())
        .isEqualTo(DomainZone.policy(HOST, sts))
        .isEqualTo("version: STSv1\nmode: enforce\nmx: mail.example.test\nmax_age: 1209600\n");
    assertThat(zone.text())
        .contains("mta-sts.example.test. 3600 IN CNAME mail.example.test.\n", "serves it")
        .contains("autoconfig.example.test. 3600 IN CNAME mail.example.test.\n");
    assertThat(zone().text()).doesNotContain("CNAME");
  }

  @Test
  void theCommentedTlsaRecordPinsTheServersKey() throws Exception {
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(SERVER_KEY));
    String line = "_25._tcp.mail.example.test. 3600 IN TLSA 3 1 1 " + hash;
    assertThat(zone().text()).contains("; " + line + "\n");
    assertThat(FakeDns.ofZone(line).tlsa("_25._tcp.mail.example.test").recordsOrEmpty()).hasSize(1);
    DomainZone none =
        DomainZone.of(
            DOMAIN, HOST, keys.keys(DOMAIN), Optional.empty(), DomainZone.Sts.STANDARD, PROGRAMS);
    assertThat(none.text()).contains("no certificate yet").doesNotContain(" TLSA 3");
  }

  @Test
  void aHostOutsideTheDomainGetsNoRecordInItsZone() {
    DomainZone zone =
        DomainZone.of(
            DOMAIN,
            "MX.Provider.Test",
            keys.keys(DOMAIN),
            Optional.empty(),
            DomainZone.Sts.STANDARD,
            PROGRAMS);
    assertThat(zone.records())
        .allMatch(r -> r.name().equals(DOMAIN) || r.name().endsWith("." + DOMAIN));
    assertThat(FakeDns.ofZone(zone.text()).mx(DOMAIN).recordsOrEmpty())
        .containsExactly(new MxRecord(10, "mx.provider.test"));
  }

  /** RFC 6186 §3.3, RFC 8314 §5.1. */
  @Test
  void mailProgramsFindTheServerAndItsTlsFirst() {
    assertThat(zone().text())
        .contains(
            "_imaps._tcp.example.test. 3600 IN SRV 0 1 993 mail.example.test.\n",
            "_imap._tcp.example.test. 3600 IN SRV 10 1 143 mail.example.test.\n",
            "_submissions._tcp.example.test. 3600 IN SRV 0 1 465 mail.example.test.\n",
            "_submission._tcp.example.test. 3600 IN SRV 10 1 587 mail.example.test.\n");
  }

  @Test
  void aListenerThatIsOffHasNoRecord() {
    MailPrograms tlsOnly = new MailPrograms(993, 0, 465, 0);
    DomainZone zone =
        DomainZone.of(DOMAIN, HOST, List.of(), Optional.empty(), DomainZone.Sts.STANDARD, tlsOnly);
    assertThat(zone.records().stream().filter(record -> record.type().equals("SRV")))
        .extracting(DomainZone.ZoneRecord::name)
        .containsExactly("_imaps._tcp.example.test", "_submissions._tcp.example.test");
  }

  @Test
  void aHostNamedLikeTheDomainHasOneSpfRecord() {
    DomainZone zone =
        DomainZone.of(
            DOMAIN, DOMAIN, keys.keys(DOMAIN), Optional.empty(), DomainZone.Sts.STANDARD, PROGRAMS);
    assertThat(txt(FakeDns.ofZone(zone.text()), DOMAIN)).isEqualTo("v=spf1 mx a ~all");
  }

  @Test
  void whatIsMissingIsSaid() {
    String text =
        DomainZone.of(
                DOMAIN, "localhost", List.of(), Optional.empty(), DomainZone.Sts.STANDARD, PROGRAMS)
            .text();
    assertThat(text).contains("set hostname", "no DKIM keys yet");
    assertThat(FakeDns.ofZone(text).mx(DOMAIN).recordsOrEmpty()).hasSize(1);
  }

  @Test
  void aHostNameCannotSmuggleARecord() {
    for (String name : List.of("", "a b", "x.test.\nevil.test. 1 IN A 192.0.2.1", "x;y.test")) {
      assertThatThrownBy(() ->
              DomainZone.of(
                  DOMAIN, name, List.of(), Optional.empty(), DomainZone.Sts.STANDARD, PROGRAMS))
          .as(name)
          .isInstanceOf(DirectoryException.class);
    }
  }
}
