/**
 * The embedded engine: RocksDB with blob files behind one commit thread.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Only the {@linkplain org.wachtpost.store.rocks.CommitThread commit thread} writes. It
 *       gathers what waits into one write batch and one sync; an answer is given after the sync.
 *   <li>Bodies and metadata go through the same write-ahead log, so one sync covers both.
 *   <li>Bodies are {@linkplain org.wachtpost.store.rocks.ChunkCodec packed} before they get to the
 *       commit thread, so that log, memory and disk hold the shorter form.
 *   <li>A blob exists when its header does; the header is written with or after its chunks.
 *   <li>Versions and short values of accounts just written to are kept ({@linkplain
 *       org.wachtpost.store.rocks.Recent}); a snapshot uses them only if nothing was committed to
 *       the account while it was taken.
 *   <li>Names of bodies that were looked for in vain are kept for a moment ({@linkplain
 *       org.wachtpost.store.rocks.AbsentBlobs}), so that a new body is looked for once and not
 *       three times.
 *   <li>Every file has checksums: those of the small files that RocksDB gives none are in
 *       {@linkplain org.wachtpost.store.rocks.SmallFiles one of ours}.
 *   <li>Native objects are used under a permit of the {@linkplain
 *       org.wachtpost.store.rocks.ReadGate gate}; the database is closed under all of them.
 * </ul>
 *
 * <p>Threading: the commit thread is a platform thread, since a synced write would pin a virtual
 * thread's carrier for milliseconds. Callers park. Reads are done by the caller, at most as many at
 * once as the gate has permits, so that native calls never hold every carrier.
 */
@NullMarked
package org.wachtpost.store.rocks;

import org.jspecify.annotations.NullMarked;
