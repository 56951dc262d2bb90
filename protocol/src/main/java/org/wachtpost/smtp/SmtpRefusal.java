package org.wachtpost.smtp;

import java.io.Serial;

/** A command is refused with a reply. */
final class SmtpRefusal extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Reply reply;
  private final boolean fatal;

  private SmtpRefusal(Reply reply, boolean fatal) {
    super(reply.toString(), null, false, false);
    this.reply = reply;
    this.fatal = fatal;
  }

  SmtpRefusal(int code, String enhanced, String text) {
    this(Reply.of(code, enhanced, text), false);
  }

  /** The session ends after this reply. */
  static SmtpRefusal fatal(int code, String enhanced, String text) {
    return new SmtpRefusal(Reply.of(code, enhanced, text), true);
  }

  static SmtpRefusal syntax(String text) {
    return new SmtpRefusal(501, "5.5.4", text);
  }

  static SmtpRefusal sequence(String text) {
    return new SmtpRefusal(503, "5.5.1", text);
  }

  Reply reply() {
    return reply;
  }

  boolean isFatal() {
    return fatal;
  }
}
