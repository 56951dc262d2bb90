package org.wachtpost.directory;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * What is kept of a password: an Argon2id hash (RFC 9106) and SCRAM-SHA-256 keys (RFC 5802 §3, RFC
 * 7677). Neither gives the password back.
 *
 * @param argonMemoryKib memory cost, KiB
 * @param argonPasses time cost
 * @param argonSalt 16 bytes
 * @param argonHash 32 bytes
 * @param scramSalt 16 bytes, the same for all credentials of an account
 * @param scramIterations PBKDF2 iterations
 * @param storedKey H(ClientKey), 32 bytes
 * @param serverKey 32 bytes
 */
record Secrets(
    int argonMemoryKib,
    int argonPasses,
    byte[] argonSalt,
    byte[] argonHash,
    byte[] scramSalt,
    int scramIterations,
    byte[] storedKey,
    byte[] serverKey) {
  /** RFC 9106 §4 names 64 MiB for constrained memory; OWASP's floor is 19 MiB with two passes. */
  static final int ARGON_MEMORY_KIB = 19 * 1024;

  static final int ARGON_PASSES = 2;
  static final int SALT_BYTES = 16;
  static final int KEY_BYTES = 32;

  /** RFC 7677 §4 asks for at least 4,096 and for more as machines grow. */
  static final int SCRAM_ITERATIONS = 50_000;

  private static final int LAYOUT_VERSION = 1;

  /**
   * Argon2 needs much memory: only so many at a time, so that a flood of log-ins cannot take all.
   */
  private static final int PARALLEL_HASHES =
      Math.min(4, Runtime.getRuntime().availableProcessors());

  private static final Semaphore HASHING = new Semaphore(PARALLEL_HASHES);

  /**
   * Memory that is used again (blocks of 1 KiB): otherwise every log-in leaves 19 MiB of garbage,
   * and the heap grows to its limit for nothing.
   */
  private static final Argon2BytesGenerator.BlockPool BLOCKS =
      new Argon2BytesGenerator.FixedBlockPool(PARALLEL_HASHES * ARGON_MEMORY_KIB);

  /** Makes new secrets for a password; takes tens of milliseconds on purpose. */
  static Secrets of(String password, SecureRandom random) {
    return of(password, random, random(random, SALT_BYTES), SCRAM_ITERATIONS);
  }

  /**
   * Makes new secrets for another password of the same account: the SCRAM salt is the account's, so
   * that one exchange serves its password and its app passwords. Argon2id has a salt of its own
   * each time.
   */
  Secrets sibling(String password, SecureRandom random) {
    return of(password, random, scramSalt, scramIterations);
  }

  /** Whether one SCRAM exchange can serve both. */
  boolean sharesSaltWith(Secrets other) {
    return Arrays.equals(scramSalt, other.scramSalt) && scramIterations == other.scramIterations;
  }

  private static Secrets of(
      String password, SecureRandom random, byte[] scramSalt, int scramIterations) {
    byte[] utf8 = prepared(password);
    byte[] argonSalt = random(random, SALT_BYTES);
    byte[] hash = argon2id(utf8, argonSalt, ARGON_MEMORY_KIB, ARGON_PASSES);
    byte[] salted = pbkdf2(password, scramSalt, scramIterations);
    byte[] storedKey = storedKey(salted);
    byte[] serverKey = hmac(salted, "Server Key");
    return new Secrets(
        ARGON_MEMORY_KIB,
        ARGON_PASSES,
        argonSalt,
        hash,
        scramSalt,
        scramIterations,
        storedKey,
        serverKey);
  }

  /** Whether this is the password; takes tens of milliseconds on purpose. */
  boolean matches(String password) {
    byte[] hash = argon2id(prepared(password), argonSalt, argonMemoryKib, argonPasses);
    return MessageDigest.isEqual(hash, argonHash);
  }

  /** Takes as long as {@link #matches} and tells nothing: for names that do not exist. */
  static void pretendToMatch(String password) {
    byte[] unused =
        argon2id(prepared(password), new byte[SALT_BYTES], ARGON_MEMORY_KIB, ARGON_PASSES);
    if (unused.length != KEY_BYTES) {
      throw new IllegalStateException("Argon2 gave " + unused.length + " bytes");
    }
  }

  void write(RecordWriter out) {
    out.number(LAYOUT_VERSION)
        .number(argonMemoryKib)
        .number(argonPasses)
        .bytes(argonSalt)
        .bytes(argonHash)
        .bytes(scramSalt)
        .number(scramIterations)
        .bytes(storedKey)
        .bytes(serverKey);
  }

  static Secrets read(RecordReader in) {
    int layout = in.integer();
    if (layout != LAYOUT_VERSION) {
      throw new org.wachtpost.store.StoreException.Corrupt("secrets layout " + layout, null);
    }
    return new Secrets(
        in.integer(),
        in.integer(),
        in.bytes(),
        in.bytes(),
        in.bytes(),
        in.integer(),
        in.bytes(),
        in.bytes());
  }

  /**
   * Which of the secrets the password belongs to, of those that share this one's SCRAM salt: one
   * computation for all of them, however many there are. Empty if to none.
   *
   * @param others by name
   */
  Optional<String> siblingOf(String password, Map<String, Secrets> others) {
    byte[] proven = storedKey(password, scramSalt, scramIterations);
    String name = null;
    for (Map.Entry<String, Secrets> other : others.entrySet()) {
      boolean same = MessageDigest.isEqual(proven, other.getValue().storedKey);
      name = same && sharesSaltWith(other.getValue()) ? other.getKey() : name;
    }
    return Optional.ofNullable(name);
  }

  /** Takes as long as {@link #siblingOf} and tells nothing. */
  static void pretendToFindSibling(String password) {
    byte[] unused = storedKey(password, new byte[SALT_BYTES], SCRAM_ITERATIONS);
    if (unused.length != KEY_BYTES) {
      throw new IllegalStateException("SHA-256 gave " + unused.length + " bytes");
    }
  }

  private static byte[] storedKey(String password, byte[] salt, int iterations) {
    HASHING.acquireUninterruptibly();
    try {
      return storedKey(pbkdf2(password, salt, iterations));
    } finally {
      HASHING.release();
    }
  }

  /** RFC 5802 §3: H(ClientKey). */
  private static byte[] storedKey(byte[] saltedPassword) {
    return org.wachtpost.store.BlobId.newDigest().digest(hmac(saltedPassword, "Client Key"));
  }

  /** Never shows what it holds. */
  @Override
  public String toString() {
    return "Secrets[…]";
  }

  /** RFC 8265 §4.2.2 (OpaqueString): NFC; other spaces become the ASCII space. */
  private static String normal(String password) {
    StringBuilder spaced = new StringBuilder(password.length());
    password
        .codePoints()
        .forEach(c ->
            spaced.appendCodePoint(Character.getType(c) == Character.SPACE_SEPARATOR ? ' ' : c));
    return Normalizer.normalize(spaced, Normalizer.Form.NFC);
  }

  private static byte[] prepared(String password) {
    return normal(password).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] argon2id(byte[] password, byte[] salt, int memoryKib, int passes) {
    HASHING.acquireUninterruptibly();
    try {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(memoryKib)
              .withIterations(passes)
              .withParallelism(1)
              .withBlockPool(BLOCKS)
              .withSalt(salt)
              .build());
      byte[] hash = new byte[KEY_BYTES];
      generator.generateBytes(password, hash);
      return hash;
    } finally {
      HASHING.release();
    }
  }

  private static byte[] pbkdf2(String password, byte[] salt, int iterations) {
    try {
      String normal = normal(password);
      if (normal.isEmpty()) {
        throw new IllegalArgumentException("empty password");
      }
      PBEKeySpec spec = new PBEKeySpec(normal.toCharArray(), salt, iterations, KEY_BYTES * 8);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has PBKDF2WithHmacSHA256", e);
    }
  }

  static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has HmacSHA256", e);
    }
  }

  private static byte[] random(SecureRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
