package org.wachtpost.imap;

import java.io.IOException;

/**
 * One search key, ready to be tried.
 *
 * @param cost what it has to read: {@link #ROW}, {@link #DATA} or {@link #BODY}
 */
record SearchTest(int cost, Trial trial) {
  static final int ROW = 0;
  static final int DATA = 1;
  static final int BODY = 2;

  /** Whether a message fits. */
  @FunctionalInterface
  interface Trial {
    boolean fits(Candidate row) throws IOException;
  }

  boolean fits(Candidate row) throws IOException {
    return trial.fits(row);
  }
}
