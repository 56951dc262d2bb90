package org.wachtpost.inspect.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The target that a ProxyLogon request smuggled in: {@code ServerInfo~user]@HOST:444/path?#} in the
 * anchor mailbox, or {@code Server~HOST/path~version} in the back end cookie.
 *
 * @param host the host named, without user part and port, lower case
 * @param port the port named, or empty
 * @param path the path and query asked for, lower case, without the closing {@code #}
 */
record Anchor(String host, String port, String path) {
  /** Where Exchange's back end listens. */
  private static final String BACK_END_PORT = "444";

  private static final Pattern LOOPBACK = Pattern.compile("127(?:\\.[0-9]{1,10}){1,3}");

  /** What the target is, which says how far the attack was. */
  enum Target {
    AUTODISCOVER,
    MAPI,
    EWS,
    SESSION,
    READ_SETTINGS,
    WRITE_SETTINGS,
    RESET,
    OTHER
  }

  /** Takes an anchor mailbox or back end cookie apart; null if it smuggles nothing. */
  static @Nullable Anchor of(String anchorMailbox, String backEndCookie) {
    Anchor anchor = after(anchorMailbox, "serverinfo~");
    return anchor != null ? anchor : after(backEndCookie, "server~");
  }

  private static @Nullable Anchor after(String text, String prefix) {
    // Windows takes either slash for the end of the host.
    String lower = text.toLowerCase(Locale.ROOT).replace('\\', '/');
    int start = lower.indexOf(prefix);
    if (start < 0) {
      return null;
    }
    String rest = lower.substring(start + prefix.length());
    int slash = rest.indexOf('/');
    if (slash < 0) {
      return null;
    }
    String path = rest.substring(slash);
    int hash = path.indexOf('#');
    if (hash >= 0) {
      path = path.substring(0, hash);
    }
    int version = path.lastIndexOf('~');
    if (version > 0) {
      path = path.substring(0, version);
    }
    return at(rest.substring(0, slash), path);
  }

  private static Anchor at(String authority, String path) {
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    int bracket = host.lastIndexOf(']');
    if (bracket >= 0 && !host.startsWith("[")) {
      host = host.substring(bracket + 1);
    }
    int version = host.indexOf('~');
    host = version > 0 ? host.substring(0, version) : host;
    int colon = host.indexOf(':');
    boolean ported = colon >= 0 && host.indexOf(':', colon + 1) < 0;
    return ported
        ? new Anchor(host.substring(0, colon), host.substring(colon + 1), path)
        : new Anchor(host, "", path);
  }

  Target target() {
    String path = asServed();
    if (path.startsWith("/ecp/proxylogon.ecp")) {
      return Target.SESSION;
    }
    if (path.contains("ddiservice.svc/setobject") || path.contains("ddiservice.svc/newobject")) {
      return path.contains("schema=reset") ? Target.RESET : Target.WRITE_SETTINGS;
    }
    if (path.contains("ddiservice.svc")) {
      return Target.READ_SETTINGS;
    }
    if (path.startsWith("/autodiscover")) {
      return Target.AUTODISCOVER;
    }
    if (path.startsWith("/mapi")) {
      return Target.MAPI;
    }
    return path.startsWith("/ews") ? Target.EWS : Target.OTHER;
  }

  /** The path as the server takes it: escapes undone, empty parts and steps up gone. */
  private String asServed() {
    int query = path.indexOf('?');
    Deque<String> parts = new ArrayDeque<>();
    for (String part : Urls.plain(query < 0 ? path : path.substring(0, query)).split("/")) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts) + (query < 0 ? "" : Urls.plain(path.substring(query)));
  }

  /** Whether it asks for a change of settings. */
  boolean writes() {
    Target wanted = target();
    return wanted == Target.WRITE_SETTINGS || wanted == Target.RESET;
  }

  boolean self() {
    return host.equals("localhost")
        || LOOPBACK.matcher(host).matches()
        || host.equals("::1")
        || host.equals("[::1]");
  }

  /**
   * True if the host is the server that wrote the row, one of its domain, or another one of the
   * organisation: the back end's port and what Exchange has there are asked of no foreign host.
   */
  boolean own(String serverName, String targetServer) {
    if (host.isEmpty() || self() || port.equals(BACK_END_PORT) && target() != Target.OTHER) {
      return true;
    }
    String server = serverName.toLowerCase(Locale.ROOT);
    String target = targetServer.toLowerCase(Locale.ROOT);
    String shortHost = host.contains(".") ? host.substring(0, host.indexOf('.')) : host;
    if (!host.contains(".") || shortHost.equals(server) || host.equals(server)) {
      return true;
    }
    if (host.matches("[0-9.]+")) {
      return host.startsWith("10.")
          || host.startsWith("192.168.")
          || host.matches("172\\.(1[6-9]|2[0-9]|3[01])\\..*");
    }
    int dot = server.indexOf('.');
    if (dot > 0 && host.endsWith(server.substring(dot))) {
      return true;
    }
    dot = target.indexOf('.');
    return dot > 0 && !target.equals(host) && host.endsWith(target.substring(dot));
  }

  /** The canary that joins the request with the control panel's own log, or null. */
  @Nullable String canary() {
    return Canaries.in(path);
  }
}
