package org.wachtpost.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Names a blob within an account: the SHA-256 of its bytes. */
public final class BlobId implements Comparable<BlobId> {
  /** Length of the name, bytes. */
  public static final int BYTES = 32;

  private final byte[] sha256;

  private BlobId(byte[] sha256) {
    this.sha256 = sha256;
  }

  /** The name with these {@value #BYTES} bytes; the array is copied. */
  public static BlobId of(byte[] sha256) {
    if (sha256.length != BYTES) {
      throw new IllegalArgumentException("blob name of " + sha256.length + " bytes");
    }
    return new BlobId(sha256.clone());
  }

  /** The name of this content. */
  public static BlobId ofContent(byte[] content) {
    return new BlobId(newDigest().digest(content));
  }

  /** A fresh digest whose result names a blob. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every JDK has SHA-256", e);
    }
  }

  public static BlobId ofHex(String hex) {
    return of(HexFormat.of().parseHex(hex));
  }

  public byte[] toBytes() {
    return sha256.clone();
  }

  @Override
  public int compareTo(BlobId other) {
    return Arrays.compareUnsigned(sha256, other.sha256);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlobId blob && Arrays.equals(sha256, blob.sha256);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sha256);
  }

  /** Lower-case hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(sha256);
  }
}
