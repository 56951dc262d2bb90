package org.wachtpost.sasl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.wachtpost.directory.Authenticator;
import org.wachtpost.directory.Authenticator.Reason;

/** The mechanisms. Thread-safe. */
public final class SaslServer {
  static final String SCRAM = "SCRAM-SHA-256";
  static final String SCRAM_PLUS = "SCRAM-SHA-256-PLUS";

  private final Authenticator authenticator;
  private final RandomGenerator random;

  /**
   * @param random makes nonces: must be cryptographically strong and safe for threads
   */
  public SaslServer(Authenticator authenticator, RandomGenerator random) {
    this.authenticator = authenticator;
    this.random = random;
  }

  /** Names of the mechanisms that {@link #begin} would start, strongest first. */
  public List<String> mechanisms(SaslContext context) {
    List<String> names = new ArrayList<>();
    // In plaintext SCRAM shows no password, but whoever listens could guess it at leisure.
    if (context.mayShowPassword()) {
      if (!context.bindings().isEmpty()) {
        names.add(SCRAM_PLUS);
      }
      names.add(SCRAM);
      names.add("PLAIN");
      names.add("LOGIN");
    }
    return names;
  }

  /** Takes note that somebody asked for a mechanism that {@link #begin} did not start. */
  public void noMechanism(String mechanism, SaslContext context) {
    authenticator.refused(context.logIn("", mechanism), Reason.MECHANISM);
  }

  /**
   * Takes note of an exchange that ended without a result, unless the authenticator had decided
   * before: each attempt is noted once.
   */
  public void unfinished(String mechanism, SaslContext context, SaslExchange exchange) {
    if (!exchange.isDecided()) {
      unfinished(mechanism, context, exchange.name());
    }
  }

  /**
   * As {@link #unfinished(String, SaslContext, SaslExchange)}, for an attempt without an exchange.
   *
   * @param name the name that was given; empty if there was none
   */
  public void unfinished(String mechanism, SaslContext context, String name) {
    authenticator.refused(context.logIn(name, mechanism), Reason.UNFINISHED);
  }

  /** Begins an exchange; empty if there is no such mechanism, or not on this connection. */
  public Optional<SaslExchange> begin(String mechanism, SaslContext context) {
    String name = mechanism.toUpperCase(Locale.ROOT);
    if (!mechanisms(context).contains(name)) {
      return Optional.empty();
    }
    return switch (name) {
      case "PLAIN" -> Optional.of(new Plain(authenticator, context));
      case "LOGIN" -> Optional.of(new Login(authenticator, context));
      case SCRAM -> Optional.of(new Scram(authenticator, context, random, false));
      case SCRAM_PLUS -> Optional.of(new Scram(authenticator, context, random, true));
      default -> Optional.empty();
    };
  }
}
