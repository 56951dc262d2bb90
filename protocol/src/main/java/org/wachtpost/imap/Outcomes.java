package org.wachtpost.imap;

import org.wachtpost.mail.MailResult;
import org.wachtpost.mail.MailResult.Refusal;

/** What the mail room says, as responses (RFC 9051 §7.1, RFC 5530). */
final class Outcomes {
  private Outcomes() {}

  /** The value of a change that was made. */
  static <T> T done(MailResult<T> result) throws ImapRefusal {
    return switch (result) {
      case MailResult.Done<T> done -> done.value();
      case MailResult.Refused<T> refused -> throw refusal(refused.refusal(), false);
    };
  }

  /** As {@link #done}; a mailbox that is not there could be made (RFC 9051 §6.4.7). */
  static <T> T intoMailbox(MailResult<T> result) throws ImapRefusal {
    return switch (result) {
      case MailResult.Done<T> done -> done.value();
      case MailResult.Refused<T> refused -> throw refusal(refused.refusal(), true);
    };
  }

  private static ImapRefusal refusal(Refusal refusal, boolean target) {
    return switch (refusal) {
      case NO_SUCH_MAILBOX -> target ? tryCreate(true) : noSuchMailbox();
      case NO_SUCH_EMAIL -> ImapRefusal.no("NONEXISTENT", "no such message");
      case MAILBOX_EXISTS -> ImapRefusal.no("ALREADYEXISTS", "mailbox exists already");
      case BAD_NAME -> ImapRefusal.no("CANNOT", "mailbox name is not allowed");
      case HAS_CHILDREN -> ImapRefusal.no("HASCHILDREN", "there are mailboxes below it");
      case NOT_PERMITTED -> ImapRefusal.no("CANNOT", "this cannot be done to this mailbox");
      case OVER_QUOTA -> ImapRefusal.no("OVERQUOTA", "quota exceeded");
      case TOO_LARGE -> ImapRefusal.no("TOOBIG", "message is too large");
      case TOO_MANY_MAILBOXES -> ImapRefusal.no("LIMIT", "too many mailboxes");
      case TOO_MANY_KEYWORDS -> ImapRefusal.no("LIMIT", "too many or too long keywords");
      case USE_TAKEN -> ImapRefusal.no("USEATTR", "another mailbox has this special use");
    };
  }

  static ImapRefusal noSuchMailbox() {
    return ImapRefusal.no("NONEXISTENT", "no such mailbox");
  }

  /**
   * The mailbox into which something should go is not there.
   *
   * @param possible whether CREATE could make it: only then is that suggested (RFC 9051 §6.3.12)
   */
  static ImapRefusal tryCreate(boolean possible) {
    return possible ? ImapRefusal.no("TRYCREATE", "no such mailbox") : noSuchMailbox();
  }
}
