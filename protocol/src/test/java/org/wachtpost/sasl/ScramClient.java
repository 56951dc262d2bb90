package org.wachtpost.sasl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's side of SCRAM-SHA-256, written from RFC 5802 for tests. */
public final class ScramClient {
  private final String gs2Header;
  private final byte[] binding;
  private final String bare;
  private final String password;
  private String authMessage = "";
  private byte[] salted = new byte[0];

  /**
   * @param gs2Header {@code n,,} or {@code p=tls-exporter,,}
   * @param binding channel binding data, empty without
   */
  public ScramClient(String gs2Header, byte[] binding, String name, String password, String nonce) {
    this.gs2Header = gs2Header;
    this.binding = binding;
    this.bare = "n=" + name + ",r=" + nonce;
    this.password = password;
  }

  public String first() {
    return gs2Header + bare;
  }

  public String last(String serverFirst) {
    String[] fields = serverFirst.split(",", 3);
    byte[] salt = Base64.getDecoder().decode(fields[1].substring(2));
    int iterations = Integer.parseInt(fields[2].substring(2));
    byte[] header = gs2Header.getBytes(StandardCharsets.UTF_8);
    byte[] input = new byte[header.length + binding.length];
    System.arraycopy(header, 0, input, 0, header.length);
    System.arraycopy(binding, 0, input, header.length, binding.length);
    String withoutProof = "c=" + Base64.getEncoder().encodeToString(input) + "," + fields[0];
    authMessage = bare + "," + serverFirst + "," + withoutProof;
    salted = salted(password, salt, iterations);
    byte[] clientKey = hmac(salted, "Client Key");
    byte[] signature = hmac(sha256(clientKey), authMessage);
    for (int i = 0; i < clientKey.length; i++) {
      clientKey[i] ^= signature[i];
    }
    return withoutProof + ",p=" + Base64.getEncoder().encodeToString(clientKey);
  }

  /** What the server's last message must be. */
  public String expectedServerFinal() {
    byte[] signature = hmac(hmac(salted, "Server Key"), authMessage);
    return "v=" + Base64.getEncoder().encodeToString(signature);
  }

  public static byte[] storedKey(String password, byte[] salt, int iterations) {
    return sha256(hmac(salted(password, salt, iterations), "Client Key"));
  }

  public static byte[] serverKey(String password, byte[] salt, int iterations) {
    return hmac(salted(password, salt, iterations), "Server Key");
  }

  private static byte[] salted(String password, byte[] salt, int iterations) {
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
