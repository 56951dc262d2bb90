package org.wachtpost.mailauth;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The domains in From fields (RFC 9989 §5.3.1). Where a field cannot be read as RFC 5322 has it,
 * every domain that a reader could take for the author's is given.
 */
public final class AuthorDomains {

  private static final Pattern ANGLE = Pattern.compile("<([^<>]*)>");
  private static final Pattern DOMAIN = Pattern.compile("[^\\s@<>()\\[\\],;:\"\\\\]+");
  private static final Pattern ASCII_DOMAIN =
      Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");

  /** Longest domain name, octets in text form (RFC 1035 §2.3.4). */
  private static final int DOMAIN_OCTETS = 253;

  private AuthorDomains() {}

  /**
   * The domains of a message's authors, in lower-case A-labels, each once, in order; empty if there
   * are none or the header is too large to be read.
   */
  public static List<String> of(MessageSource message) throws IOException {
    try (InputStream in = new BufferedInputStream(message.open())) {
      MessageHeader header = MessageHeader.read(in);
      return header.complete() ? of(header.named("From")) : List.of();
    }
  }

  /** In lower-case A-labels, each once, in order. */
  static List<String> of(List<HeaderField> from) {
    Set<String> domains = new LinkedHashSet<>();
    for (HeaderField field : from) {
      byte[] octets = field.unfolded().getBytes(StandardCharsets.ISO_8859_1);
      String text = new String(octets, StandardCharsets.UTF_8); // RFC 6532
      for (String mailbox : mailboxes(withoutQuotesAndComments(text))) {
        addDomain(mailbox, domains);
      }
    }
    return List.copyOf(domains);
  }

  private static void addDomain(String mailbox, Set<String> domains) {
    Matcher angle = ANGLE.matcher(mailbox);
    List<String> addresses = new ArrayList<>();
    while (angle.find()) {
      addresses.add(angle.group(1));
    }
    if (addresses.isEmpty()) {
      addresses.add(mailbox.replace('<', ' ').replace('>', ' '));
    }
    for (String address : addresses) {
      int at = address.lastIndexOf('@');
      Matcher domain = DOMAIN.matcher(address.substring(at + 1).strip());
      if (at >= 0 && domain.matches()) {
        String ascii = ascii(domain.group());
        if (!ascii.isEmpty()) {
          domains.add(ascii);
        }
      }
    }
  }

  private static String ascii(String domain) {
    String name = SpfCheck.withoutTrailingDot(domain);
    if (name.length() > DOMAIN_OCTETS) {
      return ""; // A-labels are no shorter; text far longer is a fault to IDN.toASCII
    }
    try {
      String ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
      return ascii.length() <= DOMAIN_OCTETS && ASCII_DOMAIN.matcher(ascii).matches() ? ascii : "";
    } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
      return "";
    }
  }

  private static List<String> mailboxes(String text) {
    return List.of(text.split("[,;:]", -1));
  }

  /** Quoted strings become one letter, comments (which nest) a space. */
  private static String withoutQuotesAndComments(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    boolean quoted = false;
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && (quoted || depth > 0)) {
        i++;
      } else if (quoted) {
        if (c == '"') {
          quoted = false;
          plain.append('q');
        }
      } else if (c == '(') {
        depth++;
      } else if (depth > 0) {
        if (c == ')' && --depth == 0) {
          plain.append(' ');
        }
      } else if (c == '"') {
        quoted = true;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
