/**
 * What every protocol on a socket stands on: listeners, TLS, limits, deadlines.
 *
 * <p>{@link org.wachtpost.net.Network} owns the listeners; each accepted connection gets one
 * virtual thread, which runs {@link org.wachtpost.net.Protocol#serve} to its end. Invariants:
 *
 * <ul>
 *   <li>every wait has an end: reads by {@link org.wachtpost.net.Connection#deadline} and {@link
 *       org.wachtpost.net.Connection#awaitCommand}, writes and handshakes by the settings; a watch
 *       thread looks four times a second and ends the wait of whoever is late (a byte now and then
 *       does not help);
 *   <li>every accepted connection is recorded once as connected and once as ended, or once as
 *       refused;
 *   <li>nothing that was received in plaintext is read after STARTTLS;
 *   <li>a connection that waits for a command keeps no buffers of ours, but for the window of what
 *       comes in compressed;
 *   <li>running out of file descriptors stops nothing but the accept that failed.
 * </ul>
 *
 * <p>Threading: input belongs to the connection's own thread; output may be written by any thread.
 *
 * <p>RFC 8446, RFC 5246 (by the JDK), RFC 9325 (versions and suites), RFC 5929 §4
 * (tls-server-end-point), RFC 1951 (by the JDK), RFC 9266 (tls-exporter), RFC 7468 (PEM).
 */
@NullMarked
package org.wachtpost.net;

import org.jspecify.annotations.NullMarked;
