/**
 * Benchmarks of the parsers of mail, beside what they measure to see package-private code.
 *
 * <p>Threading: JMH's.
 */
@NullMarked
package org.wachtpost.mail;

import org.jspecify.annotations.NullMarked;
