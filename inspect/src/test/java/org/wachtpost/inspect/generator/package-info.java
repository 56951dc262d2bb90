/**
 * Makes a believable Exchange server's files, seeded and at any size, for tests and benchmarks.
 *
 * <p>Everything it makes is synthetic: names, addresses and times are drawn from a seed; only the
 * forms (columns, file names, order of requests in an attack) follow public descriptions of real
 * ones. See {@code docs/inspect-evidence.md}.
 *
 * <p>It lives among the tests, so that nothing of it is in the jar that is shipped; {@code bin/dev
 * evidence} runs it from there.
 *
 * <p>Invariants: the same seed, scenario and size give the same bytes, on any machine and whatever
 * the number of threads; the folder given is the only one written to.
 */
@NullMarked
package org.wachtpost.inspect.generator;

import org.jspecify.annotations.NullMarked;
