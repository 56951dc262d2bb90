/**
 * Small parsers for single files: program versions, site configuration, tasks, tool results.
 *
 * <p>Each takes bytes and gives a record; damaged input gives what could be read and never throws
 * anything but its documented exception. No state.
 */
@NullMarked
package org.wachtpost.inspect.artefact;

import org.jspecify.annotations.NullMarked;
