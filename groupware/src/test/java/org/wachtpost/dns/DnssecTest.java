package org.wachtpost.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.wachtpost.dns.DnsAnswer.Found;
import org.wachtpost.dns.DnsAnswer.NoSuchDomain;
import org.wachtpost.dns.DnsAnswer.Reason;
import org.wachtpost.dns.DnsAnswer.TemporaryFailure;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.Type;

/** Our own validation, from a root that the test signs. */
class DnssecTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<RRset> ZONE = new ArrayList<>();
  private static KeyPair keys;
  private static DNSKEYRecord key;

  @BeforeAll
  static void signTheRoot() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    keys = generator.generateKeyPair();
    key =
        new DNSKEYRecord(
            Name.root,
            DClass.IN,
            3600,
            DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY,
            DNSKEYRecord.Protocol.DNSSEC,
            DNSSEC.Algorithm.RSASHA256,
            keys.getPublic());
    sign(key);
    sign(new SOARecord(Name.root, DClass.IN, 300, Name.root, Name.root, 1, 2, 3, 4, 60));
    sign(new ARecord(name("mx."), DClass.IN, 60, InetAddress.ofLiteral("192.0.2.1")));
    sign(new CNAMERecord(name("alias."), DClass.IN, 60, name("mx.")));
    sign(new TLSARecord(name("tlsa."), DClass.IN, 60, 3, 1, 1, new byte[] {1, 2}));
    sign(
        new NSECRecord(
            Name.root,
            DClass.IN,
            60,
            name("alias."),
            new int[] {Type.SOA, Type.DNSKEY, Type.NSEC, Type.RRSIG}));
    sign(
        new NSECRecord(
            name("mx."), DClass.IN, 60, name("tlsa."), new int[] {Type.A, Type.NSEC, Type.RRSIG}));
  }

  @Test
  void signedAnswersAreAuthenticated() throws Exception {
    try (StubDnsServer server = server(UnaryOperator.identity())) {
      for (DnssecMode mode : List.of(DnssecMode.VALIDATE, DnssecMode.AUTO)) {
        Dns dns = resolver(server, mode);
        assertThat(dns.a("mx"))
            .isInstanceOfSatisfying(Found.class, f -> assertThat(f.authenticated()).isTrue());
        assertThat(dns.tlsa("tlsa"))
            .isInstanceOfSatisfying(Found.class, f -> assertThat(f.authenticated()).isTrue());
        assertThat(dns.a("alias"))
            .isInstanceOfSatisfying(
                Found.class,
                f -> {
                  assertThat(f.authenticated()).isTrue();
                  assertThat(f.canonicalName()).isEqualTo("mx");
                });
      }
    }
  }

  @Test
  void absenceIsProvenToo() throws Exception {
    try (StubDnsServer server = server(UnaryOperator.identity())) {
      assertThat(resolver(server, DnssecMode.VALIDATE).a("nowhere"))
          .isInstanceOfSatisfying(
              NoSuchDomain.class, none -> assertThat(none.authenticated()).isTrue());
    }
  }

  @Test
  void changedOrUnsignedAnswersAreBogus() throws Exception {
    UnaryOperator<Message> forge =
        answer -> {
          if (answer.getQuestion().getType() == Type.A) {
            Record genuine = answer.getSection(Section.ANSWER).getFirst();
            answer.removeRecord(genuine, Section.ANSWER);
            answer.addRecord(
                new ARecord(
                    genuine.getName(), DClass.IN, 60, InetAddress.ofLiteral("203.0.113.66")),
                Section.ANSWER);
          }
          return answer;
        };
    UnaryOperator<Message> strip =
        answer -> {
          if (answer.getQuestion().getType() == Type.A) {
            answer.getSection(Section.ANSWER).stream()
                .filter(record -> record.getType() == Type.RRSIG)
                .toList()
                .forEach(record -> answer.removeRecord(record, Section.ANSWER));
          }
          return answer;
        };
    for (UnaryOperator<Message> attack : List.of(forge, strip)) {
      try (StubDnsServer server = server(attack)) {
        for (DnssecMode mode : List.of(DnssecMode.VALIDATE, DnssecMode.AUTO)) {
          assertThat(resolver(server, mode).a("mx"))
              .isInstanceOfSatisfying(
                  TemporaryFailure.class,
                  failure -> assertThat(failure.reason()).isEqualTo(Reason.BOGUS));
        }
      }
    }
  }

  @Test
  void signaturesThatHaveExpiredProveNothing() throws Exception {
    try (StubDnsServer server = server(UnaryOperator.identity())) {
      AtomicReference<Instant> later = new AtomicReference<>(NOW.plusSeconds(864_000));
      Dns dns = new DnsjavaResolver(settings(server, DnssecMode.VALIDATE), later::get);
      assertThat(dns.a("mx")).isInstanceOf(TemporaryFailure.class);
    }
  }

  @Test
  void theTrustAnchorsOfTheRootCanBeRead() throws Exception {
    try (StubDnsServer server = server(UnaryOperator.identity())) {
      DnsSettings real = DnsSettings.of(List.of(server.address()), DnssecMode.VALIDATE);
      // The test's root is not the world's: its key is not believed.
      assertThat(new DnsjavaResolver(real, InstantSource.fixed(NOW)).a("mx"))
          .isInstanceOf(TemporaryFailure.class);
    }
  }

  private static Dns resolver(StubDnsServer server, DnssecMode mode) {
    return new DnsjavaResolver(settings(server, mode), InstantSource.fixed(NOW));
  }

  private static DnsSettings settings(StubDnsServer server, DnssecMode mode) {
    DnsSettings defaults = DnsSettings.of(List.of(server.address()), mode);
    DSRecord anchor = new DSRecord(Name.root, DClass.IN, 3600, DNSSEC.Digest.SHA256, key);
    return new DnsSettings(
        defaults.servers(),
        mode,
        anchor + "\n",
        defaults.deadline(),
        defaults.attemptTimeout(),
        100,
        10);
  }

  private static StubDnsServer server(UnaryOperator<Message> attack) throws Exception {
    return new StubDnsServer(4096, question -> Optional.of(attack.apply(answer(question))));
  }

  private static Message answer(Message question) {
    Name name = question.getQuestion().getName();
    int type = question.getQuestion().getType();
    Message answer = StubDnsServer.answerTo(question);
    answer.getHeader().setFlag(Flags.CD);
    if (!add(answer, name, type, Section.ANSWER)) {
      if (add(answer, name, Type.CNAME, Section.ANSWER)) {
        add(answer, name("mx."), type, Section.ANSWER);
      } else {
        boolean exists = ZONE.stream().anyMatch(set -> set.getName().equals(name));
        answer.getHeader().setRcode(exists ? Rcode.NOERROR : Rcode.NXDOMAIN);
        add(answer, Name.root, Type.SOA, Section.AUTHORITY);
        add(answer, Name.root, Type.NSEC, Section.AUTHORITY);
        add(answer, name("mx."), Type.NSEC, Section.AUTHORITY);
      }
    }
    return answer;
  }

  private static boolean add(Message answer, Name name, int type, int section) {
    boolean added = false;
    for (RRset set : ZONE) {
      if (set.getName().equals(name) && set.getType() == type) {
        set.rrs().forEach(record -> answer.addRecord(record, section));
        set.sigs().forEach(record -> answer.addRecord(record, section));
        added = true;
      }
    }
    return added;
  }

  private static void sign(Record record) throws Exception {
    RRset set = new RRset(record);
    set.addRR(
        DNSSEC.sign(set, key, keys.getPrivate(), NOW.minusSeconds(3600), NOW.plusSeconds(86_400)));
    ZONE.add(set);
  }

  private static Name name(String text) {
    return Name.fromConstantString(text);
  }
}
