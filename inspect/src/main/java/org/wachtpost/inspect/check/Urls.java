package org.wachtpost.inspect.check;

import java.util.Locale;
import org.wachtpost.inspect.model.Addresses;

/** Addresses as clients write them, brought into one form for comparing. */
final class Urls {
  private static final int MAX_ROUNDS = 3;

  private Urls() {}

  /** Lower case, percent escapes undone (also nested ones), backslashes turned. */
  static String plain(String url) {
    String text = url;
    for (int round = 0; round < MAX_ROUNDS && text.indexOf('%') >= 0; round++) {
      String next = decode(text);
      if (next.equals(text)) {
        break;
      }
      text = next;
    }
    return text.toLowerCase(Locale.ROOT).replace('\\', '/');
  }

  private static String decode(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '%' && at + 2 < text.length()) {
        int high = Character.digit(text.charAt(at + 1), 16);
        int low = Character.digit(text.charAt(at + 2), 16);
        if (high >= 0 && low >= 0) {
          out.append((char) (high * 16 + low));
          at += 3;
          continue;
        }
      }
      out.append(c);
      at++;
    }
    return out.toString();
  }

  /** The last part of a path. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The ending of a path's last part with its dot, or an empty text. */
  static String ending(String path) {
    String name = name(path);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot);
  }

  /**
   * A client address without IPv6 zone and port, and as IPv4 if it is that; as it stands if it is
   * no address.
   */
  static String client(String address) {
    String text = Addresses.unmapped(address.strip());
    int zone = text.indexOf('%');
    if (zone > 0) {
      text = text.substring(0, zone);
    }
    if (text.startsWith("[")) {
      int close = text.indexOf(']');
      return close > 0 ? Addresses.unmapped(text.substring(1, close)) : text;
    }
    int colon = text.indexOf(':');
    return colon > 0 && text.indexOf(':', colon + 1) < 0 ? text.substring(0, colon) : text;
  }

  /**
   * The client in what proxies forwarded: they add the address that they saw at the end, and what
   * stands before it the client may have made up. So the last that is not one of theirs.
   */
  static String forwarded(String addresses) {
    if (addresses.indexOf(',') < 0) {
      return client(addresses);
    }
    String[] parts = addresses.split(",");
    String inside = "";
    for (int i = parts.length - 1; i >= 0; i--) {
      String address = client(parts[i]);
      if (outside(address)) {
        return address;
      }
      inside = address.isEmpty() ? inside : address;
    }
    return inside;
  }

  /** True for an address that is neither private nor the server itself (RFC 6890 §2.2). */
  static boolean outside(String address) {
    return Addresses.outside(address);
  }

  /** True for addresses that are the server itself. */
  static boolean loopback(String client) {
    return client.equals("::1") || client.startsWith("127.") || client.isEmpty();
  }
}
