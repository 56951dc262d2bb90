package org.wachtpost.directory;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mail address in the form that is compared and stored: local part in NFC and lower case, domain
 * as A-labels in lower case (RFC 5321 §2.3.11, RFC 6531 §3.2). That local parts differ by letter
 * case is allowed by RFC 5321 §2.4 and used by nobody; here they do not.
 */
public record MailAddress(String localPart, String domain) implements Comparable<MailAddress> {
  /** Longest local part of an address that is here, bytes of UTF-8 (RFC 5321 §4.5.3.1.1). */
  static final int LOCAL_PART_BYTES = 64;

  /** Longest that is read, also to send mail on to, as elsewhere and with a detail; bytes. */
  public static final int LONGEST_LOCAL_PART_BYTES = 255;

  /** Longest domain, bytes (RFC 5321 §4.5.3.1.2). */
  public static final int DOMAIN_BYTES = 255;

  /** Separates the name from the detail in a subaddress (RFC 5233). */
  public static final char DETAIL_SEPARATOR = '+';

  /** What a local part has only between quotes (RFC 5322 §3.2.3), dots aside. */
  private static final String SPECIALS = " ()<>[]:;@\\,\"";

  /** The address that this text means; empty if it is none. Quoted local parts are unquoted. */
  public static Optional<MailAddress> parse(String text) {
    int at = text.lastIndexOf('@');
    if (at <= 0 || at == text.length() - 1) {
      return Optional.empty();
    }
    String local = unquote(text.substring(0, at));
    Optional<String> domain = normalDomain(text.substring(at + 1));
    if (local == null || domain.isEmpty()) {
      return Optional.empty();
    }
    String normal = normalLocalPart(local);
    // Measured after: lower case may take more bytes, and what is kept must be read again.
    return isLocalPart(normal)
        ? Optional.of(new MailAddress(normal, domain.get()))
        : Optional.empty();
  }

  /**
   * Domain as lower-case A-labels; empty if it is no domain name. Unicode and A-labels are taken.
   */
  public static Optional<String> normalDomain(String domain) {
    String plain = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    if (plain.isEmpty() || plain.length() > DOMAIN_BYTES) {
      return Optional.empty();
    }
    try {
      String ascii =
          IDN.toASCII(DeviantLabels.toAscii(plain), IDN.USE_STD3_ASCII_RULES)
              .toLowerCase(Locale.ROOT);
      boolean fits = !ascii.isEmpty() && ascii.length() <= DOMAIN_BYTES && !ascii.contains("..");
      return fits ? Optional.of(ascii) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the contract of IDN.toASCII for text that is no domain name
    }
  }

  /** The domain as people read it, U-labels. */
  public String unicodeDomain() {
    return IDN.toUnicode(domain);
  }

  /** The detail of a subaddress ({@code x} of {@code alice+x}), or null. */
  public @Nullable String detail() {
    int separator = localPart.indexOf(DETAIL_SEPARATOR);
    return separator <= 0 ? null : localPart.substring(separator + 1);
  }

  /** The address without its detail. */
  public MailAddress base() {
    int separator = localPart.indexOf(DETAIL_SEPARATOR);
    return separator <= 0 ? this : new MailAddress(localPart.substring(0, separator), domain);
  }

  /** Whether it may be an address here. */
  boolean isKeepable() {
    return bytes(localPart) <= LOCAL_PART_BYTES;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** In NFC before and after: to lower case is not to NFC for every letter. */
  private static String normalLocalPart(String local) {
    String lower = Normalizer.normalize(local, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    return Normalizer.normalize(lower, Normalizer.Form.NFC);
  }

  private static boolean isLocalPart(String local) {
    if (local.isEmpty() || bytes(local) > LONGEST_LOCAL_PART_BYTES) {
      return false;
    }
    return local
        .codePoints()
        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
  }

  private static @Nullable String unquote(String local) {
    if (!local.startsWith("\"")) {
      return local.indexOf('"') >= 0 || local.indexOf(' ') >= 0 ? null : local;
    }
    if (local.length() < 2 || !local.endsWith("\"")) {
      return null;
    }
    StringBuilder plain = new StringBuilder(local.length());
    for (int i = 1; i < local.length() - 1; i++) {
      char c = local.charAt(i);
      if (c == '\\' && i + 1 < local.length() - 1) {
        plain.append(local.charAt(++i));
      } else if (c == '"' || c == '\\') {
        return null;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  @Override
  public int compareTo(MailAddress other) {
    int byDomain = domain.compareTo(other.domain);
    return byDomain != 0 ? byDomain : localPart.compareTo(other.localPart);
  }

  @Override
  public String toString() {
    boolean plain = localPart.chars().noneMatch(c -> SPECIALS.indexOf(c) >= 0);
    String local =
        plain ? localPart : '"' + localPart.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    return local + "@" + domain;
  }
}
