/**
 * Reading a copy of a server: folders, archives and single files as one list of evidence files.
 *
 * <p>Invariants: files are opened for reading only; symbolic links and archive names never lead out
 * of the evidence; every limit on archives is named in {@link
 * org.wachtpost.inspect.evidence.EvidenceLimits} and said in the report. An {@link
 * org.wachtpost.inspect.evidence.EvidenceFile} may be opened from any thread.
 */
@NullMarked
package org.wachtpost.inspect.evidence;

import org.jspecify.annotations.NullMarked;
