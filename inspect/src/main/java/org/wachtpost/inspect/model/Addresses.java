package org.wachtpost.inspect.model;

import java.util.Locale;
import java.util.regex.Pattern;

/** What a client's address says about where it is. */
public final class Addresses {
  private static final Pattern INSIDE =
      Pattern.compile(
          "^(?:0\\.|10\\.|127\\.|169\\.254\\.|192\\.168\\.|172\\.(?:1[6-9]|2\\d|3[01])\\."
              + "|100\\.(?:6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\.|22[4-9]\\.|23\\d\\.|255\\."
              + "|::|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:)");

  private static final String MAPPED = "::ffff:";

  private Addresses() {}

  /** An IPv4 address without the prefix that it has within IPv6; any other text as it is. */
  public static String unmapped(String address) {
    boolean mapped =
        address.regionMatches(true, 0, MAPPED, 0, MAPPED.length()) && address.indexOf('.') > 0;
    return mapped ? address.substring(MAPPED.length()) : address;
  }

  /** True for an address that is neither private nor the server itself (RFC 6890 §2.2). */
  public static boolean outside(String address) {
    String lower = unmapped(address).toLowerCase(Locale.ROOT);
    boolean digits = !lower.isEmpty() && Character.digit(lower.charAt(0), 16) >= 0;
    return digits
        && (lower.indexOf('.') > 0 || lower.indexOf(':') > 0)
        && !INSIDE.matcher(lower).find();
  }
}
