package org.wachtpost.inspect.generator;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * One intruder at work: the rows that each step leaves, in the form that published extracts of real
 * break-ins show. Addresses are from the blocks kept for documentation (RFC 5737).
 */
final class Attacker {
  static final String SCRIPT_AGENT = "python-requests/2.25.1";
  static final String FIRST_AGENT = "ExchangeServicesClient/0.0.0.0";
  static final String BROWSER =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
          + " Chrome/88.0.4324.182 Safari/537.36";
  private static final DateTimeFormatter IIS_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Site site;
  private final Planting planting;
  private final Random random;
  final String client;
  private String stem = "/ecp/y.js";

  Attacker(Site site, Planting planting, String client, long seed) {
    this.site = site;
    this.planting = planting;
    this.client = client;
    this.random = new Random(seed ^ client.hashCode());
  }

  /** The file name that the exploit asks for; anything under /ecp works. */
  Attacker through(String urlStem) {
    stem = urlStem;
    return this;
  }

  String guid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** A request that the front end forwards to a server of the sender's choice (CVE-2021-26855). */
  void forwarded(Instant time, String target, String agent, int status) {
    String requestId = guid();
    String host = "mail." + site.domain;
    String user = stem.startsWith("/ecp") ? "a]@" : "akak]@";
    ProxyRow row =
        new ProxyRow(time, requestId)
            .build(planting.build)
            .set("Protocol", "Ecp")
            .set("UrlHost", host)
            .set("UrlStem", stem)
            .set("IsAuthenticated", "false")
            .set("AnchorMailbox", "ServerInfo~" + user + target)
            .set("UserAgent", agent.replace(",", " "))
            .set("ClientIpAddress", client)
            .set("ServerHostName", site.server)
            .set("HttpStatus", status)
            .set("BackEndStatus", status)
            .set("Method", "POST")
            .set("ProxyAction", "Proxy")
            .set("TargetServer", user + site.fqdn)
            .set("RoutingType", "IntraForest")
            .set("RoutingHint", "X-BEResource-Cookie")
            .set("BackEndCookie", "Server~" + user + target + "~1942062522")
            .set("RequestBytes", 411)
            .set("TotalRequestTime", 100 + random.nextInt(900))
            .set("GenericInfo", "BeginRequest=" + ProxyRow.TIME.format(time) + ";");
    planting.row(Stream.ECP, time, row.line());
    iis(Stream.IIS_FRONT, time, "POST", stem, requestId, "-", agent, status);
  }

  /** The same, to the back end of this server. */
  void forwardedHere(Instant time, String pathAndQuery, String agent, int status) {
    forwarded(time, site.fqdn + ":444" + pathAndQuery, agent, status);
    String path = pathAndQuery.replaceAll("[?#].*", "");
    String user = site.netbios + "\\" + site.server + "$";
    iis(Stream.IIS_BACK, time, "POST", path, guid(), user, agent, status);
  }

  /** A cmdlet that the control panel ran for the attacker. */
  void controlPanel(Instant time, String command, String error, String canary) {
    String cmd =
        command.contains("'") || command.contains("\"")
            ? "'S:CMD=" + command.replace("'", "''") + "'"
            : "S:CMD=" + command;
    String data =
        "S:TIME="
            + (20 + random.nextInt(900))
            + ";S:SID="
            + guid()
            + ";"
            + cmd
            + ";S:REQID=;S:URL=/ecp/DDI/DDIService.svc/SetObject?msExchEcpCanary="
            + canary
            + ".&schema=OABVirtualDirectory;S:EX="
            + error
            + ";S:ACTID="
            + guid()
            + ";";
    planting.row(
        Stream.ECP_SERVER,
        time,
        ProxyRow.TIME.format(time) + "," + site.server + ",ECP.Cmdlet," + ProxyRow.quoted(data));
  }

  /** A request to a page, ordinary in form; gives nothing away but its path. */
  void page(Instant time, String method, String urlStem, String agent, int status) {
    Stream stream = urlStem.startsWith("/ecp") ? Stream.ECP : Stream.OWA;
    query(stream, time, method, urlStem, "", "", agent, status);
  }

  /** A request with a query, by a user or by nobody. */
  void query(
      Stream stream,
      Instant time,
      String method,
      String urlStem,
      String query,
      String user,
      String agent,
      int status) {
    String requestId = guid();
    ProxyRow row =
        new ProxyRow(time, requestId)
            .build(planting.build)
            .set("Protocol", stream.folder)
            .set("UrlHost", "mail." + site.domain)
            .set("UrlStem", urlStem)
            .set("IsAuthenticated", user.isEmpty() ? "false" : "true")
            .set("AuthenticatedUser", user)
            .set("UrlQuery", query.isEmpty() ? "" : "?" + query)
            .set("UserAgent", agent.replace(",", " "))
            .set("ClientIpAddress", client)
            .set("ServerHostName", site.server)
            .set("HttpStatus", status)
            .set("Method", method)
            .set("TotalRequestTime", 30 + random.nextInt(90));
    planting.row(stream, time, row.line());
    String target = query.isEmpty() ? urlStem : urlStem + " " + query;
    iis(
        Stream.IIS_FRONT,
        time,
        method,
        target,
        requestId,
        user.isEmpty() ? "-" : user,
        agent,
        status);
  }

  /** A request to what IIS serves by itself: Exchange's front end does not see it. */
  void served(Instant time, String method, String urlStem, String agent, int status) {
    iis(Stream.IIS_FRONT, time, method, urlStem, guid(), "-", agent, status);
  }

  private void iis(
      Stream stream,
      Instant time,
      String method,
      String target,
      String requestId,
      String user,
      String agent,
      int status) {
    boolean back = stream == Stream.IIS_BACK;
    planting.row(
        stream,
        time,
        IIS_TIME.format(time)
            + (back ? " fe80::1%7 " : " " + site.address + " ")
            + method
            + " "
            + target
            + (target.contains(" ") ? "" : " ")
            + "&CorrelationID=<empty>;&cafeReqId="
            + requestId
            + "; "
            + (back ? "444 " : "443 ")
            + user
            + " "
            + (back ? "fe80::1%7" : client)
            + " "
            + agent.replace(' ', '+')
            + " - "
            + status
            + " 0 0 "
            + (30 + random.nextInt(900)));
  }
}
