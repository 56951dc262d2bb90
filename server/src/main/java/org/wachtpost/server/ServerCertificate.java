package org.wachtpost.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.wachtpost.admin.AdminException;
import org.wachtpost.config.Config;
import org.wachtpost.net.PemKeys;

/**
 * Where the certificate of this server and its key are.
 *
 * @param chain PEM file, own certificate first
 * @param key PEM file
 */
record ServerCertificate(Path chain, Path key) {
  private static final char[] KEY_PASSWORD = "held in memory only".toCharArray();

  /** The files of the settings, or the self-signed ones that the first start makes. */
  static ServerCertificate of(Config config, DataDirectory directory) {
    Path chain = config.tls().certificate();
    Path key = config.tls().key();
    return chain == null || key == null
        ? new ServerCertificate(
            SelfSigned.certificate(directory.tls()), SelfSigned.key(directory.tls()))
        : new ServerCertificate(chain, key);
  }

  /**
   * SubjectPublicKeyInfo of the certificate in DER; empty if there is no certificate yet.
   *
   * @throws AdminException if there is one and it cannot be read
   */
  Optional<byte[]> publicKey() {
    if (!Files.exists(chain)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          PemKeys.read(chain, key, KEY_PASSWORD)
              .getCertificate(PemKeys.ALIAS)
              .getPublicKey()
              .getEncoded());
    } catch (IOException | GeneralSecurityException e) {
      throw new AdminException("certificate " + chain + " cannot be read: " + e.getMessage());
    }
  }
}
