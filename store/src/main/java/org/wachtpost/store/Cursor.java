package org.wachtpost.store;

/**
 * Walks the entries of a range. Starts before the first entry; used by one thread; close it before
 * its snapshot.
 *
 * {@snippet :
 * try (Cursor cursor = snapshot.range(from, to, Direction.FORWARD, limit)) {
 *   while (cursor.next()) {
 *     use(cursor.key(), cursor.value());
 *   }
 * }
 * }
 */
public interface Cursor extends AutoCloseable {

  /** Moves to the next entry; false when there is none. */
  boolean next();

  /** Key of the current entry. */
  Key key();

  /** Value of the current entry; the array is the caller's own. */
  byte[] value();

  @Override
  void close();
}
