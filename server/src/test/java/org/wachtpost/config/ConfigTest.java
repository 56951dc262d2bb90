package org.wachtpost.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.dns.DnsSettings;
import org.wachtpost.queue.AccountLimits;
import org.wachtpost.queue.AddressRange;
import org.wachtpost.queue.QueueSettings;

class ConfigTest {
  @TempDir Path directory;

  private Config read(String text) throws IOException {
    Files.writeString(directory.resolve(Config.FILE), text);
    return Config.read(directory);
  }

  @Test
  void aMissingFileGivesTheDefaults() {
    Config config = Config.read(directory);
    assertThat(config.listen().smtp()).isEqualTo(25);
    assertThat(config.listen().lmtp()).isZero();
    assertThat(config.listen().https()).isZero();
    assertThat(config.mtaSts().enforce()).isFalse();
    assertThat(config.queue().tlsReports()).isTrue();
    assertThat(config.listen().plaintextAuthLoopback()).isFalse();
    assertThat(config.mail().deletedDays()).isEqualTo(14);
  }

  @Test
  void everyKeyIsRead() throws IOException {
    Config config =
        read(
            """
            hostname = "mail.example.org"
            [listen]
            addresses = ["127.0.0.1", "::1"]
            smtp = 2525
            lmtp = 2424
            imaps = 0
            https = 4443
            plaintext_auth_loopback = true
            [tls]
            certificate = "c.pem"
            key = "k.pem"
            [mta_sts]
            mode = "enforce"
            [limits]
            message_bytes = 1000000
            recipients = 200
            greeting_pause_ms = 0
            [mail]
            deleted_days = 3
            [store]
            block_cache_mib = 64
            [dns]
            servers = ["127.0.0.1:5353", "[::1]:5353", "192.0.2.1", "2001:db8::1"]
            dnssec = "trust_ad"
            [authentication]
            enabled = false
            trusted_sealers = ["lists.example"]
            [queue]
            account_recipients_per_hour = 7
            account_new_recipients_per_hour = 0
            account_bounces_per_hour = 9
            """);
    assertThat(config.queue().limits())
        .isEqualTo(new AccountLimits.Limits(7, Integer.MAX_VALUE, 9));
    assertThat(config.hostname()).isEqualTo("mail.example.org");
    assertThat(config.listen().addresses()).hasSize(2);
    assertThat(config.listen().smtp()).isEqualTo(2525);
    assertThat(config.listen().imaps()).isZero();
    assertThat(config.listen().https()).isEqualTo(4443);
    assertThat(config.mtaSts().enforce()).isTrue();
    assertThat(config.tls().key()).isEqualTo(directory.resolve("k.pem"));
    assertThat(config.limits().messageBytes()).isEqualTo(1_000_000);
    assertThat(config.limits().greetingPause()).isZero();
    assertThat(config.dns().servers())
        .extracting(s -> s.getPort())
        .containsExactly(5353, 5353, 53, 53);
    assertThat(config.authentication().trustedSealers()).containsExactly("lists.example");
  }

  @Test
  void theQueueIsRead() throws IOException {
    Config.Queue standard = read("").queue();
    assertThat(standard.enabled()).isTrue();
    assertThat(standard.schedule().firstRetry()).isEqualTo(Duration.ofMinutes(5));
    assertThat(standard.connecting().endOfData()).isEqualTo(Duration.ofMinutes(10));
    assertThat(standard.connecting().privateNetworks()).isEmpty();
    Config.Queue queue =
        read("""
        [queue]
        days = 3
        first_retry_seconds = 2
        longest_retry_seconds = 60
        delay_report_seconds = 30
        connections = 50
        connections_per_destination = 5
        connect_seconds = 4
        reply_seconds = 5
        end_of_data_seconds = 6
        source_addresses = ["192.0.2.1", "2001:db8::1"]
        private_networks = ["10.0.0.0/8", "fd00::1"]
        authorities = "ca.pem"
        """)
            .queue();
    assertThat(queue.schedule())
        .isEqualTo(
            new QueueSettings.Schedule(
                Duration.ofSeconds(2),
                Duration.ofMinutes(1),
                Duration.ofDays(3),
                Duration.ofSeconds(30)));
    assertThat(queue.connecting())
        .isEqualTo(
            new Config.Connecting(
                50,
                5,
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                Duration.ofSeconds(6),
                List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1")),
                List.of(AddressRange.of("10.0.0.0/8"), AddressRange.of("fd00::1")),
                directory.resolve("ca.pem")));
  }

  @Test
  void trustAnchorsReplaceTheRoots() throws IOException {
    assertThat(read("").dns().trustAnchors()).isEqualTo(DnsSettings.ROOT_TRUST_ANCHORS);
    assertThat(read("[dns]\ntrust_anchors = [\"test. IN DS 1 13 2 AB\"]").dns().trustAnchors())
        .isEqualTo("test. IN DS 1 13 2 AB\n");
  }

  @Test
  void thePortBaseMovesAll() throws IOException {
    Config config = read("[listen]\nport_base = 12000\n");
    assertThat(config.listen().smtp()).isEqualTo(12_025);
    assertThat(config.listen().lmtp()).isEqualTo(12_024);
    assertThat(config.listen().imaps()).isEqualTo(12_993);
    assertThat(config.listen().https()).isEqualTo(12_443);
  }

  @Test
  void mistakesAreNamed() {
    String[][] mistakes = {
      {"hostnam = \"x\"", "hostnam"},
      {"[listen]\nsmpt = 25", "listen.smpt"},
      {"[mta_sts]\nmode = \"none\"", "mta_sts.mode"},
      {"[listen]\nsmtp = 70000", "listen.smtp"},
      {"[listen]\nsmtp = \"25\"", "listen.smtp"},
      {"[listen]\naddresses = [\"example.org\"]", "listen.addresses"},
      {"[tls]\nkey = \"k\"", "tls.certificate"},
      {"[dns]\nservers = [\"one.one\"]", "dns.servers"},
      {"[queue]\nfirst_retry_seconds = 0", "queue.first_retry_seconds"},
      {"[queue]\nfirst_retry_seconds = 9\nlongest_retry_seconds = 8", "queue: first retry"},
      {"[queue]\nprivate_networks = [\"10.0.0.0/99\"]", "queue.private_networks"},
      {"[queue]\nsource_addresses = [\"mx.test\"]", "queue.source_addresses"},
      {"[dns]\ndnssec = \"maybe\"", "dns.dnssec"},
      {"listen = 3", "listen"},
      {"[listen", "wachtpost.toml"},
    };
    for (String[] mistake : mistakes) {
      assertThatThrownBy(() -> read(mistake[0]))
          .as(mistake[0])
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(mistake[1]);
    }
  }
}
