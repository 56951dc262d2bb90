package org.wachtpost.imap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;

/** ID (RFC 2971). What the client says of itself goes into the access events. */
final class IdCommand {
  private static final int MOST_FIELDS = 30;
  private static final int LONGEST_NAME = 200;

  private IdCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException {
    CommandReader in = session.in();
    in.space();
    Map<String, String> fields = new TreeMap<>();
    if (in.take('(')) {
      while (!in.take(')')) {
        if (fields.size() == MOST_FIELDS) {
          throw new ImapSyntaxException("more than " + MOST_FIELDS + " fields");
        }
        String name = CommandReader.utf8(in.string()).toLowerCase(Locale.ROOT);
        in.space();
        byte[] value = in.nstring();
        fields.put(name, value == null ? "" : new String(value, StandardCharsets.UTF_8));
        in.take(' ');
      }
    } else if (in.nstring() != null) {
      throw new ImapSyntaxException("expected a list or NIL");
    }
    in.end();
    remember(session, fields);
    // RFC 2971 §3.3: the version stays with us.
    session.out().line("* ID (\"name\" \"Wachtpost\")");
    return Reply.ok("nice to meet you");
  }

  private static void remember(Session session, Map<String, String> fields) {
    String name = fields.getOrDefault("name", "");
    String version = fields.getOrDefault("version", "");
    String text = (name + " " + version).strip();
    if (!text.isEmpty()) {
      session.tally().client(text.substring(0, Math.min(text.length(), LONGEST_NAME)));
    }
  }
}
