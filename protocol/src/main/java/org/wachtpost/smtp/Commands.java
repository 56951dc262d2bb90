package org.wachtpost.smtp;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The table of commands. */
final class Commands {
  /** When a command may come. */
  enum When {
    ALWAYS,
    /** After a greeting by the client (EHLO, HELO, LHLO). */
    GREETED,
    /** After a greeting, and, where mail is submitted, after log-in. */
    SENDER
  }

  /**
   * How a command is dealt with.
   *
   * @param grouped whether its reply may leave with the next one's (RFC 2920 §3.2)
   */
  record Entry(When when, boolean grouped, Command command) {
    Entry(When when, Command command) {
      this(when, false, command);
    }
  }

  private static final Map<String, Entry> SMTP = new HashMap<>();
  private static final Map<String, Entry> LMTP = new HashMap<>();

  static {
    SMTP.put("EHLO", new Entry(When.ALWAYS, new Greeting(Greeting.Kind.EHLO)));
    SMTP.put("HELO", new Entry(When.ALWAYS, new Greeting(Greeting.Kind.HELO)));
    SMTP.put("AUTH", new Entry(When.GREETED, new Auth()));
    LMTP.put("LHLO", new Entry(When.ALWAYS, new Greeting(Greeting.Kind.LHLO)));
    for (Map<String, Entry> table : java.util.List.of(SMTP, LMTP)) {
      table.put("STARTTLS", new Entry(When.GREETED, new StartTls()));
      table.put("MAIL", new Entry(When.SENDER, true, new MailFrom()));
      table.put("RCPT", new Entry(When.SENDER, true, new RcptTo()));
      table.put("DATA", new Entry(When.SENDER, new Data()));
      // Its bytes follow whether it is allowed or not: it refuses by itself.
      table.put("BDAT", new Entry(When.ALWAYS, new Bdat()));
      table.put("RSET", new Entry(When.ALWAYS, true, new Rset()));
      table.put("NOOP", new Entry(When.ALWAYS, new Noop()));
      table.put("QUIT", new Entry(When.ALWAYS, new Quit()));
      table.put("VRFY", new Entry(When.ALWAYS, new Vrfy()));
      table.put("HELP", new Entry(When.ALWAYS, new Help()));
    }
    // RFC 5321 §4.2.4: known and not carried out is 502, not 500.
    for (String verb : java.util.List.of("EXPN", "TURN", "ETRN", "ATRN", "SEND", "SOML", "SAML")) {
      SMTP.put(verb, new Entry(When.ALWAYS, Commands::notHere));
      LMTP.put(verb, new Entry(When.ALWAYS, Commands::notHere));
    }
  }

  private Commands() {}

  private static void notHere(SmtpSession session, String argument) throws SmtpRefusal {
    throw new SmtpRefusal(502, "5.5.1", "Command not implemented");
  }

  static Entry find(SmtpRole role, String verb) throws SmtpRefusal {
    Entry entry = (role == SmtpRole.LMTP ? LMTP : SMTP).get(verb.toUpperCase(Locale.ROOT));
    if (entry == null) {
      throw new SmtpRefusal(500, "5.5.1", "Command not recognized");
    }
    return entry;
  }
}
