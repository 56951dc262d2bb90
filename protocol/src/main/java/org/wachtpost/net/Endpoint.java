package org.wachtpost.net;

import java.net.InetSocketAddress;

/**
 * Where a protocol listens.
 *
 * @param protocol the word in access events: {@code smtp}, {@code submission}, {@code imap}, …
 * @param address address and port; port 0 takes a free one
 * @param implicitTls whether TLS starts with the first byte
 */
public record Endpoint(String protocol, InetSocketAddress address, boolean implicitTls) {}
