package org.wachtpost.mailauth;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses as SPF reads and writes them. */
final class Network {

  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

  private Network() {}

  /** The four octets of a dotted quad; null if it is not one. */
  static byte @Nullable [] ipv4(String text) {
    if (!IPV4.matcher(text).matches()) {
      return null;
    }
    byte[] octets = new byte[4];
    int at = 0;
    for (String part : text.split("\\.", -1)) {
      int octet = Integer.parseInt(part);
      if (octet > 255) {
        return null;
      }
      octets[at++] = (byte) octet;
    }
    return octets;
  }

  /** The sixteen octets of an IPv6 address, also of an IPv4-mapped one; null if it is not one. */
  static byte @Nullable [] ipv6(String text) {
    if (text.length() > 45 || !IPV6.matcher(text).matches()) {
      return null;
    }
    try {
      InetAddress parsed = InetAddress.ofLiteral(text);
      if (parsed instanceof Inet6Address) {
        return parsed.getAddress();
      }
      byte[] mapped = new byte[16];
      mapped[10] = (byte) 0xff;
      mapped[11] = (byte) 0xff;
      System.arraycopy(parsed.getAddress(), 0, mapped, 12, 4);
      return mapped;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** Whether two addresses of one family agree in their first {@code prefixBits} bits. */
  static boolean matches(byte[] address, byte[] network, int prefixBits) {
    if (address.length != network.length) {
      return false;
    }
    int whole = prefixBits / 8;
    if (!Arrays.equals(address, 0, whole, network, 0, whole)) {
      return false;
    }
    int rest = prefixBits % 8;
    if (rest == 0) {
      return true;
    }
    int mask = 0xff << (8 - rest) & 0xff;
    return (address[whole] & mask) == (network[whole] & mask);
  }

  /** An IPv4-mapped IPv6 address is its IPv4 address (RFC 7208 §5). */
  static InetAddress unmapped(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length != 16 || octets[10] != (byte) 0xff || octets[11] != (byte) 0xff) {
      return address;
    }
    for (int i = 0; i < 10; i++) {
      if (octets[i] != 0) {
        return address;
      }
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(octets, 12, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  /** RFC 7208 §7.3, macro i: dotted quad, or the nibbles with dots between. */
  static String dotted(InetAddress address) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    StringBuilder nibbles = new StringBuilder();
    for (byte b : address.getAddress()) {
      nibbles.append(String.format(Locale.ROOT, "%X.%X.", b >> 4 & 0xf, b & 0xf));
    }
    return nibbles.substring(0, nibbles.length() - 1);
  }

  /** The text form of an address; of IPv6 the one of RFC 5952 §4. */
  static String text(InetAddress address) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    byte[] octets = address.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (octets[2 * i] & 0xff) << 8 | octets[2 * i + 1] & 0xff;
    }
    int bestStart = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > bestLength) {
        bestStart = i;
        bestLength = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        text.append("::");
        i += bestLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
