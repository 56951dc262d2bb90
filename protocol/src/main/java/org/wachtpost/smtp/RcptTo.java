package org.wachtpost.smtp;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wachtpost.delivery.InboundRecipient;
import org.wachtpost.directory.Recipients;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.queue.Notify;

/** RCPT (RFC 5321 §4.1.1.3) with NOTIFY and ORCPT (RFC 3461 §4). */
final class RcptTo implements Command {
  private static final int ORCPT_OCTETS = 500;

  @Override
  public void run(SmtpSession session, String argument) throws IOException, SmtpRefusal {
    Transaction transaction =
        session.transaction().orElseThrow(() -> SmtpRefusal.sequence("MAIL first"));
    if (!argument.toUpperCase(Locale.ROOT).startsWith("TO:")) {
      throw SmtpRefusal.syntax("RCPT TO:<address>");
    }
    Path.Parsed parsed =
        Path.parse(argument.substring(3).stripLeading())
            .filter(read -> !read.path().isNull())
            .orElseThrow(() -> new SmtpRefusal(501, "5.1.3", "Bad recipient address"));
    Path path = parsed.path();
    Map<String, String> parameters =
        Parameters.parse(parsed.rest()).orElseThrow(() -> SmtpRefusal.syntax("Bad parameters"));
    Set<Notify> notify = EnumSet.noneOf(Notify.class);
    String original = null;
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      switch (parameter.getKey()) {
        case "NOTIFY" -> notify = notifyOf(parameter.getValue());
        case "ORCPT" -> original = original(parameter.getValue(), transaction.options().smtpUtf8());
        default -> throw new SmtpRefusal(555, "5.5.4", "Parameter not known");
      }
    }
    if (path.needsUtf8() && !transaction.options().smtpUtf8()) {
      throw new SmtpRefusal(553, "5.6.7", "SMTPUTF8 needed for this address");
    }
    if (transaction.recipients().size() >= session.server().settings().limits().recipients()) {
      throw new SmtpRefusal(452, "4.5.3", "Too many recipients");
    }
    InboundRecipient recipient = recipient(session, path, original, notify);
    if (!transaction.add(recipient)) {
      throw new SmtpRefusal(452, "4.5.3", "Too many recipients behind these lists");
    }
    session.reply(Reply.of(250, "2.1.5", "Recipient ok"));
  }

  private static InboundRecipient recipient(
      SmtpSession session, Path path, @Nullable String original, Set<Notify> notify)
      throws SmtpRefusal {
    Recipients recipients = session.server().services().recipients();
    if (recipients.isEmpty()) {
      // As where the disk with the data is not mounted: nothing may bounce because of that.
      throw new SmtpRefusal(451, "4.3.5", "No domain is set up here yet");
    }
    String address = path.domain().isEmpty() ? postmaster(session) : path.toString();
    Resolution reaches =
        path.domain().startsWith("[") ? new Resolution.NotLocal() : recipients.resolve(address);
    // RFC 5321 §4.5.1: postmaster is always there, and at the name that this host greets with.
    boolean unreached =
        reaches instanceof Resolution.Unknown
            || reaches instanceof Resolution.NotLocal && isOwnHost(session, path);
    if (unreached && path.isPostmaster()) {
      reaches = recipients.resolve(postmaster(session));
    }
    if (reaches instanceof Resolution.Unknown) {
      session.countUnknownRecipient(address);
      throw SmtpRefusal.unknownRecipient();
    }
    if (reaches instanceof Resolution.NotLocal) {
      checkRelay(session, path);
    }
    return new InboundRecipient(address, reaches, original, notify);
  }

  private static String postmaster(SmtpSession session) {
    return session.server().settings().postmaster();
  }

  private static boolean isOwnHost(SmtpSession session, Path path) {
    return path.domain().equalsIgnoreCase(session.server().settings().host());
  }

  private static void checkRelay(SmtpSession session, Path path) throws SmtpRefusal {
    if (session.principal().isEmpty()) {
      session.offence("relay-attempt", path.toString());
      throw new SmtpRefusal(550, "5.7.1", "Relaying denied");
    }
    // Never to an address of the client's choosing: literals would name hosts inside our network.
    if (path.domain().startsWith("[") || path.domain().indexOf('.') < 0) {
      throw new SmtpRefusal(550, "5.1.2", "Recipient's domain is not a public one");
    }
  }

  private static Set<Notify> notifyOf(String value) throws SmtpRefusal {
    Set<Notify> notify = EnumSet.noneOf(Notify.class);
    for (String word : value.toUpperCase(Locale.ROOT).split(",", -1)) {
      boolean known = false;
      for (Notify one : Notify.values()) {
        known |= one.name().equals(word) && notify.add(one);
      }
      if (!known) {
        throw SmtpRefusal.syntax("Bad NOTIFY");
      }
    }
    if (notify.contains(Notify.NEVER) && notify.size() > 1) {
      throw SmtpRefusal.syntax("Bad NOTIFY");
    }
    return notify;
  }

  /**
   * {@code addr-type ";" xtext}; of the type utf-8 in ASCII, which every next host can read,
   * however it came (RFC 6533 §3).
   */
  private static String original(String value, boolean smtpUtf8) throws SmtpRefusal {
    int semicolon = value.indexOf(';');
    boolean typed = semicolon > 0 && value.substring(0, semicolon).matches("[A-Za-z0-9-]+");
    String rest = typed ? value.substring(semicolon + 1) : "";
    boolean utf8 = typed && value.substring(0, semicolon).equalsIgnoreCase("utf-8");
    String ascii = utf8 ? value.substring(0, semicolon + 1) + escaped(rest) : value;
    if (rest.isEmpty()
        || ascii.length() > ORCPT_OCTETS
        || !(utf8 ? smtpUtf8 || Path.isAscii(rest) : Parameters.isXtext(rest))) {
      throw SmtpRefusal.syntax("Bad ORCPT");
    }
    return ascii;
  }

  private static String escaped(String text) {
    StringBuilder ascii = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (c < 0x7f) {
            ascii.append((char) c);
          } else {
            ascii.append(String.format(Locale.ROOT, "\\x{%X}", c));
          }
        });
    return ascii.toString();
  }
}
