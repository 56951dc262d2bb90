package org.wachtpost.mail;

import java.io.Serial;
import org.wachtpost.mail.MailResult.Refusal;

/**
 * Ends a change that is refused, so that it leaves no trace; becomes {@link MailResult.Refused}.
 */
final class RefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  RefusedException(Refusal refusal, String detail) {
    super(detail, null, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }

  static RefusedException noSuchMailbox(Object which) {
    return new RefusedException(Refusal.NO_SUCH_MAILBOX, "no mailbox " + which);
  }
}
