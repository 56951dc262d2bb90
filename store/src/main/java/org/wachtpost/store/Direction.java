package org.wachtpost.store;

/** The order in which a range is walked. */
public enum Direction {
  FORWARD,
  BACKWARD
}
