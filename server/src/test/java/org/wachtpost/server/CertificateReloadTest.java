package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateReloadTest {
  private static final char[] PASSWORD = "p".toCharArray();

  @TempDir Path directory;
  private Instant now = Instant.now();

  private Path made(String name) throws IOException {
    Path folder = directory.resolve(name);
    SelfSigned.makeIfMissing(folder, "mail.example.test", new SecureRandom());
    return folder;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void aRenewedCertificateIsTakenOnceItIsWhole() throws Exception {
    Path first = made("first");
    Path second = made("second");
    var files = new ServerCertificate(SelfSigned.certificate(first), SelfSigned.key(first));
    CertificateReload reload = CertificateReload.of(files, PASSWORD, () -> now);
    SSLContext before = reload.tls().context();
    reload.run();
    assertThat(reload.tls().context()).isSameAs(before);
    // Half of it is there: a certificate that the old key does not fit, perhaps of the same size.
    copy(SelfSigned.certificate(second), files.chain());
    reload.run();
    assertThat(reload.tls().context()).isSameAs(before);
    copy(SelfSigned.key(second), files.key());
    reload.run();
    assertThat(reload.tls().context()).isNotSameAs(before);
    SSLContext after = reload.tls().context();
    Files.delete(files.key());
    reload.run();
    assertThat(reload.tls().context()).isSameAs(after);
  }

  /** A certificate that nobody renewed ended without a word. */
  @Test
  void aCertificateThatIsAboutToEndIsToldOfOnceADay() throws Exception {
    Path first = made("first");
    var files = new ServerCertificate(SelfSigned.certificate(first), SelfSigned.key(first));
    CertificateReload reload = CertificateReload.of(files, PASSWORD, () -> now);
    assertThat(reload.warning()).isEmpty();
    now = now.plus(Duration.ofDays(825 - 10));
    assertThat(reload.warning().orElseThrow())
        .startsWith("the certificate in " + files.chain() + " ends in ")
        .contains(" days, at 20");
    assertThat(reload.warning()).isEmpty();
    now = now.plus(Duration.ofDays(1));
    assertThat(reload.warning()).isPresent();
    now = now.plus(Duration.ofDays(20));
    assertThat(reload.warning().orElseThrow()).contains(" has ended at 20");
  }

  @Test
  void whatCannotBeUsedAtTheStartIsNamed() throws Exception {
    Path first = made("first");
    Path second = made("second");
    var files = new ServerCertificate(SelfSigned.certificate(first), SelfSigned.key(second));
    assertThatThrownBy(() -> CertificateReload.of(files, PASSWORD, () -> now))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(files.key().toString());
  }
}
