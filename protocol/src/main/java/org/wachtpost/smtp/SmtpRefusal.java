package org.wachtpost.smtp;

import java.io.Serial;

/** A command is refused with a reply. */
final class SmtpRefusal extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Reply reply;
  private final boolean fatal;
  private final boolean counted;

  private SmtpRefusal(Reply reply, boolean fatal, boolean counted) {
    super(reply.toString(), null, false, false);
    this.reply = reply;
    this.fatal = fatal;
    this.counted = counted;
  }

  SmtpRefusal(int code, String enhanced, String text) {
    this(Reply.of(code, enhanced, text), false, true);
  }

  /** A recipient who is not here: no mistake of the client's, and with a limit of its own. */
  static SmtpRefusal unknownRecipient() {
    return new SmtpRefusal(Reply.of(550, "5.1.1", "No such user here"), false, false);
  }

  /** The session ends after this reply. */
  static SmtpRefusal fatal(int code, String enhanced, String text) {
    return new SmtpRefusal(Reply.of(code, enhanced, text), true, true);
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

  /** Whether it is one of the refusals of which a session may have so many. */
  boolean isCounted() {
    return counted;
  }
}
