package org.wachtpost.queue;

/** Fetches policy files; the seam to the protocol that does it. Thread-safe. */
@FunctionalInterface
public interface PolicySource {
  /** Longest policy that is read, bytes. */
  int POLICY_BYTES = 64 * 1024;

  /** What came of it. */
  sealed interface Fetched {
    /** A file, as text; hostile. */
    record File(String text) implements Fetched {}

    /**
     * None.
     *
     * @param result for the report to the domain
     */
    record Failed(TlsFailure result, String words) implements Fetched {}
  }

  /** The file {@code https://mta-sts.DOMAIN/.well-known/mta-sts.txt} (RFC 8461 §3.3). */
  Fetched fetch(String domain);
}
