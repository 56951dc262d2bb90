package org.wachtpost.mailauth;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The SHA-256 of a canonical body (RFC 6376 §3.4.3, §3.4.4), computed as the octets pass. Only CRLF
 * ends a line; a CR or LF alone is an octet like any other.
 */
final class BodyHash {

  /**
   * What is to be hashed.
   *
   * @param length canonical octets that are hashed (tag l=), or {@link #ALL}
   */
  record Wanted(Canonicalization canonicalization, long length) {}

  /**
   * @param sha256Base64 the hash, in base64
   * @param canonicalOctets the length of the whole canonical body
   */
  record Computed(String sha256Base64, long canonicalOctets) {}

  static final long ALL = Long.MAX_VALUE;

  private static final int BUFFER = 16 * 1024;

  private final boolean relaxed;
  private final long limit;
  private final MessageDigest digest = sha256();
  private final byte[] buffer = new byte[BUFFER];
  private int buffered;
  private long hashed;
  private long total;
  private long pendingLines;
  private boolean pendingSpace;
  private boolean pendingReturn;
  private boolean started;

  private BodyHash(Wanted wanted) {
    this.relaxed = wanted.canonicalization() == Canonicalization.RELAXED;
    this.limit = wanted.length();
  }

  /** Reads a body to its end, once for all that is wanted. */
  static Map<Wanted, Computed> compute(InputStream body, Collection<Wanted> wanted)
      throws IOException {
    Map<Wanted, BodyHash> hashes = new LinkedHashMap<>();
    for (Wanted one : wanted) {
      hashes.computeIfAbsent(one, BodyHash::new);
    }
    if (!hashes.isEmpty()) {
      byte[] chunk = new byte[BUFFER];
      for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
        for (BodyHash hash : hashes.values()) {
          hash.update(chunk, n);
        }
      }
    }
    Map<Wanted, Computed> computed = new LinkedHashMap<>();
    hashes.forEach((one, hash) -> computed.put(one, hash.finish()));
    return computed;
  }

  /** Reads a body to its end. */
  static Computed compute(InputStream body, Wanted wanted) throws IOException {
    BodyHash hash = new BodyHash(wanted);
    byte[] chunk = new byte[BUFFER];
    for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
      hash.update(chunk, n);
    }
    return hash.finish();
  }

  private void update(byte[] octets, int length) {
    for (int i = 0; i < length; i++) {
      byte c = octets[i];
      if (pendingReturn) {
        pendingReturn = false;
        if (c == '\n') {
          pendingSpace = false;
          pendingLines++;
          continue;
        }
        octet((byte) '\r');
      }
      if (c == '\r') {
        pendingReturn = true;
      } else if (relaxed && (c == ' ' || c == '\t')) {
        pendingSpace = true;
      } else {
        octet(c);
      }
    }
  }

  private void octet(byte c) {
    for (; pendingLines > 0; pendingLines--) {
      put((byte) '\r');
      put((byte) '\n');
    }
    if (pendingSpace) {
      put((byte) ' ');
      pendingSpace = false;
    }
    put(c);
    started = true;
  }

  private Computed finish() {
    if (pendingReturn) {
      octet((byte) '\r');
    }
    // RFC 6376 §3.4.3: an empty simple body is one CRLF; §3.4.4: an empty relaxed one is nothing.
    if (started || !relaxed) {
      put((byte) '\r');
      put((byte) '\n');
    }
    digest.update(buffer, 0, buffered);
    return new Computed(Base64Text.encode(digest.digest()), total);
  }

  private void put(byte c) {
    total++;
    if (hashed >= limit) {
      return;
    }
    hashed++;
    buffer[buffered++] = c;
    if (buffered == buffer.length) {
      digest.update(buffer, 0, buffered);
      buffered = 0;
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
