package org.wachtpost.net;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** What counts as one far end: an IPv4 address, or the /64 of an IPv6 address. */
record AddressKey(long bits, boolean ipv6) {
  static AddressKey of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4
        ? new AddressKey(ByteBuffer.wrap(bytes).getInt(), false)
        : new AddressKey(ByteBuffer.wrap(bytes).getLong(), true);
  }
}
