package org.wachtpost.imap.wire;

import java.io.Serial;

/**
 * What the client sent is not IMAP, and is answered with BAD; or it is, but more of it than a limit
 * here allows, and is answered with NO [LIMIT] (RFC 5530 §3). The connection goes on.
 */
public final class ImapSyntaxException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean limit;

  public ImapSyntaxException(String message) {
    this(message, false);
  }

  private ImapSyntaxException(String message, boolean limit) {
    super(message, null, false, false);
    this.limit = limit;
  }

  /** A well-formed command goes beyond a limit: a client may ask for less at a time. */
  public static ImapSyntaxException limit(String message) {
    return new ImapSyntaxException(message, true);
  }

  /** Whether it is a limit that stands in the way, and not the syntax. */
  public boolean isLimit() {
    return limit;
  }
}
