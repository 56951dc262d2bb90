/**
 * Administration: the same operations for the running server, over a Unix socket in the data
 * directory that only its owner can open, and for a stopped one, on the store itself.
 *
 * <p>A request is a JSON object {@code {"op": NAME, …}}, at times followed by bytes; the answer is
 * a stream of {@code {"item": …}} objects and one {@code {"ok": true, "result": …}} or {@code
 * {"ok": false, "error": SENTENCE}}. Frames carry their length in front ({@link
 * org.wachtpost.admin.Frames}).
 */
@NullMarked
package org.wachtpost.admin;

import org.jspecify.annotations.NullMarked;
