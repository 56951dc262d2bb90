/**
 * Serves our own domains' MTA-STS policies over HTTPS: one file at one path, and nothing else.
 *
 * <p>Invariants: no file system, no redirect, no body is read; one request a connection, with
 * limits on its line, its header and its time; who asks for anything but the policy of a domain of
 * ours gets an error that holds nothing of the request.
 *
 * <p>Threading: a virtual thread per connection.
 *
 * <p>RFC 8461 §3.2, §3.3; of RFC 9110 and RFC 9112 (HTTP) what one file needs.
 */
@NullMarked
package org.wachtpost.mtasts;

import org.jspecify.annotations.NullMarked;
