package org.wachtpost.queue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** Tells addresses of the public Internet from those that mail must not be led to (RFC 6890). */
final class PublicAddresses {
  private record Range(byte[] prefix, int bits) {
    static Range of(String address, int bits) {
      return new Range(InetAddress.ofLiteral(address).getAddress(), bits);
    }

    boolean holds(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Range> SPECIAL =
      List.of(
          Range.of("0.0.0.0", 8),
          Range.of("10.0.0.0", 8),
          Range.of("100.64.0.0", 10),
          Range.of("127.0.0.0", 8),
          Range.of("169.254.0.0", 16),
          Range.of("172.16.0.0", 12),
          Range.of("192.0.0.0", 24),
          Range.of("192.0.2.0", 24),
          Range.of("192.168.0.0", 16),
          Range.of("198.18.0.0", 15),
          Range.of("198.51.100.0", 24),
          Range.of("203.0.113.0", 24),
          Range.of("224.0.0.0", 3),
          Range.of("::", 96),
          Range.of("64:ff9b:1::", 48),
          Range.of("100::", 64),
          Range.of("2001::", 23),
          Range.of("2001:db8::", 32),
          Range.of("fc00::", 7),
          Range.of("fe80::", 9),
          Range.of("ff00::", 8));

  private static final Range NAT64 = Range.of("64:ff9b::", 96);
  private static final Range SIX_TO_FOUR = Range.of("2002::", 16);

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
