package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SelfSignedTest {
  @TempDir private Path folder;

  private X509Certificate made(String hostname) throws Exception {
    SelfSigned.makeIfMissing(folder, hostname, new SecureRandom());
    try (InputStream in = Files.newInputStream(SelfSigned.certificate(folder))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static List<Object> names(X509Certificate certificate) throws Exception {
    return certificate.getSubjectAlternativeNames().stream()
        .<Object>map(name -> name.get(1))
        .toList();
  }

  /** Apple's systems refuse a server's certificate without it. */
  @Test
  void theCertificateIsForServersOfTls() throws Exception {
    X509Certificate certificate = made("mail.example.test");
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(names(certificate))
        .containsExactly("mail.example.test", "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
  }

  @Test
  void aNameStandsInItOnce() throws Exception {
    assertThat(names(made("localhost")))
        .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
  }
}
