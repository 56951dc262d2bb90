package org.wachtpost.directory;

/** What somebody may do. The code is stored: never change one. */
public enum Role {
  USER(0),
  ADMINISTRATOR(1);

  private final int code;

  Role(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
