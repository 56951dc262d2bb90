package org.wachtpost.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            plaintext_auth_loopback = true
            [tls]
            certificate = "c.pem"
            key = "k.pem"
            [limits]
            message_bytes = 1000000
            recipients = 200
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
            """);
    assertThat(config.hostname()).isEqualTo("mail.example.org");
    assertThat(config.listen().addresses()).hasSize(2);
    assertThat(config.listen().smtp()).isEqualTo(2525);
    assertThat(config.listen().imaps()).isZero();
    assertThat(config.tls().key()).isEqualTo(directory.resolve("k.pem"));
    assertThat(config.limits().messageBytes()).isEqualTo(1_000_000);
    assertThat(config.dns().servers())
        .extracting(s -> s.getPort())
        .containsExactly(5353, 5353, 53, 53);
    assertThat(config.authentication().trustedSealers()).containsExactly("lists.example");
  }

  @Test
  void thePortBaseMovesAll() throws IOException {
    Config config = read("[listen]\nport_base = 12000\n");
    assertThat(config.listen().smtp()).isEqualTo(12_025);
    assertThat(config.listen().lmtp()).isEqualTo(12_024);
    assertThat(config.listen().imaps()).isEqualTo(12_993);
  }

  @Test
  void mistakesAreNamed() {
    String[][] mistakes = {
      {"hostnam = \"x\"", "hostnam"},
      {"[listen]\nsmpt = 25", "listen.smpt"},
      {"[listen]\nsmtp = 70000", "listen.smtp"},
      {"[listen]\nsmtp = \"25\"", "listen.smtp"},
      {"[listen]\naddresses = [\"example.org\"]", "listen.addresses"},
      {"[tls]\nkey = \"k\"", "tls.certificate"},
      {"[dns]\nservers = [\"one.one\"]", "dns.servers"},
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
