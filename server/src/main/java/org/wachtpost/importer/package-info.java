/**
 * Reads mail that somebody already has: mbox files, Maildirs, folders of message files. Sources
 * only read; {@link org.wachtpost.importer.ImportRun} hands the messages to the server.
 *
 * <p>Line ends become CRLF; nothing else of a message changes. Importing the same source again adds
 * nothing: what is already in the mailbox, byte for byte, is passed over, so an import that was cut
 * short is simply started again.
 */
@NullMarked
package org.wachtpost.importer;

import org.jspecify.annotations.NullMarked;
