package org.wachtpost.inspect;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names that the responder gave to networks ({@code --network 10.0.0.0/8=office}). */
final class Networks {
  private record Network(InetAddress prefix, int bits, String label) {}

  private final List<Network> networks = new ArrayList<>();

  private Networks() {}

  /** Takes CIDR blocks that {@link #valid} has accepted. */
  static Networks of(Map<String, String> labels) {
    Networks all = new Networks();
    labels.forEach((cidr, label) -> parse(cidr, label).ifPresent(all.networks::add));
    all.networks.sort((one, other) -> Integer.compare(other.bits(), one.bits()));
    return all;
  }

  /** True if the text is an address block. */
  static boolean valid(String cidr) {
    return parse(cidr, "").isPresent();
  }

  /** The label of the smallest network that holds an address, or an empty text. */
  String label(String address) {
    Optional<byte[]> bytes = bytes(address);
    if (bytes.isPresent()) {
      for (Network network : networks) {
        if (network.prefix().getAddress().length == bytes.get().length
            && holds(network, bytes.get())) {
          return network.label();
        }
      }
    }
    return "";
  }

  private static boolean holds(Network network, byte[] address) {
    byte[] prefix = network.prefix().getAddress();
    for (int bit = 0; bit < network.bits(); bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((prefix[bit / 8] & mask) != (address[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Network> parse(String cidr, String label) {
    int slash = cidr.indexOf('/');
    Optional<InetAddress> prefix = literal(slash < 0 ? cidr : cidr.substring(0, slash));
    if (prefix.isEmpty()) {
      return Optional.empty();
    }
    String length = slash < 0 ? String.valueOf(bits(prefix.get())) : cidr.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits(prefix.get())) {
      return Optional.empty();
    }
    return Optional.of(new Network(prefix.get(), Integer.parseInt(length), label));
  }

  private static int bits(InetAddress address) {
    return address.getAddress().length * 8;
  }

  private static Optional<byte[]> bytes(String address) {
    return literal(address).map(InetAddress::getAddress);
  }

  /** Only literal addresses: nothing here may ask a name server. */
  private static Optional<InetAddress> literal(String address) {
    try {
      return Optional.of(InetAddress.ofLiteral(address));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }
}
