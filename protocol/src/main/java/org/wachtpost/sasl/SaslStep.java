package org.wachtpost.sasl;

import org.wachtpost.directory.Authenticator.Reason;
import org.wachtpost.directory.Authenticator.Result;
import org.wachtpost.directory.Principal;

/** What the server says next in an exchange. */
public sealed interface SaslStep {
  /** Send this (it may be empty) and give the client's answer to the exchange. */
  record Challenge(byte[] data) implements SaslStep {}

  /** The exchange is over: let in. */
  record LoggedIn(Principal principal) implements SaslStep {}

  /** The exchange is over: turned away. What is said of which: {@link Result.Rejected}. */
  record Rejected(Reason reason) implements SaslStep {}

  /**
   * The exchange is over: the client broke the mechanism's rules.
   *
   * @param why for the client; holds nothing that the client sent
   */
  record Malformed(String why) implements SaslStep {}
}
