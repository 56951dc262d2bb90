package org.wachtpost.directory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may log in. Every attempt, let in or not, is recorded as an access event by the
 * authenticator itself: callers never record one.
 */
public interface Authenticator {
  /** Checks a password or app password. Takes its time also when the name is unknown. */
  Result password(LogIn logIn, String password);

  /**
   * The SCRAM-SHA-256 keys (RFC 5802 §3) to run an exchange with: those of the account's password
   * and app passwords, or made-up ones with a salt that is the same for the same name each time, so
   * that an unknown name cannot be told.
   */
  ScramKeys scramKeys(LogIn logIn);

  /**
   * Says how the exchange with {@link #scramKeys} ended.
   *
   * @param proven the key that the client proved to hold; null if it proved none
   */
  Result scramFinished(LogIn logIn, @Nullable ScramKey proven);

  /**
   * Takes note of an attempt that ended before there was anything to check.
   *
   * @param reason {@link Reason#MECHANISM} or {@link Reason#UNFINISHED}
   */
  void refused(LogIn logIn, Reason reason);

  /** What became of an attempt. */
  sealed interface Result {
    record LoggedIn(Principal principal) implements Result {}

    /**
     * Turned away. Protocols say the same sentence for every reason but {@code RATE} and, since it
     * takes a right password to get that far, {@code AUTHORIZATION}.
     *
     * @param reason for the access log
     */
    record Rejected(Reason reason) implements Result {}
  }

  /** Why somebody was turned away. */
  enum Reason {
    UNKNOWN,
    PASSWORD,
    SCOPE,
    EXPIRED,
    DISABLED,
    RATE,
    /** Whoever it is, asked to act as somebody else (RFC 4616 §2). */
    AUTHORIZATION,
    /** There is no such mechanism, or not without TLS. */
    MECHANISM,
    /** The exchange was malformed, called off, or cut. */
    UNFINISHED
  }

  /**
   * What one exchange runs with. The credentials of an account share the salt, because the server
   * must name one before it can know which of them the client holds.
   *
   * @param keys at least one
   */
  record ScramKeys(byte[] salt, int iterations, List<ScramKey> keys) {
    public ScramKeys {
      keys = List.copyOf(keys);
    }
  }

  /**
   * Keys of one credential.
   *
   * @param credential the credential's stored name, or null for a made-up one
   */
  record ScramKey(byte[] storedKey, byte[] serverKey, @Nullable String credential) {}
}
