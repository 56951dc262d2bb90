/**
 * The server's settings: {@code wachtpost.toml} in the data directory, read strictly. An unknown
 * key, a wrong type or a value out of range is an error that names the key; nothing is silently
 * ignored.
 */
@NullMarked
package org.wachtpost.config;

import org.jspecify.annotations.NullMarked;
