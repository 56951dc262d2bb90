/**
 * Benchmarks of the parsers of SMTP, beside what they measure to see package-private code.
 *
 * <p>Threading: JMH's.
 */
@NullMarked
package org.wachtpost.smtp;

import org.jspecify.annotations.NullMarked;
