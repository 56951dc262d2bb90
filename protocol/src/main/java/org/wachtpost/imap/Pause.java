package org.wachtpost.imap;

/**
 * Lets other sessions go on. A virtual thread that only computes keeps its carrier until it is
 * done: as many as there are carriers would keep everybody else waiting for as long as they like.
 */
final class Pause {
  private Pause() {}

  /** Goes on after those who wait. */
  @SuppressWarnings("ThreadPriorityCheck") // nobody's correctness hangs on it
  static void make() {
    Thread.yield();
  }
}
