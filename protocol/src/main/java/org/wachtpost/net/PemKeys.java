package org.wachtpost.net;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys from PEM files (RFC 7468) into a key store. */
public final class PemKeys {
  /** Name of the one entry. */
  public static final String ALIAS = "tls";

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  // AlgorithmIdentifier of RSA: rsaEncryption, NULL.
  private static final byte[] RSA = {
    0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };
  private static final byte[] EC_OID = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
  };

  private PemKeys() {}

  /**
   * A key store with one entry: the chain (own certificate first) and its private key (PKCS#8,
   * PKCS#1 or SEC 1, not encrypted). One file may hold both.
   *
   * @param password protects the entry in memory
   * @throws GeneralSecurityException naming the file, if it does not hold what it should
   */
  public static KeyStore read(Path chain, Path key, char[] password)
      throws IOException, GeneralSecurityException {
    List<Certificate> certificates = certificates(chain);
    PrivateKey privateKey = privateKey(key);
    if (!belong(privateKey, certificates.getFirst().getPublicKey())) {
      throw new GeneralSecurityException(
          "the private key in " + key + " is not that of the certificate in " + chain);
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(ALIAS, privateKey, password, certificates.toArray(Certificate[]::new));
    return store;
  }

  /**
   * A key store of certificate authorities to trust.
   *
   * @throws GeneralSecurityException naming the file, if it holds no certificate
   */
  public static KeyStore authorities(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates(file)) {
      store.setCertificateEntry("authority-" + number++, certificate);
    }
    return store;
  }

  /** Whether one verifies what the other signs: else every handshake would fail. */
  private static boolean belong(PrivateKey privateKey, PublicKey publicKey)
      throws GeneralSecurityException {
    String algorithm =
        switch (privateKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    byte[] text = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(privateKey);
    signature.update(text);
    byte[] signed = signature.sign();
    try {
      signature.initVerify(publicKey);
      signature.update(text);
      return signature.verify(signed);
    } catch (InvalidKeyException | SignatureException e) {
      return false; // a key of another kind
    }
  }

  private static List<Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    List<Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(file)) {
      if (block.label().equals("CERTIFICATE")) {
        certificates.add(
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(block.der())));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("no certificate in " + file);
    }
    return certificates;
  }

  /** The first private key of the file. */
  static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    byte[] ecParameters = new byte[0];
    for (Block block : blocks(file)) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return ofPkcs8(block.der(), file);
        }
        case "RSA PRIVATE KEY" -> {
          return ofPkcs8(pkcs8(RSA, block.der()), file);
        }
        case "EC PARAMETERS" -> ecParameters = block.der();
        case "EC PRIVATE KEY" -> {
          byte[] curve = ecParameters.length > 0 ? ecParameters : curveOf(block.der(), file);
          return ofPkcs8(pkcs8(sequence(EC_OID, curve), block.der()), file);
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new GeneralSecurityException("encrypted private key in " + file);
        default -> {
          // certificates and other things may stand in the same file
        }
      }
    }
    // The traditional form of encryption has headers of its own (RFC 1421 §4.6.1.1).
    boolean encrypted =
        Files.readString(file, StandardCharsets.ISO_8859_1).contains("Proc-Type: 4,ENCRYPTED");
    throw new GeneralSecurityException(
        (encrypted ? "encrypted private key in " : "no private key in ") + file);
  }

  private static PrivateKey ofPkcs8(byte[] der, Path file) throws GeneralSecurityException {
    GeneralSecurityException unknown =
        new GeneralSecurityException("unknown kind of private key in " + file);
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        unknown.addSuppressed(e); // perhaps another algorithm's key
      }
    }
    throw unknown;
  }

  /** The named curve, from the [0] field of a SEC 1 key (RFC 5915 §3), with its OID tag. */
  private static byte[] curveOf(byte[] sec1, Path file) throws GeneralSecurityException {
    for (int i = 0; i + 3 < sec1.length; i++) {
      int length = sec1[i + 1];
      if (sec1[i] == (byte) 0xa0 && sec1[i + 2] == 0x06 && sec1[i + 3] == length - 2) {
        byte[] oid = new byte[Math.min(length, sec1.length - i - 2)];
        System.arraycopy(sec1, i + 2, oid, 0, oid.length);
        return oid;
      }
    }
    throw new GeneralSecurityException("EC private key without a named curve in " + file);
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return sequence(new byte[] {2, 1, 0}, algorithm, tagged(0x04, key));
  }

  private static byte[] sequence(byte[]... elements) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] element : elements) {
      content.writeBytes(element);
    }
    return tagged(0x30, content.toByteArray());
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 128) {
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >>> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private record Block(String label, byte[] der) {}

  private static List<Block> blocks(Path file) throws IOException, GeneralSecurityException {
    Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    List<Block> blocks = new ArrayList<>();
    while (matcher.find()) {
      try {
        blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
      } catch (IllegalArgumentException e) {
        throw new GeneralSecurityException("bad base64 in " + file, e);
      }
    }
    return blocks;
  }
}
