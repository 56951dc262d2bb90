package org.wachtpost.sasl;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.directory.LogIn;
import org.wachtpost.directory.Scope;
import org.wachtpost.net.Connection;
import org.wachtpost.net.TlsInfo;

/**
 * What an exchange has to know of its connection.
 *
 * @param tls TLS version and suite, or null in plaintext
 * @param client what the client calls itself, or null
 * @param bindings channel binding data by name; empty in plaintext
 * @param plaintextAllowed whether a password may be shown without TLS
 */
public record SaslContext(
    Origin origin,
    Scope scope,
    @Nullable String tls,
    @Nullable String client,
    Map<String, byte[]> bindings,
    boolean plaintextAllowed) {

  /**
   * The context of a connection as it is now.
   *
   * @param plaintextOnLoopback whether a password may be shown without TLS by this machine itself
   */
  public static SaslContext of(
      Connection connection, Scope scope, @Nullable String client, boolean plaintextOnLoopback) {
    return new SaslContext(
        connection.origin(),
        scope,
        connection.tls().map(TlsInfo::toString).orElse(null),
        client,
        connection.channelBindings(),
        plaintextOnLoopback && connection.isLoopback());
  }

  /** Whether mechanisms that show the password may run. */
  boolean mayShowPassword() {
    return tls != null || plaintextAllowed;
  }

  LogIn logIn(String name, String mechanism) {
    return logIn(name, "", mechanism);
  }

  LogIn logIn(String name, String authorization, String mechanism) {
    return new LogIn(origin, scope, name, authorization, mechanism, tls, client);
  }
}
