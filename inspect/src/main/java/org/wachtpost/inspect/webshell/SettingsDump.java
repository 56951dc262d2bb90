package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an Exchange virtual directory as "reset" writes them to disk. A script in one of the
 * addresses is how CVE-2021-27065 placed its web shells; whoever wrote it, an address with markup
 * or with a host of one letter was not put there by an administrator.
 */
final class SettingsDump {
  /** Dumps are a few kilobytes; nothing longer is one. */
  static final int MAX_BYTES = 50 * 1024;

  /** Servers inside may have short names without a dot; then the path is one of Exchange's. */
  private static final Pattern OWN_PATH =
      Pattern.compile(
          "^/(?:oab|owa|ecp|ews|mapi|rpc|powershell|autodiscover|api|exchange"
              + "|microsoft-server-activesync)(?:[/?.#\\s\"',]|$)");

  private SettingsDump() {}

  /** Null if the text is not a dump that was tampered with. */
  static @Nullable ShellVerdict judge(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean addresses = lower.contains("externalurl") || lower.contains("internalurl");
    boolean settings =
        lower.contains("internalauthenticationmethods")
            || lower.contains("extendedprotectiontokenchecking")
            || lower.contains("offlineaddressbooks");
    if (!addresses || !settings) {
      return null;
    }
    if (lower.contains("<script") || lower.contains("<%") || lower.contains("runat")) {
      return verdict(100, "virtual directory settings with script in an address");
    }
    if (hasShortHost(lower, "externalurl") || hasShortHost(lower, "internalurl")) {
      return verdict(90, "virtual directory settings whose address has a host without a dot");
    }
    return null;
  }

  private static ShellVerdict verdict(int score, String reason) {
    return new ShellVerdict(score, true, ShellVerdict.Kind.SETTINGS_DUMP, List.of(reason));
  }

  /**
   * {@code ExternalUrl : http://f/}: the script has run, its host of one to four letters is left.
   */
  private static boolean hasShortHost(String lower, String setting) {
    int at = lower.indexOf(setting);
    while (at >= 0) {
      int scheme = lower.indexOf("http", at);
      int end = lower.indexOf('\n', at);
      int stop = end < 0 ? lower.length() : end;
      if (scheme > 0 && scheme < stop) {
        int host = lower.indexOf("://", scheme);
        int slash = host < 0 ? -1 : lower.indexOf('/', host + 3);
        boolean inLine = slash > 0 && slash <= stop;
        int length = slash - host - 3;
        if (inLine
            && length <= 4
            && lower.substring(host, slash).indexOf('.') < 0
            && (length == 1 || !OWN_PATH.matcher(lower.substring(slash, stop)).find())) {
          return true;
        }
      }
      at = lower.indexOf(setting, at + setting.length());
    }
    return false;
  }
}
