package org.wachtpost.imap;

import java.io.Serial;

/** A command is refused; the loop answers with what is in it and goes on. */
final class ImapRefusal extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Reply reply;

  ImapRefusal(Reply reply) {
    super(reply.text(), null, false, false);
    this.reply = reply;
  }

  static ImapRefusal no(String code, String text) {
    return new ImapRefusal(Reply.no(code, text));
  }

  static ImapRefusal bad(String text) {
    return new ImapRefusal(Reply.bad(text));
  }

  Reply reply() {
    return reply;
  }
}
