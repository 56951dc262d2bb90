/**
 * Benchmarks of the parsers of IMAP, beside what they measure to see package-private code.
 *
 * <p>Threading: JMH's.
 */
@NullMarked
package org.wachtpost.imap.wire;

import org.jspecify.annotations.NullMarked;
