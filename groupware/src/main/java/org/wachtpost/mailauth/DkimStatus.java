package org.wachtpost.mailauth;

import java.util.Locale;

/** What became of a signature (RFC 8601 §2.7.1). */
public enum DkimStatus {
  PASS,
  FAIL,
  /** It verifies, but we do not accept it. */
  POLICY,
  /** It cannot be judged, or its key is for testing only. */
  NEUTRAL,
  TEMPERROR,
  PERMERROR;

  /** The word of RFC 8601. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
