package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.dns.FakeDns;

/** Where mail may be led to by what anybody may write into the DNS. */
final class DestinationsTest {
  private final FakeDns dns = new FakeDns();
  private final QueueSettings settings = QueueSettings.of("mx.home.test");

  private Destinations.Found find(String domain, long seed) {
    return new Destinations(dns, MtaSts.NONE, settings, new Random(seed)).find(domain);
  }

  private List<Hop> hops(String domain) {
    return ((Destinations.Found.Hops) find(domain, 4)).hops();
  }

  private String refusal(String domain) {
    Answer answer = ((Destinations.Found.None) find(domain, 4)).answer();
    return answer.code() + " " + answer.enhanced();
  }

  /** Every way to write an address of the inside. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.31.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2002:c0a8:101::1",
        "2001:0:1::1",
        "2001:db8::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void noAddressOfTheInsideIsReached(String address) {
    assertThat(settings.allows(InetAddress.ofLiteral(address))).isFalse();
    String literal = address.contains(":") ? "[IPv6:" + address + "]" : "[" + address + "]";
    assertThat(refusal(literal)).isEqualTo("550 5.4.4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "2a00::1", "64:ff9b::8.8.8.8", "2002:808:808::1"})
  void addressesOfTheOutsideAre(String address) {
    assertThat(settings.allows(InetAddress.ofLiteral(address))).isTrue();
  }

  @Test
  void ourOwnNameAmongTheHostsEndsTheList() {
    dns.addMx("backup.test", 10, "first.test")
        .addMx("backup.test", 20, "MX.home.test")
        .addMx("backup.test", 20, "equal.test")
        .addMx("backup.test", 30, "worse.test")
        .addAddress("first.test", "8.8.8.8")
        .addAddress("equal.test", "8.8.8.9")
        .addAddress("worse.test", "8.8.4.4")
        .addMx("alone.test", 10, "mx.home.test")
        .addAddress("mx.home.test", "9.9.9.9");
    assertThat(hops("backup.test")).extracting(Hop::host).containsExactly("first.test");
    assertThat(refusal("alone.test")).isEqualTo("550 5.4.6");
    // The implicit MX of our own name would be ourselves too.
    assertThat(refusal("mx.home.test")).isEqualTo("550 5.4.6");
  }

  @Test
  void hostsThatAreNoneAreNoWay() {
    dns.addMx("literal.test", 10, "8.8.8.8")
        .addMx("gone.test", 10, "nowhere.test")
        .addMx("mixed.test", 5, "nowhere.test")
        .addMx("mixed.test", 10, "good.test")
        .addMx("half.test", 5, ".")
        .addMx("half.test", 10, "good.test")
        .addAddress("good.test", "8.8.8.8");
    assertThat(refusal("literal.test")).isEqualTo("550 5.4.4");
    assertThat(refusal("gone.test")).isEqualTo("550 5.4.4");
    assertThat(hops("mixed.test")).extracting(Hop::host).containsExactly("good.test");
    assertThat(hops("half.test")).extracting(Hop::host).containsExactly("good.test");
  }

  @Test
  void whatTheDnsCannotTellNowIsNotForGood() {
    for (DnsAnswer.Reason reason : DnsAnswer.Reason.values()) {
      dns.repair().fail("far.test", reason);
      assertThat(refusal("far.test")).isEqualTo("451 4.4.3");
    }
    dns.repair()
        .addMx("far.test", 10, "mx.far.test")
        .fail("mx.far.test", DnsAnswer.Reason.SERVER_FAILURE);
    assertThat(refusal("far.test")).isEqualTo("451 4.4.3");
  }

  /** RFC 5321 §5.1 forbids an alias as a host of mail; everybody has some and follows them. */
  @Test
  void aliasesAreFollowed() {
    dns.addCname("alias.test", "real.test")
        .addMx("real.test", 10, "mx.alias.test")
        .addCname("mx.alias.test", "host.test")
        .addAddress("host.test", "8.8.8.8");
    assertThat(hops("alias.test"))
        .extracting(Hop::toString)
        .containsExactly("mx.alias.test [8.8.8.8]:25");
  }

  @Test
  void familiesTakeTurnsAndNoHostTakesAllOfThem() {
    dns.addMx("many.test", 10, "many.test").addMx("many.test", 20, "other.test");
    for (int i = 1; i <= 9; i++) {
      dns.addAddress("many.test", "2a00::" + i);
    }
    dns.addAddress("many.test", "8.8.8.8").addAddress("other.test", "8.8.4.4");
    for (long seed = 1; seed <= 20; seed++) {
      List<Hop> hops = ((Destinations.Found.Hops) find("many.test", seed)).hops();
      assertThat(hops.subList(0, 2).stream().map(hop -> isSix(hop)).distinct()).hasSize(2);
      assertThat(hops).hasSize(Destinations.ADDRESSES_PER_HOST + 1);
      assertThat(hops.getLast().host()).isEqualTo("other.test");
    }
  }

  private static boolean isSix(Hop hop) {
    return hop.address().getAddress() instanceof Inet6Address;
  }

  /** RFC 7672 §2.2: records of which none is usable still ask for TLS. */
  @Test
  void recordsThatCannotFitAreNotUsable() {
    dns.addMx("far.test", 10, "mx.far.test")
        .addAddress("mx.far.test", "8.8.8.8")
        .secure("far.test")
        .addTlsa("_25._tcp.mx.far.test", 3, 1, 1, "ab".repeat(31))
        .addTlsa("_25._tcp.mx.far.test", 3, 1, 2, "ab".repeat(32))
        .addTlsa("_25._tcp.mx.far.test", 3, 2, 1, "ab".repeat(32))
        .addTlsa("_25._tcp.mx.far.test", 1, 1, 1, "ab".repeat(32))
        .addTlsa("_25._tcp.mx.far.test", 3, 1, 7, "ab".repeat(32));
    assertThat(hops("far.test").getFirst().tls()).isEqualTo(new TlsRule.Encrypted());
    dns.addTlsa("_25._tcp.mx.far.test", 3, 1, 1, "ab".repeat(32));
    TlsRule.Dane dane = (TlsRule.Dane) hops("far.test").getFirst().tls();
    assertThat(dane.records()).hasSize(1);
    assertThat(dane.names()).isEmpty();
  }

  /** RFC 7672 §3.2.2: the host by both its names, and the domain. */
  @Test
  void anAuthoritysCertificateMayNameTheDomain() {
    dns.addMx("far.test", 10, "mx.far.test")
        .addCname("mx.far.test", "host.far.test")
        .addAddress("host.far.test", "8.8.8.8")
        .secure("far.test")
        .addTlsa("_25._tcp.host.far.test", 2, 1, 1, "ab".repeat(32));
    TlsRule.Dane dane = (TlsRule.Dane) hops("far.test").getFirst().tls();
    assertThat(dane.name()).isEqualTo("host.far.test");
    assertThat(dane.names()).containsExactly("host.far.test", "mx.far.test", "far.test");
  }

  /** RFC 7672 §2.2.2: the signed alias itself has the records, its target has no proof. */
  @Test
  void aSignedAliasThatLeadsOutOfTheSignedZonesHasItsOwnRecords() {
    dns.addMx("far.test", 10, "mx.far.test")
        .addCname("mx.far.test", "host.elsewhere.test")
        .addAddress("host.elsewhere.test", "8.8.8.8")
        .secure("far.test")
        .addTlsa("_25._tcp.host.elsewhere.test", 3, 1, 1, "cd".repeat(32));
    assertThat(hops("far.test").getFirst().tls()).isEqualTo(new TlsRule.Opportunistic());
    dns.addTlsa("_25._tcp.mx.far.test", 3, 1, 1, "ab".repeat(32));
    TlsRule.Dane dane = (TlsRule.Dane) hops("far.test").getFirst().tls();
    assertThat(dane.name()).isEqualTo("mx.far.test");
    assertThat(dane.records()).hasSize(1);
  }

  /** An alias that is not signed proves nothing, though its target is. */
  @Test
  void anUnsignedAliasHasNoRecords() {
    dns.addMx("near.test", 10, "mx.open.test")
        .addCname("mx.open.test", "host.near.test")
        .addAddress("host.near.test", "8.8.8.8")
        .secure("near.test")
        .addTlsa("_25._tcp.mx.open.test", 3, 1, 1, "ab".repeat(32));
    assertThat(hops("near.test").getFirst().tls()).isEqualTo(new TlsRule.Opportunistic());
  }

  @Test
  void withoutProofThereIsNoDane() {
    dns.addMx("far.test", 10, "mx.far.test")
        .addAddress("mx.far.test", "8.8.8.8")
        .addTlsa("_25._tcp.mx.far.test", 3, 1, 1, "ab".repeat(32));
    assertThat(hops("far.test").getFirst().tls()).isEqualTo(new TlsRule.Opportunistic());
  }
}
