package org.wachtpost.watch.event;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;
import org.wachtpost.store.Key;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.Store;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * Signs the head of the chain of access events with the installation's Ed25519 key (RFC 8032) and
 * appends it to a file that the operator can copy away: {@code day sequence hash time signature}. A
 * log that was cut short or made anew does not agree with the copies.
 */
public final class HeadSigner {
  /** The head is signed at most this often while a day goes on. */
  static final Duration STEP = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(HeadSigner.class);
  private static final int LAYOUT = 1;

  private final Path file;
  private final PrivateKey privateKey;
  private final PublicKey publicKey;
  private Instant lastSigned = Instant.MIN;
  private byte[] lastHead = {};

  private HeadSigner(Path file, PrivateKey privateKey, PublicKey publicKey) {
    this.file = file;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /**
   * Opens the installation's key, or makes one.
   *
   * @param file where signed heads are appended
   */
  public static HeadSigner open(Store store, Path file) {
    Key key = KeyWriter.prefix(KeySpace.INSTALLATION_KEY).text("access-log").key();
    try (Snapshot snapshot = store.snapshot(AccountId.SYSTEM)) {
      byte[] stored = snapshot.read(key);
      if (stored != null) {
        RecordReader in = new RecordReader(stored, LAYOUT);
        KeyFactory keys = KeyFactory.getInstance("Ed25519");
        return new HeadSigner(
            file,
            keys.generatePrivate(new PKCS8EncodedKeySpec(in.bytes())),
            keys.generatePublic(new X509EncodedKeySpec(in.bytes())));
      }
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] value =
          new RecordWriter(LAYOUT)
              .bytes(pair.getPrivate().getEncoded())
              .bytes(pair.getPublic().getEncoded())
              .toBytes();
      CommitResult result =
          store.commit(
              AccountId.SYSTEM,
              snapshot.version(),
              CommitId.random(new java.security.SecureRandom()),
              new Batch().put(key, value));
      if (!(result instanceof CommitResult.Committed)) {
        throw new IllegalStateException("the signing key could not be kept: " + result);
      }
      return new HeadSigner(file, pair.getPrivate(), pair.getPublic());
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has Ed25519", e);
    }
  }

  /** The public key, X.509 encoded in Base64, for those who check. */
  public String publicKey() {
    return Base64.getEncoder().encodeToString(publicKey.getEncoded());
  }

  /**
   * Signs unless it has done so within the last {@link #STEP}, or the head is still the one that it
   * signed. Called by the writer thread only, also when nothing happens: the last events before a
   * quiet night are signed too.
   */
  void maybeSign(long day, long sequence, byte[] head, Instant now) {
    if (lastSigned.equals(Instant.MIN) || !now.isBefore(lastSigned.plus(STEP))) {
      sign(day, sequence, head, now);
    }
  }

  void sign(long day, long sequence, byte[] head, Instant now) {
    if (day < 0 || Arrays.equals(head, lastHead)) {
      return;
    }
    lastSigned = now;
    lastHead = head.clone();
    String text = day + " " + sequence + " " + HexFormat.of().formatHex(head) + " " + now;
    String line = text + " " + signature(text) + "\n";
    try {
      Files.writeString(
          file,
          line,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
    } catch (IOException e) {
      LOG.error("the signed head of the access log could not be written: {}", e.getMessage());
    }
  }

  /** Whether this line was signed by this installation. */
  boolean isOurs(String line) {
    int space = line.lastIndexOf(' ');
    if (space < 0) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(publicKey);
      verifier.update(line.substring(0, space).getBytes(StandardCharsets.UTF_8));
      return verifier.verify(Base64.getDecoder().decode(line.substring(space + 1).strip()));
    } catch (IllegalArgumentException | java.security.SignatureException e) {
      return false; // not Base64, or not the form of a signature
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has Ed25519", e);
    }
  }

  private String signature(String text) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(privateKey);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has Ed25519", e);
    }
  }
}
