package org.wachtpost.smtp;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.Principal;
import org.wachtpost.queue.BodyType;
import org.wachtpost.queue.EnvelopeOptions;

/** MAIL (RFC 5321 §4.1.1.2) with SIZE, BODY, SMTPUTF8, REQUIRETLS, RET, ENVID and AUTH. */
final class MailFrom implements Command {
  private static final int ENVID_OCTETS = 100;

  @Override
  public void run(SmtpSession session, String argument) throws IOException, SmtpRefusal {
    if (session.transaction().isPresent()) {
      throw SmtpRefusal.sequence("A mail transaction is open, RSET first");
    }
    Path.Parsed parsed = path(argument);
    Map<String, String> parameters =
        Parameters.parse(parsed.rest()).orElseThrow(() -> SmtpRefusal.syntax("Bad parameters"));
    Path sender = parsed.path();
    EnvelopeOptions options = options(session, parameters);
    if (sender.needsUtf8() && !options.smtpUtf8()) {
      throw new SmtpRefusal(553, "5.6.7", "SMTPUTF8 needed for this address");
    }
    if (sender.domain().isEmpty() && !sender.isNull()) {
      throw new SmtpRefusal(501, "5.1.7", "Sender without a domain");
    }
    checkOwner(session, sender);
    session.begin(new Transaction(sender.toString(), options));
    session.reply(Reply.of(250, "2.1.0", "Sender ok"));
  }

  private static Path.Parsed path(String argument) throws SmtpRefusal {
    if (!argument.toUpperCase(Locale.ROOT).startsWith("FROM:")) {
      throw SmtpRefusal.syntax("MAIL FROM:<address>");
    }
    // A space after the colon is wrong and common.
    return Path.parse(argument.substring(5).stripLeading())
        .orElseThrow(() -> new SmtpRefusal(501, "5.1.7", "Bad sender address"));
  }

  private static void checkOwner(SmtpSession session, Path sender) throws SmtpRefusal {
    Optional<Principal> principal = session.principal();
    if (principal.isEmpty() || sender.isNull()) {
      return; // the null sender of read receipts belongs to everybody (RFC 8098 §3)
    }
    String address = sender.toString();
    if (!session.server().services().recipients().maySendAs(principal.get().account(), address)) {
      session.offence("sender-not-own", address);
      throw new SmtpRefusal(553, "5.7.1", "Sender address does not belong to the account");
    }
  }

  private static EnvelopeOptions options(SmtpSession session, Map<String, String> parameters)
      throws SmtpRefusal {
    BodyType body = BodyType.SEVEN_BIT;
    boolean utf8 = false;
    boolean requireTls = false;
    String ret = null;
    String envid = null;
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      String value = parameter.getValue();
      switch (parameter.getKey()) {
        case "SIZE" -> checkSize(session, value);
        case "BODY" -> body = body(value);
        case "SMTPUTF8" -> utf8 = flag(parameter);
        case "REQUIRETLS" -> requireTls = requireTls(session, parameter);
        case "RET" -> ret = ret(value);
        case "ENVID" -> envid = envid(value);
        case "AUTH" -> checkAuth(session, value);
        default -> throw new SmtpRefusal(555, "5.5.4", "Parameter not known");
      }
    }
    return new EnvelopeOptions(body, utf8, requireTls, ret, envid);
  }

  /** RFC 1870 §6.1. */
  private static void checkSize(SmtpSession session, String value) throws SmtpRefusal {
    if (!value.matches("[0-9]{1,20}")) {
      throw SmtpRefusal.syntax("Bad SIZE");
    }
    if (value.length() > 18
        || Long.parseLong(value) > session.server().settings().limits().messageBytes()) {
      throw new SmtpRefusal(552, "5.3.4", "Message too large");
    }
  }

  private static BodyType body(String value) throws SmtpRefusal {
    for (BodyType type : BodyType.values()) {
      if (type.keyword().equalsIgnoreCase(value)) {
        return type;
      }
    }
    throw SmtpRefusal.syntax("Bad BODY");
  }

  private static boolean flag(Map.Entry<String, String> parameter) throws SmtpRefusal {
    if (!parameter.getValue().isEmpty()) {
      throw SmtpRefusal.syntax(parameter.getKey() + " takes no value");
    }
    return true;
  }

  /** RFC 8689 §4.1: whoever could read it on its way here has read it, so it is too late. */
  private static boolean requireTls(SmtpSession session, Map.Entry<String, String> parameter)
      throws SmtpRefusal {
    if (!session.connection().isTls()) {
      throw new SmtpRefusal(555, "5.5.4", "REQUIRETLS is for sessions with TLS");
    }
    return flag(parameter);
  }

  private static String ret(String value) throws SmtpRefusal {
    String ret = value.toUpperCase(Locale.ROOT);
    if (!ret.equals("FULL") && !ret.equals("HDRS")) {
      throw SmtpRefusal.syntax("Bad RET");
    }
    return ret;
  }

  private static String envid(String value) throws SmtpRefusal {
    if (value.length() > ENVID_OCTETS || !Parameters.isXtext(value)) {
      throw SmtpRefusal.syntax("Bad ENVID");
    }
    return value;
  }

  /** RFC 4954 §5: read, and not passed on, which is always allowed. */
  private static void checkAuth(SmtpSession session, @Nullable String value) throws SmtpRefusal {
    if (!session.server().role().isSubmission()) {
      throw new SmtpRefusal(555, "5.5.4", "Parameter not known");
    }
    // RFC 4954 §8: unlike in RFC 3461 §4, hexadecimal digits of either case
    boolean xtext =
        value != null && Path.isAscii(value) && Parameters.isXtext(value.toUpperCase(Locale.ROOT));
    if (!xtext) {
      throw SmtpRefusal.syntax("Bad AUTH");
    }
  }
}
