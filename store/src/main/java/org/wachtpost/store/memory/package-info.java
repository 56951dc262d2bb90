/**
 * The engine that the tests use: a real {@link org.wachtpost.store.Store} whose disk is a {@link
 * org.wachtpost.store.memory.MemoryDisk}, which can fill up, fail, lose power and tear what was not
 * yet durable, all from one seed.
 *
 * <p>Invariants: what a reader sees is durable (on the disk, if there is one); the state is rebuilt
 * from the disk's bytes alone when the store is opened.
 *
 * <p>Threading: readers never wait (an account's state is immutable and replaced); commits take one
 * lock, so that the order on disk is the order of versions.
 */
@NullMarked
package org.wachtpost.store.memory;

import org.jspecify.annotations.NullMarked;
