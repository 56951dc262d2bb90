package org.wachtpost.inspect.evtx;

/** How a record was come by. */
public enum Integrity {
  /** Read whole, from its place in a sound chunk. */
  INTACT,
  /** In its place, but a value could not be read: its bytes stand there in hexadecimal. */
  PARTIAL,
  /** Found in a damaged chunk, or in the free space behind the last record. */
  RECOVERED
}
