package org.wachtpost.queue;

import java.net.InetAddress;

/**
 * Addresses that begin with the same bits.
 *
 * @param network the first of them
 * @param bits how many bits count, from the highest
 */
public record AddressRange(InetAddress network, int bits) {
  public AddressRange {
    if (bits < 0 || bits > network.getAddress().length * 8) {
      throw new IllegalArgumentException(bits + " bits of " + network.getHostAddress());
    }
  }

  /**
   * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one address.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static AddressRange of(String text) {
    int slash = text.indexOf('/');
    InetAddress network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    int bits =
        slash < 0
            ? network.getAddress().length * 8
            : Integer.parseUnsignedInt(text.substring(slash + 1));
    return new AddressRange(network, bits);
  }

  /** Whether the address, of the same family, is one of them. */
  public boolean holds(InetAddress address) {
    return holds(address.getAddress());
  }

  boolean holds(byte[] address) {
    byte[] prefix = network.getAddress();
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
