package org.wachtpost.mailauth;

import java.util.Locale;

/** What SPF says (RFC 7208 §2.6). */
public enum SpfResult {
  NONE,
  NEUTRAL,
  PASS,
  FAIL,
  SOFTFAIL,
  TEMPERROR,
  PERMERROR;

  /** The word of RFC 8601 §2.7.2. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
