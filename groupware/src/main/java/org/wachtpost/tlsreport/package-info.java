/**
 * Reports to other domains on how TLS with their hosts went (TLS-RPT), made of what the queue has
 * counted the day before.
 *
 * <p>Invariants: a domain that asks for reports gets one a day, also over restarts (a mark in the
 * store; a crash between hand-over and mark repeats a report under the same name, so that its
 * receiver can tell); a report never waits for the very TLS that it reports on, and is not itself
 * counted; where a report goes is read from the DNS, and it is posted to public addresses only.
 *
 * <p>Threading: one job.
 *
 * <p>RFC 8460 (TLS-RPT), RFC 6522 (multipart/report), RFC 8689 §5 (TLS-Required).
 */
@NullMarked
package org.wachtpost.tlsreport;

import org.jspecify.annotations.NullMarked;
