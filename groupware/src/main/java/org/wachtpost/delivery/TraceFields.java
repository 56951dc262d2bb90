package org.wachtpost.delivery;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.MailAddress;

/** Writes the header fields that a server adds. Everything from the client is made harmless. */
final class TraceFields {
  /** What neither a domain nor an address literal has. */
  private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9._:\\[\\]-]");

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ROOT);

  /** The second that was written last: mail that comes in fast asks for the same one again. */
  private static volatile Second last = Second.of(0);

  private record Second(long epoch, String text) {
    static Second of(long epoch) {
      return new Second(epoch, DATE.format(Instant.ofEpochSecond(epoch).atOffset(ZoneOffset.UTC)));
    }
  }

  private TraceFields() {}

  static String date(Instant time) {
    Second second = last;
    if (second.epoch != time.getEpochSecond()) {
      second = Second.of(time.getEpochSecond());
      last = second;
    }
    return second.text;
  }

  /** RFC 5321 §4.4: the Received field; the recipient is named only if it is the only one. */
  static String received(InboundMessage message, String host) {
    InboundSession session = message.session();
    StringBuilder field = new StringBuilder(256);
    field.append("Received: from ").append(named(session.helo()));
    InetAddress remote = session.origin().remote();
    // Where a user sits when sending is nobody's business but the access log's.
    if (remote != null && session.principal() == null) {
      field.append(" ([").append(literal(remote)).append("])");
    }
    String[] tls = session.tls() == null ? new String[0] : harmless(session.tls()).split(" ", 2);
    if (tls.length == 2) {
      field.append("\r\n\t(using ").append(tls[0]).append(')');
    }
    field.append("\r\n\tby ").append(host).append(" (Wachtpost)");
    field.append(" with ").append(session.with()).append(" id ").append(message.id());
    if (message.recipients().size() == 1) {
      String recipient = message.recipients().getFirst().address();
      field.append("\r\n\tfor <").append(harmless(recipient)).append('>');
    }
    if (tls.length == 2) {
      field.append("\r\n\ttls ").append(tls[1]); // RFC 8314 §4.3
    }
    field.append(";\r\n\t").append(date(message.received())).append("\r\n");
    return field.toString();
  }

  /** The fields of final delivery, RFC 5321 §4.4 and RFC 9228. */
  static String delivered(String sender, String address) {
    return "Return-Path: <" + harmless(sender) + ">\r\n" + deliveredTo(address);
  }

  /** The field by which a list knows what it has sent out already, RFC 9228. */
  static String deliveredTo(String address) {
    return "Delivered-To: " + harmless(address) + "\r\n";
  }

  static byte[] bytes(List<String> fields) {
    return String.join("", fields).getBytes(StandardCharsets.UTF_8);
  }

  private static String literal(InetAddress address) {
    return (address instanceof Inet6Address ? "IPv6:" : "") + plain(address);
  }

  private static String plain(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  /**
   * The name in a greeting as one word of ASCII, whatever it is: it has to be a domain or an
   * address literal, and nothing in it may end the clause it stands in.
   */
  private static String named(String helo) {
    boolean ascii = helo.chars().allMatch(c -> c < 0x80);
    String name = ascii ? helo : MailAddress.normalDomain(helo).orElse(helo);
    return NOT_IN_NAMES.matcher(harmless(name)).replaceAll("?");
  }

  /** No control characters, no comment or line of the client's own making. */
  private static String harmless(@Nullable String text) {
    if (text == null) {
      return "";
    }
    int end = text.offsetByCodePoints(0, Math.min(320, text.codePointCount(0, text.length())));
    StringBuilder safe = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      safe.append(Character.isISOControl(c) || c == '(' || c == ')' ? '?' : c);
    }
    return safe.toString();
  }
}
