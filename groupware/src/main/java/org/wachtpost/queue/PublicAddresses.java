package org.wachtpost.queue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** Tells addresses of the public Internet from those that mail must not be led to (RFC 6890). */
final class PublicAddresses {
  private static final List<AddressRange> SPECIAL =
      List.of(
          AddressRange.of("0.0.0.0/8"),
          AddressRange.of("10.0.0.0/8"),
          AddressRange.of("100.64.0.0/10"),
          AddressRange.of("127.0.0.0/8"),
          AddressRange.of("169.254.0.0/16"),
          AddressRange.of("172.16.0.0/12"),
          AddressRange.of("192.0.0.0/24"),
          AddressRange.of("192.0.2.0/24"),
          AddressRange.of("192.168.0.0/16"),
          AddressRange.of("198.18.0.0/15"),
          AddressRange.of("198.51.100.0/24"),
          AddressRange.of("203.0.113.0/24"),
          AddressRange.of("224.0.0.0/3"),
          AddressRange.of("::/96"),
          AddressRange.of("64:ff9b:1::/48"),
          AddressRange.of("100::/64"),
          AddressRange.of("2001::/23"),
          AddressRange.of("2001:db8::/32"),
          AddressRange.of("fc00::/7"),
          AddressRange.of("fe80::/9"),
          AddressRange.of("ff00::/8"));

  private static final AddressRange NAT64 = AddressRange.of("64:ff9b::/96");
  private static final AddressRange SIX_TO_FOUR = AddressRange.of("2002::/16");

  private PublicAddresses() {}

  static boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (SPECIAL.stream().anyMatch(range -> range.holds(bytes))) {
      return false;
    }
    if (address instanceof Inet4Address) {
      return true;
    }
    // An IPv4 address in an IPv6 one is no way around the list.
    if (NAT64.holds(bytes)) {
      return contains(v4(bytes, 12));
    }
    return !SIX_TO_FOUR.holds(bytes) || contains(v4(bytes, 2));
  }

  private static InetAddress v4(byte[] bytes, int from) {
    byte[] part = Arrays.copyOfRange(bytes, from, from + 4);
    return InetAddress.ofLiteral(
        (part[0] & 0xff)
            + "."
            + (part[1] & 0xff)
            + "."
            + (part[2] & 0xff)
            + "."
            + (part[3] & 0xff));
  }
}
