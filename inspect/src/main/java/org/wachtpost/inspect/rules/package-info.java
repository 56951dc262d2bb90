/**
 * Dated data that changes: builds, names, hashes, addresses and user agents.
 *
 * <p>Read once from the resources or a folder given with `--rules`; immutable afterwards.
 */
@NullMarked
package org.wachtpost.inspect.rules;

import org.jspecify.annotations.NullMarked;
