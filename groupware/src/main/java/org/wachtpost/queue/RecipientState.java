package org.wachtpost.queue;

/** How far a recipient has come. The code is stored: never change one. */
public enum RecipientState {
  /** To be tried at its next attempt. */
  WAITING(1),
  /** Kept back until somebody releases it. */
  HELD(2),
  /** The next hop has taken it. */
  DELIVERED(3),
  /** It will not be delivered. */
  FAILED(4);

  private final int code;

  RecipientState(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** True when nothing more will be tried. */
  public boolean isFinal() {
    return this == DELIVERED || this == FAILED;
  }
}
