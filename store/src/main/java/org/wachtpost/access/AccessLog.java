package org.wachtpost.access;

/**
 * Takes access events. {@link #record} returns at once and never fails the caller: an event that
 * cannot be kept is counted and said in the operator's log. Thread-safe.
 */
public interface AccessLog {
  void record(AccessEvent event);
}
