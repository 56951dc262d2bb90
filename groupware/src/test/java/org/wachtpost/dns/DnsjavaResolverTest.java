package org.wachtpost.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.wachtpost.dns.DnsAnswer.Found;
import org.wachtpost.dns.DnsAnswer.NoData;
import org.wachtpost.dns.DnsAnswer.NoSuchDomain;
import org.wachtpost.dns.DnsAnswer.Reason;
import org.wachtpost.dns.DnsAnswer.TemporaryFailure;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsjavaResolverTest {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  @Test
  void everyTypeIsRead() throws Exception {
    try (StubDnsServer server =
        zone(
            """
            example.org. 60 TXT "one " "two" "\\255"
            example.org. 60 A 192.0.2.1
            example.org. 60 AAAA 2001:db8::1
            example.org. 60 MX 10 Mail.Example.ORG.
            example.org. 60 MX 20 .
            1.2.0.192.in-addr.arpa. 60 PTR Host.Example.org.
            _25._tcp.mail.example.org. 60 TLSA 3 1 1 00FF
            """)) {
      Dns dns = resolver(server, DnssecMode.OFF);
      assertThat(dns.txt("Example.Org.").recordsOrEmpty())
          .singleElement()
          .isEqualTo("one two\u00ff");
      assertThat(dns.a("example.org").recordsOrEmpty())
          .singleElement()
          .isEqualTo(InetAddress.ofLiteral("192.0.2.1"));
      assertThat(dns.aaaa("example.org").recordsOrEmpty())
          .singleElement()
          .isEqualTo(InetAddress.ofLiteral("2001:db8::1"));
      assertThat(dns.mx("example.org").recordsOrEmpty())
          .containsExactlyInAnyOrder(new MxRecord(10, "mail.example.org"), new MxRecord(20, "."));
      assertThat(dns.ptr(InetAddress.ofLiteral("192.0.2.1")).recordsOrEmpty())
          .containsExactly("host.example.org");
      assertThat(dns.tlsa("_25._tcp.mail.example.org").recordsOrEmpty())
          .containsExactly(new TlsaRecord(3, 1, 1, "00ff"));
    }
  }

  @Test
  void absenceFailureAndNonsenseAreToldApart() throws Exception {
    try (StubDnsServer server =
        zone("there.example. 60 A 192.0.2.1\nsick.example. 60 A 192.0.2.2\n")) {
      Dns dns = resolver(server, DnssecMode.OFF);
      assertThat(dns.mx("there.example")).isInstanceOf(NoData.class);
      assertThat(dns.mx("nowhere.example")).isInstanceOf(NoSuchDomain.class);
      assertThat(dns.a("a..b")).isInstanceOf(NoSuchDomain.class);
      assertThat(dns.a("x".repeat(64) + ".example")).isInstanceOf(NoSuchDomain.class);
      assertThat(dns.a("")).isInstanceOf(NoSuchDomain.class);
      assertThat(dns.mx("servfail.example"))
          .isInstanceOfSatisfying(
              TemporaryFailure.class, f -> assertThat(f.reason()).isEqualTo(Reason.SERVER_FAILURE));
    }
  }

  @Test
  void aliasesAreFollowedAlsoWhereTheServerDoesNot() throws Exception {
    try (StubDnsServer server =
        zone(
            """
            a.example. 60 CNAME b.example.
            b.example. 30 CNAME c.example.
            c.example. 90 A 192.0.2.3
            dangling.example. 60 CNAME nowhere.example.
            loop.example. 60 CNAME pool.example.
            pool.example. 60 CNAME loop.example.
            """)) {
      Dns dns = resolver(server, DnssecMode.OFF);
      assertThat(dns.a("a.example"))
          .isInstanceOfSatisfying(
              Found.class,
              found -> {
                assertThat(found.canonicalName()).isEqualTo("c.example");
                assertThat(found.ttl()).isEqualTo(Duration.ofSeconds(30));
              });
      assertThat(dns.cname("a.example").recordsOrEmpty()).containsExactly("b.example");
      assertThat(dns.a("dangling.example")).isInstanceOf(NoSuchDomain.class);
      assertThat(dns.a("loop.example"))
          .isInstanceOfSatisfying(
              TemporaryFailure.class, f -> assertThat(f.reason()).isEqualTo(Reason.MALFORMED));
    }
  }

  @Test
  void aLargeAnswerComesOverTcp() throws Exception {
    StringBuilder zone = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      zone.append("big.example. 60 TXT \"").append("x".repeat(200)).append(i).append("\"\n");
    }
    try (StubDnsServer server = zone(zone.toString())) {
      assertThat(resolver(server, DnssecMode.OFF).txt("big.example").recordsOrEmpty()).hasSize(40);
      assertThat(server.tcpQuestions()).isEqualTo(1);
    }
  }

  @Test
  void silenceEndsAtTheDeadlineAndIsNotKept() throws Exception {
    AtomicReference<Boolean> silent = new AtomicReference<>(true);
    Function<Message, Optional<Message>> answers = answers("a.example. 60 A 192.0.2.1\n");
    try (StubDnsServer server =
        new StubDnsServer(
            1232, question -> silent.get() ? Optional.empty() : answers.apply(question))) {
      DnsSettings settings =
          new DnsSettings(
              List.of(server.address()),
              DnssecMode.OFF,
              DnsSettings.ROOT_TRUST_ANCHORS,
              Duration.ofMillis(300),
              Duration.ofMillis(100),
              10,
              10);
      Dns dns = new DnsjavaResolver(settings, now::get);
      long start = System.nanoTime();
      assertThat(dns.a("a.example"))
          .isInstanceOfSatisfying(
              TemporaryFailure.class, f -> assertThat(f.reason()).isEqualTo(Reason.TIMEOUT));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      silent.set(false);
      assertThat(dns.a("a.example").recordsOrEmpty()).hasSize(1);
    }
  }

  @Test
  void answersAreKeptAsLongAsTheySay() throws Exception {
    try (StubDnsServer server = zone("a.example. 60 A 192.0.2.1\n")) {
      Dns dns = resolver(server, DnssecMode.OFF);
      dns.a("a.example");
      now.updateAndGet(t -> t.plusSeconds(20));
      assertThat(dns.a("A.example."))
          .isInstanceOfSatisfying(
              Found.class, f -> assertThat(f.ttl()).isEqualTo(Duration.ofSeconds(40)));
      assertThat(server.udpQuestions()).isEqualTo(1);
      now.updateAndGet(t -> t.plusSeconds(40));
      dns.a("a.example");
      assertThat(server.udpQuestions()).isEqualTo(2);
      dns.a("none.example"); // the zone's SOA says 30 seconds
      dns.a("none.example");
      assertThat(server.udpQuestions()).isEqualTo(3);
      now.updateAndGet(t -> t.plusSeconds(30));
      dns.a("none.example");
      assertThat(server.udpQuestions()).isEqualTo(4);
    }
  }

  @Test
  void theCacheIsBounded() {
    AnswerCache cache = new AnswerCache(100, InstantSource.system());
    for (int i = 0; i < 1000; i++) {
      cache.put("n" + i, Type.A, new NoData<>(Duration.ofDays(365), false));
    }
    assertThat(cache.size()).isEqualTo(100);
    assertThat(cache.get("n0", Type.A)).isNull();
    assertThat(cache.get("n999", Type.A))
        .isInstanceOfSatisfying(
            NoData.class,
            kept -> assertThat(kept.ttl()).isLessThanOrEqualTo(AnswerCache.MAX_NEGATIVE_TTL));
  }

  @Test
  void theAdFlagIsBelievedOnlyWhereTheConfigurationSaysSo() throws Exception {
    Function<Message, Optional<Message>> answers = answers("a.example. 60 A 192.0.2.1\n");
    Function<Message, Optional<Message>> claiming =
        question -> {
          Optional<Message> answer = answers.apply(question);
          answer.ifPresent(message -> message.getHeader().setFlag(Flags.AD));
          return answer;
        };
    try (StubDnsServer server = new StubDnsServer(1232, claiming)) {
      assertThat(isAuthenticated(resolver(server, DnssecMode.TRUST_AD))).isTrue();
      assertThat(isAuthenticated(resolver(server, DnssecMode.OFF))).isFalse();
      // This server has no signatures for the root, so nothing can be proven.
      assertThat(isAuthenticated(resolver(server, DnssecMode.AUTO))).isFalse();
      assertThat(resolver(server, DnssecMode.VALIDATE).a("a.example"))
          .isInstanceOf(TemporaryFailure.class);
    }
  }

  private static boolean isAuthenticated(Dns dns) {
    return switch (dns.a("a.example")) {
      case Found<?> found -> found.authenticated();
      case NoData<?> _, NoSuchDomain<?> _, TemporaryFailure<?> _ ->
          throw new AssertionError("no answer");
    };
  }

  private Dns resolver(StubDnsServer server, DnssecMode mode) {
    return new DnsjavaResolver(DnsSettings.of(List.of(server.address()), mode), now::get);
  }

  private static StubDnsServer zone(String zone) throws Exception {
    return new StubDnsServer(1232, answers(zone));
  }

  /** Gives one alias at a time, so that the rest of the chain must be asked for. */
  private static Function<Message, Optional<Message>> answers(String zone) {
    List<Record> records = FakeDns.ofZone(zone).records();
    return question -> {
      Name name = question.getQuestion().getName();
      int type = question.getQuestion().getType();
      Message answer = StubDnsServer.answerTo(question);
      if (name.toString().startsWith("servfail.")) {
        answer.getHeader().setRcode(Rcode.SERVFAIL);
        return Optional.of(answer);
      }
      List<Record> here = records.stream().filter(r -> r.getName().equals(name)).toList();
      List<Record> found = here.stream().filter(r -> r.getType() == type).toList();
      List<Record> alias = here.stream().filter(r -> r.getType() == Type.CNAME).toList();
      (found.isEmpty() ? alias : found).forEach(r -> answer.addRecord(r, Section.ANSWER));
      if (found.isEmpty() && alias.isEmpty()) {
        answer.getHeader().setRcode(here.isEmpty() ? Rcode.NXDOMAIN : Rcode.NOERROR);
        answer.addRecord(soa(), Section.AUTHORITY);
      }
      return Optional.of(answer);
    };
  }

  private static Record soa() {
    Name zone = Name.fromConstantString("example.");
    return new SOARecord(zone, DClass.IN, 300, zone, zone, 1, 2, 3, 4, 30);
  }
}
