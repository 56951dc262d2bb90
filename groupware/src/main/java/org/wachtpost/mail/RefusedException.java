package org.wachtpost.mail;

import java.io.Serial;
import org.wachtpost.mail.MailResult.Refusal;

/**
 * Ends a change that is refused, so that it leaves no trace; becomes {@link MailResult.Refused}.
 */
final class RefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final Refusal refusal;
  private final String detail;

  RefusedException(Refusal refusal, String detail) {
    super(detail, null, false, false);
    this.refusal = refusal;
    this.detail = detail;
  }

  Refusal refusal() {
    return refusal;
  }

  String detail() {
    return detail;
  }

  static RefusedException noSuchMailbox(Object which) {
    return new RefusedException(Refusal.NO_SUCH_MAILBOX, "no mailbox " + which);
  }
}
