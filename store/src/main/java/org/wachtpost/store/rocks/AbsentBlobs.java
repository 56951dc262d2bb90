package org.wachtpost.store.rocks;

import java.util.Collection;
import java.util.LinkedHashSet;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;

/**
 * Blobs that were looked for a moment ago and are not stored. Before a message is filed its body is
 * looked for; the body that is then brought need not be looked for again, neither by who brings it
 * nor by the commit thread, for which all accounts wait.
 *
 * <p>Why the commit thread may rely on it: it takes away the names that it writes before the write
 * and after it, and with each of these a new {@linkplain #mark() mark} begins. What was looked for
 * under one mark is believed under the same mark only, so a look-up that the write overtook teaches
 * nothing, and what one under way during the write has taught is taken away after it.
 */
final class AbsentBlobs {
  /** Names kept; the oldest is forgotten first. */
  static final int NAMES = 1_024;

  private final LinkedHashSet<Name> names = new LinkedHashSet<>();
  private long mark;

  /** A blob of an account, stored or not. */
  record Name(AccountId account, BlobId blob) {}

  /** To be taken before a look-up whose answer is to be {@linkplain #learn learnt}. */
  synchronized long mark() {
    return mark;
  }

  /**
   * What was looked for is not stored.
   *
   * @param mark taken before the look-up
   */
  synchronized void learn(Name name, long mark) {
    if (mark != this.mark) {
      return;
    }
    names.add(name);
    if (names.size() > NAMES) {
      names.removeFirst();
    }
  }

  /** True if the blob is not stored; false says nothing. */
  synchronized boolean knows(Name name) {
    return names.contains(name);
  }

  /** These are about to be stored, or have just been. Called by the commit thread. */
  synchronized void written(Collection<Name> stored) {
    if (!stored.isEmpty()) {
      mark++;
      stored.forEach(names::remove);
    }
  }

  /** Forgets all: a write has failed, or the database was opened again. */
  synchronized void clear() {
    mark++;
    names.clear();
  }
}
