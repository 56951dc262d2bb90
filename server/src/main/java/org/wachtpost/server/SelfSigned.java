package org.wachtpost.server;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A self-signed certificate for a server that has been given none: TLS works from the first minute,
 * and clients ask once whether to trust it.
 */
final class SelfSigned {
  private static final Duration VALID = Duration.ofDays(825);

  private SelfSigned() {}

  /** Where the certificate chain is. */
  static Path certificate(Path directory) {
    return directory.resolve("self-signed.crt");
  }

  /** Where its key is. */
  static Path key(Path directory) {
    return directory.resolve("self-signed.key");
  }

  /** Makes key and certificate unless they are there. */
  static void makeIfMissing(Path directory, String hostname, SecureRandom random)
      throws IOException {
    if (Files.exists(key(directory)) && Files.exists(certificate(directory))) {
      return;
    }
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      X509Certificate certificate = certificate(pair, hostname, random);
      write(key(directory), "PRIVATE KEY", pair.getPrivate().getEncoded());
      write(certificate(directory), "CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("a certificate cannot be made", e);
    }
  }

  private static X509Certificate certificate(KeyPair pair, String hostname, SecureRandom random)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    Instant now = Instant.now();
    X500Name name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, hostname).build();
    GeneralName[] names =
        Stream.concat(
                Stream.of(hostname, "localhost")
                    .distinct()
                    .map(host -> new GeneralName(GeneralName.dNSName, host)),
                Stream.of("127.0.0.1", "::1")
                    .map(address -> new GeneralName(GeneralName.iPAddress, address)))
            .toArray(GeneralName[]::new);
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(120, random),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(VALID)),
            name,
            pair.getPublic());
    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    // Apple's systems refuse a server's certificate that does not name this use.
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static void write(Path file, String label, byte[] der) throws IOException {
    StringWriter pem = new StringWriter();
    pem.append("-----BEGIN ").append(label).append("-----\n");
    pem.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    pem.append("\n-----END ").append(label).append("-----\n");
    Files.writeString(file, pem.toString());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
