package org.wachtpost.courier;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wachtpost.queue.Answer;

/**
 * A reply of the far end (RFC 5321 §4.2).
 *
 * @param lines without code, at least one; hostile when shown
 */
record FarReply(int code, List<String> lines) {
  private static final Pattern ENHANCED =
      Pattern.compile("([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?: (.*))?");
  private static final int TEXT_CHARACTERS = 500;

  FarReply {
    lines = List.copyOf(lines);
  }

  boolean isPositive() {
    return code < 300;
  }

  /** As the queue keeps it; a code that has no place here counts as temporary. */
  Answer answer() {
    StringBuilder text = new StringBuilder();
    String enhanced = "";
    for (String line : lines) {
      Matcher matcher = ENHANCED.matcher(line);
      boolean matches = matcher.matches();
      if (matches && enhanced.isEmpty()) {
        enhanced = matcher.group(1);
      }
      String rest = matches ? matcher.group(2) : line;
      if (rest != null && text.length() < TEXT_CHARACTERS) {
        text.append(text.isEmpty() ? "" : " ").append(rest);
      }
    }
    text.setLength(Math.min(text.length(), TEXT_CHARACTERS));
    boolean known = code >= 200 && code <= 599 && code / 100 != 3;
    String status = enhanced.isEmpty() ? (known ? code / 100 : 4) + ".0.0" : enhanced;
    return new Answer(known ? code : 451, status, text.toString());
  }

  @Override
  public String toString() {
    return answer().toString();
  }
}
