package org.wachtpost.smtp;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wachtpost.directory.MailAddress;

/**
 * A reverse-path or forward-path (RFC 5321 §4.1.2, RFC 6531 §3.3). A source route is read and
 * forgotten (RFC 5321 appendix C).
 *
 * @param localPart quotes removed; empty for the null reverse-path
 * @param domain as it came: a name, or an address literal in brackets; empty for the null
 *     reverse-path and for {@code <Postmaster>}
 */
record Path(String localPart, String domain) {
  /**
   * Longest local part, octets. RFC 5321 §4.5.3.1.1 names 64 and §4.5.3.1 asks for no limit where
   * that is possible: what lists and forwarders put another address into is often longer.
   */
  static final int LOCAL_PART_OCTETS = MailAddress.LONGEST_LOCAL_PART_BYTES;

  /** RFC 5321 §4.5.3.1.2. */
  static final int DOMAIN_OCTETS = 255;

  static final Path NULL = new Path("", "");

  private static final Pattern DOT_STRING =
      Pattern.compile(
          "[^\\x00-\\x20\"(),.:;<>@\\[\\]\\\\\\x7f]+(?:\\.[^\\x00-\\x20\"(),.:;<>@\\[\\]\\\\\\x7f]+)*+");
  private static final Pattern LABEL =
      Pattern.compile(
          "[A-Za-z0-9_\\x80-\\x{10FFFF}](?:[A-Za-z0-9_\\x80-\\x{10FFFF}-]*[A-Za-z0-9_\\x80-\\x{10FFFF}])?");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");
  private static final Pattern IPV6 =
      Pattern.compile("(?i:IPv6):(?<address>[0-9A-Fa-f]*:[0-9A-Fa-f:.]{1,45})");

  /** A path and what follows it on the line. */
  record Parsed(Path path, String rest) {}

  /** Reads {@code <path>}; empty if it is none. */
  static Optional<Parsed> parse(String text) {
    if (!text.startsWith("<")) {
      return Optional.empty();
    }
    if (text.startsWith("<>")) {
      return Optional.of(new Parsed(NULL, text.substring(2)));
    }
    int start = afterSourceRoute(text);
    int localEnd = start < 0 ? -1 : localPartEnd(text, start);
    if (localEnd <= start) {
      return Optional.empty();
    }
    Optional<String> local = localPart(text.substring(start, localEnd));
    if (local.isEmpty()) {
      return Optional.empty();
    }
    if (text.startsWith(">", localEnd)) {
      boolean postmaster = start == 1 && local.get().equalsIgnoreCase("postmaster");
      return postmaster
          ? Optional.of(new Parsed(new Path(local.get(), ""), text.substring(localEnd + 1)))
          : Optional.empty();
    }
    int end = text.indexOf('>', localEnd);
    if (end < 0 || text.charAt(localEnd) != '@') {
      return Optional.empty();
    }
    String domain = text.substring(localEnd + 1, end);
    return isDomain(domain) || isLiteral(domain)
        ? Optional.of(new Parsed(new Path(local.get(), domain), text.substring(end + 1)))
        : Optional.empty();
  }

  /** Index behind {@code <@a,@b:}, 1 without one, -1 if it is broken. */
  private static int afterSourceRoute(String text) {
    if (!text.startsWith("<@")) {
      return 1;
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      return -1;
    }
    for (String hop : text.substring(1, colon).split(",", -1)) {
      if (!hop.startsWith("@") || !isDomain(hop.substring(1))) {
        return -1;
      }
    }
    return colon + 1;
  }

  private static int localPartEnd(String text, int start) {
    if (start < text.length() && text.charAt(start) == '"') {
      for (int i = start + 1; i < text.length(); i++) {
        if (text.charAt(i) == '\\') {
          i++;
        } else if (text.charAt(i) == '"') {
          return i + 1;
        }
      }
      return -1;
    }
    int end = start;
    while (end < text.length() && text.charAt(end) != '@' && text.charAt(end) != '>') {
      end++;
    }
    return end < text.length() ? end : -1;
  }

  private static Optional<String> localPart(String text) {
    if (!text.startsWith("\"")) {
      return DOT_STRING.matcher(text).matches() && octets(text) <= LOCAL_PART_OCTETS
          ? Optional.of(text)
          : Optional.empty();
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 1; i < text.length() - 1; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        c = text.charAt(++i);
      }
      if (c < ' ' || c == 0x7f || i == text.length() - 1) {
        return Optional.empty();
      }
      plain.append(c);
    }
    String local = plain.toString();
    return !local.isEmpty() && octets(local) <= LOCAL_PART_OCTETS
        ? Optional.of(local)
        : Optional.empty();
  }

  /** Whether this is a domain name; underscores are taken because they are used. */
  static boolean isDomain(String text) {
    if (text.isEmpty() || octets(text) > DOMAIN_OCTETS) {
      return false;
    }
    for (String label : text.split("\\.", -1)) {
      if (label.length() > 63 || !LABEL.matcher(label).matches()) {
        return false;
      }
    }
    return true;
  }

  /** RFC 5321 §4.1.3; tags other than IPv6 have never been defined. */
  static boolean isLiteral(String text) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return false;
    }
    String inner = text.substring(1, text.length() - 1);
    if (IPV4.matcher(inner).matches()) {
      for (String number : inner.split("\\.")) {
        if (Integer.parseInt(number) > 255) {
          return false;
        }
      }
      return true;
    }
    Matcher matcher = IPV6.matcher(inner);
    try {
      return matcher.matches() && InetAddress.ofLiteral(matcher.group("address")) != null;
    } catch (IllegalArgumentException e) {
      return false; // so many colons make no address
    }
  }

  private static int octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  boolean isNull() {
    return localPart.isEmpty();
  }

  boolean isPostmaster() {
    return localPart.equalsIgnoreCase("postmaster");
  }

  /** RFC 6531 §3.3: whether SMTPUTF8 must be used for it. */
  boolean needsUtf8() {
    return !isAscii(localPart) || !isAscii(domain);
  }

  static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** The mailbox, with quotes where it needs them; empty for the null reverse-path. */
  @Override
  public String toString() {
    if (isNull()) {
      return "";
    }
    String local =
        DOT_STRING.matcher(localPart).matches()
            ? localPart
            : '"' + localPart.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    return domain.isEmpty() ? local : local + "@" + domain;
  }
}
