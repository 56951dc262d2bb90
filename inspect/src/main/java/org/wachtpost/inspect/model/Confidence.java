package org.wachtpost.inspect.model;

import java.util.Locale;

/** How sure a finding is that it means its stage. */
public enum Confidence {
  /** Worth a look; does not move the verdict. */
  LOW,
  /** Explained better by the attack than by anything ordinary. */
  MEDIUM,
  /** No ordinary explanation is known. */
  HIGH;

  /** The word used in reports and JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
