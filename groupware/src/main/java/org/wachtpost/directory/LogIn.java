package org.wachtpost.directory;

import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent.Origin;

/**
 * One attempt to log in, as a protocol sees it.
 *
 * @param name what the client gave as its name
 * @param authorization whom the client asks to act as; empty for itself
 * @param mechanism SASL mechanism or {@code LOGIN}
 * @param tls TLS version and cipher suite, or null
 * @param client what the client calls itself, or null
 */
public record LogIn(
    Origin origin,
    Scope scope,
    String name,
    String authorization,
    String mechanism,
    @Nullable String tls,
    @Nullable String client) {}
