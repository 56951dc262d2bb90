package org.wachtpost.mailauth;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * A key record (RFC 6376 §3.6.1).
 *
 * @param keyType tag k=, {@code rsa} if there is none
 * @param publicKey tag p=, base64 without white space
 * @param testing flag y: the domain is only trying DKIM
 * @param strict flag s: i= must have exactly the domain of d=
 */
record DkimKeyRecord(String keyType, String publicKey, boolean testing, boolean strict) {

  /** RFC 8301 §3.2: shorter keys are not accepted. */
  static final int MIN_RSA_BITS = 1024;

  /** Longer keys cost more than they give; the DNS hardly carries them. */
  static final int MAX_RSA_BITS = 8192;

  private static final byte[] ED25519_PREFIX = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };
  private static final byte[] RSA_ALGORITHM = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  static DkimKeyRecord parse(String text) throws DkimFailure {
    TagList tags =
        TagList.parse(text).orElseThrow(() -> DkimFailure.permanent("key record is malformed"));
    // RFC 6376 §3.6.1: v= may be left out, but where it is it must come first.
    boolean versioned = tags.get("v").isPresent();
    if (versioned && (!tags.getOr("v", "").equals("DKIM1") || !startsWithV(text))) {
      throw DkimFailure.permanent("key record has another version");
    }
    if (!has(tags, "s", "*", "email")) {
      throw DkimFailure.permanent("key is not for mail");
    }
    if (tags.get("h").isPresent() && !has(tags, "h", "sha256")) {
      throw DkimFailure.permanent("key is not for sha256");
    }
    String key =
        tags.getCompact("p").orElseThrow(() -> DkimFailure.permanent("key record has no key"));
    if (key.isEmpty()) {
      throw DkimFailure.permanent("key was revoked");
    }
    if (Base64Text.decode(key).isEmpty()) {
      throw DkimFailure.permanent("key is not base64");
    }
    List<String> flags = words(tags.getOr("t", ""));
    return new DkimKeyRecord(tags.getOr("k", "rsa"), key, flags.contains("y"), flags.contains("s"));
  }

  PublicKey toPublicKey(DkimAlgorithm algorithm) throws DkimFailure {
    if (!keyType.equals(algorithm.keyType())) {
      throw DkimFailure.permanent("key is of another type than the signature");
    }
    return switch (algorithm) {
      case RSA_SHA256 -> rsa();
      case ED25519_SHA256 -> ed25519();
    };
  }

  private PublicKey rsa() throws DkimFailure {
    PublicKey key;
    try {
      key = decode("RSA", octets());
    } catch (GeneralSecurityException _) {
      key = rsaOfPkcs1();
    }
    BigInteger modulus = ((RSAPublicKey) key).getModulus();
    if (modulus.bitLength() < MIN_RSA_BITS) {
      throw DkimFailure.permanent("key has only " + modulus.bitLength() + " bits");
    }
    if (modulus.bitLength() > MAX_RSA_BITS) {
      throw DkimFailure.permanent("key has more than " + MAX_RSA_BITS + " bits");
    }
    return key;
  }

  /** RFC 6376 §3.6.1 says RSAPublicKey where all the world writes SubjectPublicKeyInfo. */
  private PublicKey rsaOfPkcs1() throws DkimFailure {
    byte[] octets = octets();
    byte[] bits = new byte[octets.length + 1];
    System.arraycopy(octets, 0, bits, 1, octets.length);
    byte[] content = concat(RSA_ALGORITHM, der(0x03, bits));
    try {
      return decode("RSA", der(0x30, content));
    } catch (GeneralSecurityException _) {
      throw DkimFailure.permanent("key cannot be read");
    }
  }

  private PublicKey ed25519() throws DkimFailure {
    byte[] octets = octets();
    try {
      return decode("Ed25519", octets.length == 32 ? concat(ED25519_PREFIX, octets) : octets);
    } catch (GeneralSecurityException _) {
      throw DkimFailure.permanent("key cannot be read");
    }
  }

  private byte[] octets() {
    return Base64Text.decode(publicKey).orElseThrow();
  }

  private static PublicKey decode(String algorithm, byte[] spki) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki));
  }

  private static byte[] der(int tag, byte[] content) {
    byte[] length =
        content.length < 128
            ? new byte[] {(byte) content.length}
            : content.length < 256
                ? new byte[] {(byte) 0x81, (byte) content.length}
                : new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
    return concat(concat(new byte[] {(byte) tag}, length), content);
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static boolean startsWithV(String text) {
    return text.stripLeading().startsWith("v");
  }

  private static boolean has(TagList tags, String tag, String... accepted) {
    List<String> words = words(tags.getOr(tag, "*"));
    return List.of(accepted).stream().anyMatch(words::contains);
  }

  private static List<String> words(String list) {
    return List.of(TagList.compact(list).split(":", -1));
  }
}
