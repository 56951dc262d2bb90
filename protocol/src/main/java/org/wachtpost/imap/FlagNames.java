package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.mail.Flags;

/** Flags as a client gives them. {@code \Recent} is none of them (RFC 9051 §9, flag). */
final class FlagNames {
  private FlagNames() {}

  /** Of STORE: a list in parentheses, or flags one behind the other to the end of the line. */
  static Flags read(CommandReader in) throws IOException, ImapSyntaxException {
    if (in.nextIs('(')) {
      return of(in.flagList());
    }
    List<String> names = new ArrayList<>();
    do {
      names.add(in.flag());
    } while (in.take(' '));
    return of(names);
  }

  /**
   * Of APPEND: a list in parentheses. Here {@code \Recent} is left out and not refused: who moves
   * messages from one server to another with all the flags they had must not lose the message.
   */
  static Flags readOfMessage(CommandReader in) throws IOException, ImapSyntaxException {
    List<String> names = in.flagList();
    names.removeIf(name -> name.equalsIgnoreCase("\\Recent"));
    return of(names);
  }

  private static Flags of(List<String> names) throws ImapSyntaxException {
    try {
      return Flags.of(names);
    } catch (IllegalArgumentException e) {
      throw new ImapSyntaxException("unknown system flag");
    }
  }
}
