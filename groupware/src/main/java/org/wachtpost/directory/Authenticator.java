package org.wachtpost.directory;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may log in. Every attempt, let in or not, is recorded as an access event by the
 * authenticator itself: callers never record one.
 */
public interface Authenticator {
  /** Checks a password or app password. Takes its time also when the name is unknown. */
  Result password(LogIn logIn, String password);

  /**
   * The SCRAM-SHA-256 keys (RFC 5802 §3) to run an exchange with: the account's, or made-up ones
   * that are the same for the same name each time, so that an unknown name cannot be told.
   */
  ScramKeys scramKeys(LogIn logIn);

  /**
   * Says how the exchange with {@link #scramKeys} ended.
   *
   * @param proven whether the client's proof was right
   */
  Result scramFinished(LogIn logIn, ScramKeys keys, boolean proven);

  /** What became of an attempt. */
  sealed interface Result {
    record LoggedIn(Principal principal) implements Result {}

    /**
     * Turned away. Protocols say the same sentence for every reason but {@code RATE}.
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
    RATE
  }

  /**
   * Keys of one credential.
   *
   * @param credential the credential's stored name, or empty for a made-up one
   */
  record ScramKeys(
      byte[] salt,
      int iterations,
      byte[] storedKey,
      byte[] serverKey,
      @Nullable String credential) {
    public Optional<String> credentialName() {
      return Optional.ofNullable(credential);
    }
  }
}
