package org.wachtpost.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemKeysTest {
  private static final TestTls TLS = new TestTls("localhost");
  private static final char[] PASSWORD = "p".toCharArray();

  @TempDir private Path directory;

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private Key read(String key) throws Exception {
    Path file = directory.resolve("both.pem");
    Files.writeString(file, pem("CERTIFICATE", TLS.certificate().getEncoded()) + key);
    return PemKeys.privateKey(file);
  }

  private static PrivateKey generated(String algorithm, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair().getPrivate();
  }

  /** PKCS#1 or SEC 1: what lies within PKCS#8. */
  private static byte[] inner(PrivateKey key) throws Exception {
    return PrivateKeyInfo.getInstance(key.getEncoded())
        .parsePrivateKey()
        .toASN1Primitive()
        .getEncoded();
  }

  /** Else the server would start, and every handshake fail. */
  @Test
  void theKeyMustBeThatOfTheCertificate() throws Exception {
    Path file = directory.resolve("both.pem");
    String certificate = pem("CERTIFICATE", TLS.certificate().getEncoded());
    Files.writeString(file, certificate + pem("PRIVATE KEY", TLS.key().getEncoded()));
    assertThat(PemKeys.read(file, file, PASSWORD).getKey("tls", PASSWORD)).isEqualTo(TLS.key());
    PrivateKey edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
    for (PrivateKey other : List.of(generated("EC", 256), generated("RSA", 2048), edwards)) {
      Files.writeString(file, certificate + pem("PRIVATE KEY", other.getEncoded()));
      assertThatThrownBy(() -> PemKeys.read(file, file, PASSWORD))
          .isInstanceOf(GeneralSecurityException.class)
          .hasMessageContaining("is not that of the certificate");
    }
  }

  @Test
  void pkcs8() throws Exception {
    PrivateKey rsa = generated("RSA", 2048);
    assertThat(read(pem("PRIVATE KEY", rsa.getEncoded()))).isEqualTo(rsa);
    assertThat(read(pem("PRIVATE KEY", TLS.key().getEncoded()))).isEqualTo(TLS.key());
    PrivateKey edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
    assertThat(read(pem("PRIVATE KEY", edwards.getEncoded()))).isEqualTo(edwards);
  }

  @Test
  void pkcs1Rsa() throws Exception {
    PrivateKey rsa = generated("RSA", 2048);
    assertThat(read(pem("RSA PRIVATE KEY", inner(rsa)))).isEqualTo(rsa);
  }

  /** As OpenSSL writes it: the curve stands before the key. */
  @Test
  void sec1Ec() throws Exception {
    PrivateKey ec = generated("EC", 384);
    byte[] curve =
        PrivateKeyInfo.getInstance(ec.getEncoded())
            .getPrivateKeyAlgorithm()
            .getParameters()
            .toASN1Primitive()
            .getEncoded();
    Key read = read(pem("EC PARAMETERS", curve) + pem("EC PRIVATE KEY", inner(ec)));
    assertThat(((java.security.interfaces.ECPrivateKey) read).getS())
        .isEqualTo(((java.security.interfaces.ECPrivateKey) ec).getS());
  }

  @Test
  void encryptedOrMissingKeysAreNamed() {
    assertThatThrownBy(() -> read(pem("ENCRYPTED PRIVATE KEY", new byte[20])))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageStartingWith("encrypted private key in ");
    String traditional =
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
            + "DEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    assertThatThrownBy(() -> read(traditional)).hasMessageStartingWith("encrypted private key in ");
    assertThatThrownBy(() -> read("")).hasMessageStartingWith("no private key in ");
    assertThatThrownBy(() -> read(pem("PRIVATE KEY", new byte[20])))
        .hasMessageStartingWith("unknown kind of private key in ");
  }
}
