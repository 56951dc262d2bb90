/**
 * The command line: every command takes {@code --dir} and {@code --json}, exits 0 for done, 1 for
 * failed (one line says why), 2 for usage. What a command does is an operation of {@link
 * org.wachtpost.admin}; this room reads arguments and prints answers.
 */
@NullMarked
package org.wachtpost.cli;

import org.jspecify.annotations.NullMarked;
