package org.wachtpost.directory;

/** What somebody may do. */
public enum Role {
  USER,
  ADMINISTRATOR
}
