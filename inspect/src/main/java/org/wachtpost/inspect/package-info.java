/**
 * Evidence of compromise in the files of a Microsoft Exchange server, read offline from a copy.
 *
 * <p>{@link org.wachtpost.inspect.Inspection} is the library entry, {@link
 * org.wachtpost.inspect.InspectCommand} the command. Invariants: evidence is only read, nothing is
 * sent anywhere, and no verdict is given without the coverage it rests on. Threading: an inspection
 * is started from one thread and uses the number of threads it is told.
 */
@NullMarked
package org.wachtpost.inspect;

import org.jspecify.annotations.NullMarked;
