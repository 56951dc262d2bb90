package org.wachtpost.smtp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** EHLO, HELO and LHLO (RFC 5321 §4.1.1.1, RFC 2033 §4.1). */
final class Greeting implements Command {
  private static final int NAME_OCTETS = 255;

  private final Kind kind;

  enum Kind {
    EHLO,
    HELO,
    LHLO
  }

  Greeting(Kind kind) {
    this.kind = kind;
  }

  @Override
  public void run(SmtpSession session, String argument) throws IOException, SmtpRefusal {
    // RFC 5321 §4.1.1.1: words behind the name used to be asked for.
    String name = argument.strip().split("[ \t]", 2)[0];
    // Many good clients give names that are none; what matters is that it is one harmless word.
    boolean word = name.chars().allMatch(c -> c > ' ' && c != 0x7f);
    if (name.isEmpty() || name.length() > NAME_OCTETS || !word) {
      throw new SmtpRefusal(501, "5.5.4", "Say who you are");
    }
    session.greeted(name, kind != Kind.HELO);
    List<String> lines = new ArrayList<>();
    lines.add(session.server().settings().host());
    if (kind != Kind.HELO) {
      lines.addAll(keywords(session));
    }
    session.reply(new Reply(250, "", lines));
  }

  private static List<String> keywords(SmtpSession session) {
    SmtpServer server = session.server();
    SmtpSettings settings = server.settings();
    List<String> keywords = new ArrayList<>();
    keywords.add("PIPELINING");
    keywords.add("SIZE " + settings.limits().messageBytes());
    keywords.add("8BITMIME");
    keywords.add("SMTPUTF8");
    keywords.add("CHUNKING");
    keywords.add("BINARYMIME");
    keywords.add("ENHANCEDSTATUSCODES");
    keywords.add("DSN");
    // RFC 9422 §3
    keywords.add(
        "LIMITS MAILMAX="
            + settings.limits().messages()
            + " RCPTMAX="
            + settings.limits().recipients());
    if (session.connection().canStartTls()) {
      keywords.add("STARTTLS");
    }
    if (session.connection().isTls()) {
      keywords.add("REQUIRETLS"); // RFC 8689 §2: never before TLS
    }
    if (server.role().isSubmission() && session.principal().isEmpty()) {
      List<String> mechanisms = server.services().sasl().mechanisms(session.saslContext());
      if (!mechanisms.isEmpty()) {
        keywords.add("AUTH " + String.join(" ", mechanisms));
      }
    }
    return keywords;
  }
}
