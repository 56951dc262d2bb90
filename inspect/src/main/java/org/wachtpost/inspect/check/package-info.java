/**
 * The checks I01 to I20, each turning one kind of evidence into findings.
 *
 * <p>A check sees rows, records or files, never the whole tree; it reports to a {@link
 * org.wachtpost.inspect.check.FindingSink}, which joins repeats. Checks over logs have an instance
 * per thread; the sink is shared and locks.
 */
@NullMarked
package org.wachtpost.inspect.check;

import org.jspecify.annotations.NullMarked;
