/**
 * Row logs (comma separated and W3C) at the speed of the disk cache.
 *
 * <p>Rows are cut from {@code Marks} made for a whole buffer; what has quotes, {@code RowCutter}
 * goes through byte by byte ({@code SamePathsTest}; docs/decisions/0040-vectors-for-logs.md).
 *
 * <p>A {@link org.wachtpost.inspect.log.LogScanner} cuts a stream into rows and columns without
 * making strings; columns are found by the header's names, never by position. A scanner and its row
 * belong to one thread and are reused; a row is valid only during the call that hands it over.
 */
@NullMarked
package org.wachtpost.inspect.log;

import org.jspecify.annotations.NullMarked;
