package org.wachtpost.queue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.MessageContent;

/**
 * Writes delivery status notifications (RFC 3464, in a multipart/report of RFC 6522) as RFC 3461
 * asks for them.
 */
final class Report {
  /** Largest message that is returned whole; of larger ones the header is returned. */
  static final int FULL_BYTES = 256 * 1024;

  /** Most of a header that is returned. */
  static final int HEADER_BYTES = 64 * 1024;

  /** The session of what this server wrote itself; sessions of the network have other names. */
  static final String SESSION = "internal";

  private static final int TEXT_CHARACTERS = 900;

  /** RFC 5322 §2.1.1. */
  private static final int LINE_OCTETS = 998;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** RFC 3464 §2.3.3. */
  enum Action {
    FAILED,
    DELAYED,
    DELIVERED,
    EXPANDED,
    RELAYED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param remote the host that answered, or null if it was us
   * @param retryUntil when it will be given up; only for {@link Action#DELAYED}
   */
  record Line(
      OutboundRecipient recipient,
      Action action,
      Answer answer,
      @Nullable String remote,
      @Nullable Instant retryUntil) {}

  private final String host;
  private final Original message;
  private final List<Line> lines;
  private final Instant now;

  /**
   * What is reported on.
   *
   * @param id for the report's own names
   * @param size length of its content, bytes
   */
  record Original(String id, String sender, EnvelopeOptions options, Instant accepted, long size) {
    static Original of(QueuedMessage message) {
      return new Original(
          message.id().toString(),
          message.sender(),
          message.options(),
          message.accepted(),
          message.size());
    }
  }

  private Report(String host, Original message, List<Line> lines, Instant now) {
    this.host = host;
    this.message = message;
    this.lines = lines;
    this.now = now;
  }

  /** Whether the sender wants to be told of this (RFC 3461 §4.1). */
  static boolean isWanted(Action action, OutboundRecipient recipient) {
    Set<Notify> on = recipient.notifyOn();
    return switch (action) {
      case FAILED -> on.isEmpty() || on.contains(Notify.FAILURE);
      case DELAYED -> on.isEmpty() || on.contains(Notify.DELAY);
      case DELIVERED, EXPANDED, RELAYED -> on.contains(Notify.SUCCESS);
    };
  }

  /**
   * The report to the message's sender, from the null reverse-path.
   *
   * @param lines at least one
   * @param original the message's bytes; closed by the caller
   */
  static OutboundMessage write(
      String host, Original message, List<Line> lines, Instant now, InputStream original)
      throws IOException {
    boolean failed = lines.stream().anyMatch(line -> line.action() == Action.FAILED);
    boolean full =
        failed && !"HDRS".equals(message.options().ret()) && message.size() <= FULL_BYTES;
    byte[] returned = full ? original.readAllBytes() : original.readNBytes(HEADER_BYTES);
    if (!full || !isText(returned)) {
      // A NUL or a lone CR in the report would need what its own way back may not have.
      full = false;
      returned = header(returned);
    }
    boolean eightBit = false;
    for (byte each : returned) {
      eightBit |= each < 0;
    }
    Report report = new Report(host, message, lines, now);
    byte[] bytes = report.bytes(returned, full, eightBit);
    EnvelopeOptions options =
        new EnvelopeOptions(
            eightBit ? BodyType.EIGHT_BIT_MIME : BodyType.SEVEN_BIT,
            !isAscii(message.sender()),
            message.options().requireTls(), // RFC 8689 §5
            null,
            null);
    // RFC 3461 §6.2: nobody is told of a report's fate.
    OutboundRecipient to = new OutboundRecipient(message.sender(), null, Set.of(Notify.NEVER));
    return new OutboundMessage("", List.of(to), options, null, SESSION, MessageContent.of(bytes));
  }

  /** Whether these are lines as everybody takes them (RFC 5322 §2.1.1). */
  private static boolean isText(byte[] bytes) {
    int length = 0;
    byte before = 0;
    for (byte each : bytes) {
      length = before == '\n' ? 1 : length + 1;
      if (each == 0 || (each == '\n') != (before == '\r') || length > LINE_OCTETS + 2) {
        return false;
      }
      before = each;
    }
    return before == '\n' || before != '\r' && length <= LINE_OCTETS;
  }

  /** What is returned, by its type (RFC 6522 §3, RFC 6533 §4). */
  private String type(boolean full) {
    if (message.options().smtpUtf8()) {
      return full ? "message/global" : "message/global-headers";
    }
    return full ? "message/rfc822" : "text/rfc822-headers";
  }

  private byte[] bytes(byte[] returned, boolean full, boolean eightBit) throws IOException {
    String boundary = "report-" + message.id() + "-" + now.toEpochMilli();
    StringBuilder top = new StringBuilder(4096);
    top.append("From: Mail Delivery System <MAILER-DAEMON@").append(host).append(">\r\n");
    top.append("To: <").append(clean(message.sender())).append(">\r\n");
    top.append("Subject: ").append(subject()).append("\r\n");
    top.append("Date: ").append(DATE.format(now)).append("\r\n");
    top.append("Message-ID: <").append(boundary).append('@').append(host).append(">\r\n");
    top.append("Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n");
    top.append("Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"")
        .append(boundary)
        .append("\"\r\n");
    if (eightBit) {
      top.append("Content-Transfer-Encoding: 8bit\r\n");
    }
    top.append("\r\n--").append(boundary).append("\r\n");
    top.append("Content-Type: text/plain; charset=utf-8\r\n\r\n").append(words());
    top.append("\r\n--").append(boundary).append("\r\n");
    top.append("Content-Type: message/delivery-status\r\n\r\n").append(status());
    top.append("\r\n--").append(boundary).append("\r\n");
    top.append("Content-Type: ").append(type(full)).append("\r\n");
    top.append(eightBit ? "Content-Transfer-Encoding: 8bit\r\n\r\n" : "\r\n");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(top.toString().getBytes(StandardCharsets.UTF_8));
    out.write(returned);
    out.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private String subject() {
    return switch (lines.getFirst().action()) {
      case FAILED -> "Your message could not be delivered";
      case DELAYED -> "Your message is delayed; it will be tried again";
      case DELIVERED -> "Your message was delivered";
      case EXPANDED, RELAYED -> "Your message was passed on";
    };
  }

  private String words() {
    StringBuilder text = new StringBuilder("This is the mail server ").append(host).append(".\r\n");
    for (Line line : lines) {
      text.append("\r\n<").append(plain(line.recipient().address())).append(">:\r\n  ");
      text.append(
          switch (line.action()) {
            case FAILED -> "could not be reached; it will not be tried again.";
            case DELAYED -> "could not be reached yet; nothing for you to do.";
            case DELIVERED -> "has your message.";
            case EXPANDED -> "your message went to the members of this list.";
            case RELAYED -> "your message went to a host that sends no such notices.";
          });
      String who = line.remote();
      text.append("\r\n  ").append(who == null ? "Reason" : plain(who) + " said");
      text.append(": ").append(plain(line.answer().toString())).append("\r\n");
      Instant until = line.retryUntil();
      if (until != null) {
        text.append("  It will be tried until ").append(DATE.format(until)).append(".\r\n");
      }
    }
    return text.toString();
  }

  /** RFC 3464 §2. */
  private String status() {
    StringBuilder text = new StringBuilder();
    String envid = message.options().envid();
    if (envid != null) {
      text.append("Original-Envelope-Id: ").append(plain(fromXtext(envid))).append("\r\n");
    }
    text.append("Reporting-MTA: dns; ").append(host).append("\r\n");
    text.append("Arrival-Date: ").append(DATE.format(message.accepted())).append("\r\n");
    for (Line line : lines) {
      text.append("\r\n");
      String original = line.recipient().originalRecipient();
      if (original != null) {
        text.append("Original-Recipient: ").append(plain(fromXtext(original))).append("\r\n");
      }
      text.append("Final-Recipient: ").append(typed(line.recipient().address())).append("\r\n");
      text.append("Action: ").append(line.action().word()).append("\r\n");
      text.append("Status: ").append(statusOf(line)).append("\r\n");
      String remote = line.remote();
      if (remote != null) {
        text.append("Remote-MTA: dns; ").append(plain(remote)).append("\r\n");
        text.append("Diagnostic-Code: smtp; ").append(plain(line.answer().toString()));
        text.append("\r\n");
      }
      text.append("Last-Attempt-Date: ").append(DATE.format(now)).append("\r\n");
      Instant until = line.retryUntil();
      if (until != null) {
        text.append("Will-Retry-Until: ").append(DATE.format(until)).append("\r\n");
      }
    }
    return text.toString();
  }

  /** RFC 3464 §2.3.4: the class fits the action, also where the far end's does not. */
  private static String statusOf(Line line) {
    String enhanced = line.answer().enhanced();
    String rest =
        enhanced.matches("[245]\\.[0-9]{1,3}\\.[0-9]{1,3}") ? enhanced.substring(1) : ".0.0";
    return switch (line.action()) {
      case FAILED -> "5" + rest;
      case DELAYED -> "4" + rest;
      case DELIVERED, EXPANDED, RELAYED -> "2" + rest;
    };
  }

  /** RFC 6533 §3: what is not ASCII goes as {@code \x{…}}. */
  private static String typed(String address) {
    if (isAscii(address)) {
      return "rfc822; " + clean(address);
    }
    StringBuilder text = new StringBuilder("utf-8; ");
    address
        .codePoints()
        .forEach(c -> {
          if (c > ' ' && c < 0x7f && c != '\\' && c != '+' && c != '=') {
            text.append((char) c);
          } else {
            text.append(String.format(Locale.ROOT, "\\x{%X}", c));
          }
        });
    return text.toString();
  }

  /** RFC 3461 §4: xtext. What is not xtext stays as it is. */
  static String fromXtext(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '+' && i + 2 < text.length()) {
        int high = Character.digit(text.charAt(i + 1), 16);
        int low = Character.digit(text.charAt(i + 2), 16);
        if (high >= 0 && low >= 0) {
          plain.append((char) (high * 16 + low));
          i += 2;
          continue;
        }
      }
      plain.append(c);
    }
    return plain.toString();
  }

  /** One line of ASCII: nothing that a far end says can add a field. */
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    text.chars()
        .limit(TEXT_CHARACTERS)
        .forEach(c -> plain.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
    return plain.toString();
  }

  /** One line. */
  private static String clean(String text) {
    return text.replaceAll("[\\p{Cntrl}]", "?");
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  /** The header of a message, or of as much of it as there is; whole lines. */
  private static byte[] header(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    int end = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n");
    int cut = end >= 0 ? end + 2 : text.lastIndexOf("\r\n") + 2;
    return text.substring(0, Math.min(text.length(), cut)).getBytes(StandardCharsets.ISO_8859_1);
  }
}
