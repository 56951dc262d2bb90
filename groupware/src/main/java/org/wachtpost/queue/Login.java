package org.wachtpost.queue;

/** Name and password at a smarthost. */
public record Login(String user, String password) {
  public Login {
    if (user.indexOf('\0') >= 0 || password.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("NUL in a log-in"); // RFC 4616 §2
    }
  }

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return "Login[" + user + "]";
  }
}
