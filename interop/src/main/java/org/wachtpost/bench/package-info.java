/**
 * Benchmarks of what the commit path costs. Not in any product; run by {@code bin/dev bench jmh}.
 *
 * <p>Threading: JMH's.
 */
@NullMarked
package org.wachtpost.bench;

import org.jspecify.annotations.NullMarked;
