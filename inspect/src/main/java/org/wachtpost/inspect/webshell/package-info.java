/**
 * Web shells: what a file that a web server would execute says about itself, and whether it belongs
 * where it lies.
 *
 * <p>Four questions, each answered by one class and each independent of the others: does the
 * content work like a web shell ({@link org.wachtpost.inspect.webshell.ShellScanner}), is the path
 * one that a clean Exchange server has ({@link org.wachtpost.inspect.webshell.PathAllowlist}), is
 * the content of a known path the one that Microsoft shipped ({@link
 * org.wachtpost.inspect.webshell.BaselineHashes}), and what did a compiled page come from ({@link
 * org.wachtpost.inspect.webshell.CompiledPage}).
 *
 * <p>Invariants: nothing here opens, changes or executes a file; content comes in as bytes. Every
 * answer comes back as a value, whatever the bytes are: hostile content costs time linear in its
 * size, bounded by the limits named in {@link org.wachtpost.inspect.webshell.ShellScanner}, and
 * never an exception. Facts that change (names, hashes, paths) are dated data files, see {@link
 * org.wachtpost.inspect.webshell.ShellRules}.
 *
 * <p>Threading: everything is immutable after construction and may be used by any number of
 * threads.
 */
@NullMarked
package org.wachtpost.inspect.webshell;

import org.jspecify.annotations.NullMarked;
