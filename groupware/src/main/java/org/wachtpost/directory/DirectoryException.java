package org.wachtpost.directory;

import java.io.Serial;

/** A change to the directory that is refused; the message says why in words for people. */
public final class DirectoryException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public DirectoryException(String message) {
    super(message);
  }
}
