package org.wachtpost.inspect.check;

import java.util.Set;
import java.util.regex.Pattern;

/** What the path of a request says about it. Pure; the flags are one judgement per path. */
final class Stems {
  /** Nothing to see. */
  static final int ORDINARY = 0;

  /** A page run by the server that Exchange does not have, in a folder that intruders used. */
  static final int STRANGE_PAGE = 1;

  /** A page run by the server that Exchange does not have, in some other folder. */
  static final int OTHER_PAGE = 2;

  /** A static file of Outlook on the web or the control panel: only a POST to it is odd. */
  static final int STATIC = 4;

  /** A short made-up script, style or filter name, as exploits ask for: {@code /ecp/y.js}. */
  static final int MADE_UP = 8;

  /** Autodiscover's JSON address, where ProxyShell and ProxyNotShell hide the real path. */
  static final int AUTODISCOVER_JSON = 16;

  /** PowerShell behind Outlook on the web. */
  static final int OWASSRF = 32;

  /** The control panel's page that grants a session to the server's own requests. */
  static final int PROXY_LOGON = 64;

  /** The control panel's address that changes settings. */
  static final int SETTINGS = 128;

  /** An archive, a dump or a mailbox in a folder from which intruders fetched such. */
  static final int LOOT = 256;

  /** A page of Exchange that anybody may ask for: it is not sent anything. */
  static final int AUTH_PAGE = 512;

  private static final Set<String> RUN =
      Set.of(
          ".aspx", ".ashx", ".asmx", ".asp", ".asa", ".cer", ".cdx", ".soap", ".svc", ".asax",
          ".config", ".master", ".ascx", ".rem", ".cshtml", ".vbhtml");

  /** Run by other software, which is rarely on such a server, and asked for on all. */
  private static final Set<String> FOREIGN =
      Set.of(".php", ".php5", ".phtml", ".jsp", ".jspx", ".cfm");

  private static final Set<String> STATIC_ENDINGS =
      Set.of(
          ".css", ".js", ".gif", ".png", ".eot", ".ttf", ".flt", ".ico", ".jpg", ".svg", ".woff",
          ".htm", ".html");
  private static final Set<String> ARCHIVE_ENDINGS = Set.of(".zip", ".7z", ".rar", ".gz", ".tgz");
  private static final Set<String> LOOT_ENDINGS = Set.of(".dmp", ".dump", ".pst", ".edb", ".dit");
  private static final Set<String> OWA_AUTH =
      Set.of(
          "errorfe.aspx",
          "expiredpassword.aspx",
          "frowny.aspx",
          "logoff.aspx",
          "logon.aspx",
          "outlookcn.aspx",
          "redirsuiteserviceproxy.aspx",
          "signout.aspx",
          "svmfeedback.aspx",
          "error.aspx",
          "error2.aspx",
          "getidtoken.htm",
          "owaauth.dll");
  private static final Set<String> ECP_AUTH = Set.of("timeoutlogoff.aspx", "timeoutlogout.aspx");
  private static final Pattern MADE_UP_NAME =
      Pattern.compile(
          "/(?:ecp/[a-z0-9]{1,30}\\.(?:js|flt|css|png|ico|svg|gif|jpg|crx)"
              + "|owa/auth/[a-z0-9]{1,30}\\.js)");
  private static final Set<String> ECP_KNOWN =
      Set.of("/ecp/favicon.ico", "/ecp/default.css", "/ecp/print.css");
  private static final Set<String> SETTINGS_CHANGED =
      Set.of("/ecp/ddi/ddiservice.svc/setobject", "/ecp/ddi/ddiservice.svc/newobject");

  /** Pages right in the control panel's and in Outlook's folder, as far as they are known. */
  private static final Set<String> TOP_PAGES =
      Set.of(
          "/ecp/about.aspx",
          "/ecp/closewindow.aspx",
          "/ecp/crosspremise.aspx",
          "/ecp/default.aspx",
          "/ecp/error.aspx",
          "/ecp/hybrid.aspx",
          "/ecp/hybridlogouthelper.aspx",
          "/owa/adpredirect.aspx",
          "/owa/anonymouscalendar.aspx",
          "/owa/bookingselfservice.aspx",
          "/owa/casredirect.aspx",
          "/owa/clp.aspx",
          "/owa/consensus.aspx",
          "/owa/deeplink.aspx",
          "/owa/default.aspx",
          "/owa/disabled.aspx",
          "/owa/extsso.aspx",
          "/owa/fre.aspx",
          "/owa/groups.aspx",
          "/owa/info.aspx",
          "/owa/initsuiteserviceproxy.aspx",
          "/owa/jit.aspx",
          "/owa/languageselection.aspx",
          "/owa/logoff.aspx",
          "/owa/meetnowcallback.aspx",
          "/owa/mrsnotify.aspx",
          "/owa/owa14.aspx",
          "/owa/owahipcontrol.aspx",
          "/owa/popout.aspx",
          "/owa/prefetch.aspx",
          "/owa/projection.aspx",
          "/owa/readingpane.aspx",
          "/owa/redir.aspx",
          "/owa/schedule.aspx",
          "/owa/sessions.aspx",
          "/owa/smime.aspx",
          "/owa/suitedatasharingproxy.aspx",
          "/owa/svmfeedback.aspx",
          "/owa/tf.aspx",
          "/owa/urlblockederror.aspx",
          "/owa/suiteserviceproxy.aspx");

  /** Folders of which all builds that were looked at have these pages and no others. */
  private static final Pattern FEW_PAGES =
      Pattern.compile("^/(?:ews|mapi|autodiscover|powershell|powershell-proxy|rpc)/");

  /** The front end takes these parts out: another way to log on, and whose mailbox it is for. */
  private static final Pattern ASIDE =
      Pattern.compile("^(/(?:ews|autodiscover)/)(?:nego2|[^/@]{1,200}@[^/@]{1,200})/");

  private static final Set<String> FEW =
      Set.of(
          "/autodiscover/global.asax",
          "/ews/exchange.asmx",
          "/ews/global.asax",
          "/ews/um2007legacy.asmx",
          "/mapi/emsmdb/global.asax",
          "/mapi/nspi/global.asax");

  private static final Pattern TOP_PAGE = Pattern.compile("/(?:ecp|owa)/[^/]+\\.aspx?");
  private static final Pattern POWERSHELL_BEHIND_OWA = Pattern.compile("^/owa/.*/powershell/?.*");

  private Stems() {}

  /** The flags of a path as a log has it. */
  static int judge(String stem) {
    if (stem.isEmpty() || stem.equals("/") || stem.equals("-")) {
      return ORDINARY;
    }
    String plain = Urls.plain(stem);
    int query = plain.indexOf('?');
    String path = query >= 0 ? plain.substring(0, query) : plain;
    if (path.contains("autodiscover.json")) {
      return AUTODISCOVER_JSON;
    }
    if (POWERSHELL_BEHIND_OWA.matcher(plain).matches()) {
      return OWASSRF;
    }
    if (path.equals("/ecp/proxylogon.ecp")) {
      return PROXY_LOGON;
    }
    if (SETTINGS_CHANGED.contains(path)) {
      return SETTINGS;
    }
    if (path.equals("/owa/auth/current/")) {
      return STATIC; // a folder, as which intruders asked it to POST for them
    }
    int flags = ORDINARY;
    if (MADE_UP_NAME.matcher(path).matches() && !ECP_KNOWN.contains(path)) {
      flags |= MADE_UP;
    }
    String ending = Urls.ending(path);
    if (STATIC_ENDINGS.contains(ending)
        && (path.startsWith("/owa/auth/") || path.startsWith("/ecp/"))) {
      flags |= STATIC;
    }
    return flags | page(path, ending) | (loot(path, ending) ? LOOT : ORDINARY);
  }

  /** Whether a page's path is one of other software's. */
  static boolean foreign(String path) {
    return FOREIGN.contains(Urls.ending(path));
  }

  /** Exchange serves none of these; the site's root and the usual hiding places are looked at. */
  private static boolean loot(String path, String ending) {
    return (LOOT_ENDINGS.contains(ending) || ARCHIVE_ENDINGS.contains(ending))
        && (path.lastIndexOf('/') == 0
            || path.startsWith("/aspnet_client/")
            || path.startsWith("/owa/auth/")
            || path.startsWith("/ecp/auth/"));
  }

  /** Whether it is an archive, which may hold anything. */
  static boolean archive(String path) {
    return ARCHIVE_ENDINGS.contains(Urls.ending(path));
  }

  /** Whether a page of Exchange shows something alone: nobody's browser posts to it. */
  static boolean sentNothing(String path) {
    String name = Urls.name(path);
    return name.equals("errorfe.aspx") || ECP_AUTH.contains(name);
  }

  /** The page in a path: IIS runs {@code /x.aspx/anything} too. */
  static String run(String path) {
    int dot = RUN.contains(Urls.ending(path)) || foreign(path) ? -1 : path.indexOf(".aspx/");
    return dot < 0 ? path : path.substring(0, dot + 5);
  }

  private static int page(String path, String ending) {
    if (path.endsWith("/web.config")) {
      return ORDINARY;
    }
    boolean foreign = FOREIGN.contains(ending);
    String page = run(path);
    if (!RUN.contains(ending) && !foreign && page.equals(path)) {
      return ORDINARY;
    }
    if (TOP_PAGE.matcher(page).matches()) {
      return TOP_PAGES.contains(page) ? ORDINARY : OTHER_PAGE;
    }
    String name = Urls.name(page);
    String folder = page.substring(0, page.length() - name.length());
    return switch (folder) {
      case "/owa/auth/" -> OWA_AUTH.contains(name) ? AUTH_PAGE : STRANGE_PAGE;
      case "/ecp/auth/" -> ECP_AUTH.contains(name) ? AUTH_PAGE : STRANGE_PAGE;
      case "/" -> foreign || name.equals("default.aspx") ? OTHER_PAGE : STRANGE_PAGE;
      default -> deeper(page, folder);
    };
  }

  private static int deeper(String page, String folder) {
    // Services (.svc) need no file: that of mailbox moves has none.
    if (FEW_PAGES.matcher(folder).find() && !page.endsWith(".svc")) {
      String real = ASIDE.matcher(page).replaceFirst("$1");
      return FEW.contains(real) ? ORDINARY : STRANGE_PAGE;
    }
    if (folder.startsWith("/aspnet_client/")
        || folder.startsWith("/oab/")
        || folder.startsWith("/owa/auth/")
        || folder.startsWith("/ecp/auth/")) {
      return STRANGE_PAGE;
    }
    // Below these Exchange has hundreds of pages of its own.
    for (String own :
        new String[] {
          "/ecp/",
          "/owa/",
          "/ews/",
          "/autodiscover/",
          "/mapi/",
          "/rpc/",
          "/powershell/",
          "/api/",
          "/microsoft-server-activesync/",
          "/exchweb/",
          "/exchange/",
          "/public/",
          "/pushnotifications/",
          "/rpcwithcert/",
          "/quarantine/"
        }) {
      if (folder.startsWith(own)) {
        return ORDINARY;
      }
    }
    return OTHER_PAGE;
  }
}
