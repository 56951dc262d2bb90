package org.wachtpost.imap;

import java.util.EnumSet;
import java.util.Set;

/** RFC 9051 §3. */
enum State {
  NOT_AUTHENTICATED,
  AUTHENTICATED,
  SELECTED,
  LOGOUT;

  static final Set<State> ANY = EnumSet.of(NOT_AUTHENTICATED, AUTHENTICATED, SELECTED);
  static final Set<State> LOGGED_IN = EnumSet.of(AUTHENTICATED, SELECTED);
}
