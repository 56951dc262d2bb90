package org.wachtpost.mailauth;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Optional;

/** The signing algorithms that are in use (RFC 8301 §3, RFC 8463 §3). */
public enum DkimAlgorithm {
  RSA_SHA256("rsa-sha256", "rsa"),
  ED25519_SHA256("ed25519-sha256", "ed25519");

  private final String word;
  private final String keyType;

  DkimAlgorithm(String word, String keyType) {
    this.word = word;
    this.keyType = keyType;
  }

  /** The value of the tag a=. */
  public String word() {
    return word;
  }

  /** The value of the tag k= in the key record. */
  public String keyType() {
    return keyType;
  }

  static Optional<DkimAlgorithm> ofWord(String word) {
    for (DkimAlgorithm algorithm : values()) {
      if (algorithm.word.equals(word)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  byte[] sign(PrivateKey key, byte[] data) {
    try {
      Signature signer = signature();
      signer.initSign(key);
      signer.update(input(data));
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("cannot sign with this key by " + word, e);
    }
  }

  boolean verify(PublicKey key, byte[] data, byte[] signed) {
    try {
      Signature verifier = signature();
      verifier.initVerify(key);
      verifier.update(input(data));
      return verifier.verify(signed);
    } catch (InvalidKeyException | SignatureException _) {
      return false; // the wrong length or form: it is not this key's signature
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the Java platform lacks " + word, e);
    }
  }

  private Signature signature() throws GeneralSecurityException {
    return switch (this) {
      case RSA_SHA256 -> Signature.getInstance("SHA256withRSA");
      case ED25519_SHA256 -> Signature.getInstance("Ed25519");
    };
  }

  /** RFC 8463 §3: Ed25519 signs the SHA-256 of the data, not the data. */
  private byte[] input(byte[] data) {
    return switch (this) {
      case RSA_SHA256 -> data;
      case ED25519_SHA256 -> BodyHash.sha256().digest(data);
    };
  }
}
