package org.wachtpost.delivery;

import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.directory.Principal;

/**
 * Who brings a message.
 *
 * @param helo the name the client gave
 * @param with protocol for the trace field: {@code ESMTPS}, {@code LMTP}, … (RFC 3848, RFC 6531)
 * @param tls TLS version and cipher suite, or null
 * @param principal who is logged in, or null
 */
public record InboundSession(
    Origin origin, String helo, String with, @Nullable String tls, @Nullable Principal principal) {}
