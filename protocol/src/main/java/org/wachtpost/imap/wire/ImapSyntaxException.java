package org.wachtpost.imap.wire;

import java.io.Serial;

/** What the client sent is not IMAP; answered with BAD, and the connection goes on. */
public final class ImapSyntaxException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  public ImapSyntaxException(String message) {
    super(message, null, false, false);
  }
}
