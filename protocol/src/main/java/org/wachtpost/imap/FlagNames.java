package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.mail.Flags;

/** Flags as a client gives them. */
final class FlagNames {
  private FlagNames() {}

  /** A list in parentheses, or flags one behind the other to the end of the line (STORE). */
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

  /** Flags of these names. \Recent, which nobody can set, is left out. */
  static Flags of(List<String> names) throws ImapSyntaxException {
    List<String> known = new ArrayList<>(names.size());
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!lower.equals("\\recent")) {
        known.add(name);
      }
    }
    try {
      return Flags.of(known);
    } catch (IllegalArgumentException e) {
      throw new ImapSyntaxException("unknown system flag");
    }
  }
}
