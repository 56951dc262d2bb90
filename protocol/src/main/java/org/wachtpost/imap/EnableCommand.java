package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.wachtpost.imap.Session.Extension;
import org.wachtpost.imap.wire.ImapSyntaxException;

/**
 * ENABLE (RFC 5161, RFC 9051 §6.3.1). What is not known is passed over. What is on already is named
 * too: to a client, what is not named was not enabled (RFC 9051 §7.2.1), although a SELECT with
 * CONDSTORE did that before.
 */
final class EnableCommand {
  private EnableCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException {
    List<String> names = new ArrayList<>();
    while (session.in().take(' ')) {
      names.add(session.in().word());
    }
    session.in().end();
    if (names.isEmpty()) {
      throw new ImapSyntaxException("ENABLE of what?");
    }
    Set<String> enabled = new LinkedHashSet<>();
    for (String name : names) {
      Extension extension =
          switch (name) {
            case "CONDSTORE" -> Extension.CONDSTORE;
            case "QRESYNC" -> Extension.QRESYNC;
            case "UTF8=ACCEPT" -> Extension.UTF8_ACCEPT;
            case "IMAP4REV2" -> Extension.IMAP4REV2;
            default -> null;
          };
      if (extension != null) {
        session.enable(extension);
        enabled.add(name.equals("IMAP4REV2") ? " IMAP4rev2" : " " + name);
      }
    }
    session.out().line("* ENABLED" + String.join("", enabled));
    return Reply.ok("enabled");
  }
}
