package org.wachtpost.smtp;

import java.util.ArrayList;
import java.util.List;

/**
 * A reply (RFC 5321 §4.2).
 *
 * @param enhanced status code (RFC 2034), empty where none belongs
 * @param lines at least one
 */
record Reply(int code, String enhanced, List<String> lines) {
  Reply {
    lines = List.copyOf(lines);
  }

  static Reply of(int code, String enhanced, String line) {
    return new Reply(code, enhanced, List.of(line));
  }

  /** The same with this server's name before the words. */
  Reply named(String host) {
    List<String> named = new ArrayList<>(lines);
    named.set(0, host + " " + named.getFirst());
    return new Reply(code, enhanced, named);
  }

  boolean isRefusal() {
    return code >= 400;
  }

  /** As it goes on the wire. Nothing from the network can break a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      text.append(code).append(i < lines.size() - 1 ? '-' : ' ');
      if (!enhanced.isEmpty()) {
        text.append(enhanced).append(' ');
      }
      String line = lines.get(i);
      for (int at = 0; at < line.length(); at++) {
        char c = line.charAt(at);
        text.append(Character.isISOControl(c) ? '?' : c);
      }
      text.append("\r\n");
    }
    return text.toString();
  }
}
