package org.wachtpost.inspect.check;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes the addresses apart that the later chains (ProxyShell and its kin) put into requests. */
final class ChainRules {
  /** A request of a later chain: which one, and what it wanted at the back end. */
  record Hidden(String chain, String target) {}

  private static final String CONFUSING = "autodiscover.json";

  /** What stands somewhere behind that; looked for from there, so that a long address is cheap. */
  private static final Pattern CONFUSED =
      Pattern.compile(
          "@[^/@]*+/(mapi/nspi|mapi/emsmdb|mapi|powershell|ews|owa|ecp|oab|rpc"
              + "|autodiscover/autodiscover\\.xml)");

  private static final Pattern EMAIL = Pattern.compile("email=autodiscover/autodiscover\\.json");

  private ChainRules() {}

  /**
   * What a request for autodiscover.json hides; null for an ordinary one.
   *
   * @param url path and query
   * @param authenticated true if a user was logged on: then it is the later chain that needs one
   */
  static @Nullable Hidden autodiscover(String url, boolean authenticated) {
    String plain = Urls.plain(url);
    int start = plain.indexOf(CONFUSING);
    Matcher confused = CONFUSED.matcher(plain);
    boolean found =
        start >= 0 && confused.region(start + CONFUSING.length(), plain.length()).find();
    if (!found && !EMAIL.matcher(plain).find()) {
      return null;
    }
    String target = found ? confused.group(1) : "";
    boolean powershell = target.equals("powershell") || plain.contains("powershell");
    String chain = authenticated && powershell ? "ProxyNotShell" : "ProxyShell";
    return new Hidden(chain, powershell ? "powershell" : target);
  }

  /** The published description of a chain. */
  static String reference(String chain) {
    return switch (chain) {
      case "ProxyNotShell" -> Published.PROXYNOTSHELL;
      case "OWASSRF" -> Published.OWASSRF;
      default -> Published.PROXYSHELL;
    };
  }
}
