package org.wachtpost.inspect.check;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The control panel's anti-forgery value, which stands in its own log and in the front end's. */
final class Canaries {
  private static final Pattern CANARY = Pattern.compile("msexchecpcanary=([^&#;'\"\\s~]{8,200})");

  private Canaries() {}

  /** The canary in an address, in the one form used for comparing; null without one. */
  static @Nullable String in(String text) {
    Matcher matcher = CANARY.matcher(text.toLowerCase(Locale.ROOT));
    return matcher.find() ? Urls.plain(matcher.group(1)) : null;
  }
}
