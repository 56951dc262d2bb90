/**
 * The checks I01 to I20, each turning one kind of evidence into findings.
 *
 * <p>A check sees rows, records or files, never the whole tree; it reports to a {@link
 * org.wachtpost.inspect.check.FindingSink}, which joins repeats. Checks over logs have an instance
 * per thread ({@code FileReader}); the sink is shared and locks. {@link
 * org.wachtpost.inspect.check.Sorting} tells what files are, and reads small logs, while others are
 * listed; the rest is read by {@link org.wachtpost.inspect.check.Examination#run}, which knows by
 * then what the web server serves.
 */
@NullMarked
package org.wachtpost.inspect.check;

import org.jspecify.annotations.NullMarked;
