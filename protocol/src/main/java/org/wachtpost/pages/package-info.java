/**
 * Serves over HTTPS what our domains publish: their MTA-STS policies and the settings of mail
 * programs, each a made text at a fixed path, and nothing else.
 *
 * <p>Invariants: no file system, no redirect, no body is read; one request a connection, with
 * limits on its line, its header and its time; who asks for anything but a page of a domain of ours
 * gets an error that holds nothing of the request.
 *
 * <p>Threading: a virtual thread per connection.
 *
 * <p>RFC 8461 §3.2, §3.3; of RFC 9110 and RFC 9112 (HTTP) what such texts need.
 */
@NullMarked
package org.wachtpost.pages;

import org.jspecify.annotations.NullMarked;
