package org.wachtpost.mailauth;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/**
 * A pair of keys for DKIM and ARC.
 *
 * @param privateKey never printed
 */
public record DkimKeyPair(DkimAlgorithm algorithm, PrivateKey privateKey, PublicKey publicKey) {

  /** RFC 8301 §3.2: signers use at least 2048 bits. */
  public static final int RSA_BITS = 2048;

  /** New keys; RSA takes a good part of a second. */
  public static DkimKeyPair generate(DkimAlgorithm algorithm, SecureRandom random) {
    KeyPairGenerator generator =
        switch (algorithm) {
          case RSA_SHA256 -> generator("RSA");
          case ED25519_SHA256 -> generator("Ed25519");
        };
    switch (algorithm) {
      case RSA_SHA256 -> generator.initialize(RSA_BITS, random);
      case ED25519_SHA256 -> generator.initialize(255, random);
    }
    KeyPair pair = generator.generateKeyPair();
    return new DkimKeyPair(algorithm, pair.getPrivate(), pair.getPublic());
  }

  /**
   * Keys as {@link #encodedPrivate} and {@link #encodedPublic} gave them.
   *
   * @throws IllegalArgumentException if they are not keys of the algorithm
   */
  public static DkimKeyPair decode(DkimAlgorithm algorithm, byte[] pkcs8, byte[] publicInfo) {
    try {
      KeyFactory factory =
          KeyFactory.getInstance(
              switch (algorithm) {
                case RSA_SHA256 -> "RSA";
                case ED25519_SHA256 -> "Ed25519";
              });
      return new DkimKeyPair(
          algorithm,
          factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)),
          factory.generatePublic(new X509EncodedKeySpec(publicInfo)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a key for " + algorithm.word(), e);
    }
  }

  /** The private key, PKCS #8 in DER. */
  public byte[] encodedPrivate() {
    return privateKey.getEncoded();
  }

  /** The public key, SubjectPublicKeyInfo in DER. */
  public byte[] encodedPublic() {
    return publicKey.getEncoded();
  }

  /** The text of the TXT record that publishes the key (RFC 6376 §3.6.1, RFC 8463 §4). */
  public String recordText() {
    byte[] info = encodedPublic();
    byte[] published =
        switch (algorithm) {
          case RSA_SHA256 -> info;
          case ED25519_SHA256 -> Arrays.copyOfRange(info, info.length - 32, info.length);
        };
    return "v=DKIM1; k=" + algorithm.keyType() + "; p=" + Base64Text.encode(published);
  }

  /** Where the record stands. */
  public static String recordName(String selector, String domain) {
    return selector + "._domainkey." + domain;
  }

  /** A TXT record's text as a zone file has it: strings of at most 255 octets, quoted. */
  public static String zoneText(String text) {
    StringBuilder zone = new StringBuilder();
    for (int at = 0; at == 0 || at < text.length(); at += 255) {
      String part = text.substring(at, Math.min(text.length(), at + 255));
      zone.append(at == 0 ? "\"" : " \"")
          .append(part.replace("\\", "\\\\").replace("\"", "\\\""))
          .append('"');
    }
    return zone.toString();
  }

  private static KeyPairGenerator generator(String algorithm) {
    try {
      return KeyPairGenerator.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the Java platform lacks " + algorithm, e);
    }
  }

  /** Says nothing of the private key. */
  @Override
  public String toString() {
    return "DkimKeyPair[" + algorithm.word() + "]";
  }
}
