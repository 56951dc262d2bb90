package org.wachtpost.inspect.generator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** The files that lie on every Exchange server: pages, settings, tasks, the setup program. */
final class ServerFiles {
  private static final List<String> FRONT_PAGES =
      List.of(
          "errorfe",
          "expiredpassword",
          "frowny",
          "logoff",
          "logon",
          "outlookcn",
          "redirsuiteserviceproxy",
          "signout",
          "svmfeedback");
  private static final List<String> BACK_PAGES =
      List.of("error", "error2", "expiredpassword", "logoff", "signout");

  private final Plan plan;
  private final Planting planting;
  private final Instant installed;

  ServerFiles(Plan plan, Planting planting) {
    this.plan = plan;
    this.planting = planting;
    this.installed = plan.first().minusDays(200).atTime(9, 12).toInstant(ZoneOffset.UTC);
  }

  void write() throws IOException {
    String front = DayWriter.EXCHANGE + "/FrontEnd/HttpProxy";
    for (String page : FRONT_PAGES) {
      put(front + "/owa/auth/" + page + ".aspx", page(page));
    }
    put(front + "/owa/auth/getidtoken.htm", "<html><head><title>Id token</title></head></html>");
    put(front + "/ecp/auth/TimeoutLogoff.aspx", page("TimeoutLogoff"));
    put(front + "/owa/web.config", webConfig());
    put(front + "/ecp/web.config", webConfig());
    put(front + "/owa/auth/" + version() + "/themes/resources/logon.css", "body{margin:0}");
    put(front + "/owa/auth/Current/themes/resources/logon.css", "body{margin:0}");
    String back = DayWriter.EXCHANGE + "/ClientAccess";
    for (String page : BACK_PAGES) {
      put(back + "/owa/auth/" + page + ".aspx", page(page));
    }
    String handler = "<%@ WebHandler Language=\"C#\" Class=\"Microsoft.Exchange.Management.";
    put(back + "/ecp/handlers/uploadhandler.ashx", handler + "UploadHandler\" %>");
    put(back + "/owa/smimecrxupdate.ashx", handler + "SMimeCrxUpdateHandler\" %>");
    put(back + "/ecp/default.aspx", page("Default"));
    put(back + "/exchweb/ews/exchange.asmx", "<%@ WebService Class=\"Exchange.Service\" %>");
    put("C/inetpub/wwwroot/iisstart.htm", "<html><head><title>IIS</title></head></html>");
    put("C/inetpub/wwwroot/web.config", webConfig());
    put("C/inetpub/wwwroot/aspnet_client/system_web/4_0_30319/web.config", webConfig());
    put("C/Windows/System32/inetsrv/config/applicationHost.config", applicationHost());
    put("C/Windows/System32/drivers/etc/hosts", "# localhost name resolution\r\n");
    task(
        "Microsoft/Windows/Defrag/ScheduledDefrag",
        "%windir%\\system32\\defrag.exe",
        "-c -h -k -g -$");
    task(
        "Microsoft/Windows/Time Synchronization/SynchronizeTime",
        "%windir%\\system32\\sc.exe",
        "start w32time task_started");
    compiled("logon", "/owa/auth/logon.aspx");
    setup();
    for (var file : planting.files.entrySet()) {
      Path path = plan.tree().resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }

  private String version() {
    String[] parts = planting.build.split("\\.");
    return Integer.parseInt(parts[0])
        + "."
        + Integer.parseInt(parts[1])
        + "."
        + Integer.parseInt(parts[2]);
  }

  private void setup() throws IOException {
    boolean patched = planting.patched != null;
    String build = patched ? planting.patchedBuild : planting.build;
    Path path = plan.tree().resolve(DayWriter.EXCHANGE + "/bin/ExSetup.exe");
    Files.createDirectories(path.getParent());
    Files.write(path, PortableExecutable.withVersion(build));
    LocalDate day = patched ? planting.patched : plan.first().minusDays(200);
    Files.setLastModifiedTime(path, FileTime.from(day.atTime(18, 40).toInstant(ZoneOffset.UTC)));
    if (patched) {
      put(
          DayWriter.EXCHANGE
              + "/FrontEnd/HttpProxy/owa/auth/"
              + plainBuild(build)
              + "/themes/resources/logon.css",
          "body{margin:0}");
    }
  }

  private static String plainBuild(String build) {
    String[] parts = build.split("\\.");
    StringBuilder plain = new StringBuilder();
    for (String part : parts) {
      plain.append(plain.isEmpty() ? "" : ".").append(Integer.parseInt(part));
    }
    return plain.toString();
  }

  private void compiled(String name, String virtualPath) throws IOException {
    put(
        "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/owa/8e05b027/"
            + "e164d61b/"
            + name
            + ".aspx.cdcab7d2.compiled",
        compiledPage(virtualPath));
  }

  /** What ASP.NET leaves for each page that it compiled. */
  static String compiledPage(String virtualPath) {
    return """
    <?xml version="1.0" encoding="utf-8"?>
    <preserve resultType="3" virtualPath="%s" hash="4bd8ac0d7" filehash="ffffd3dd2a8" \
    flags="110000" assembly="App_Web_0vyv2mre" type="ASP.auth_page_aspx">
        <filedeps>
            <filedep name="%s" />
        </filedeps>
    </preserve>
    """
        .formatted(virtualPath, virtualPath);
  }

  private void task(String name, String command, String arguments) throws IOException {
    bytes(
        "C/Windows/System32/Tasks/" + name, taskXml(installed, name, "SYSTEM", command, arguments));
  }

  /** A task as the scheduler stores it: UTF-16 with a byte order mark. */
  static byte[] taskXml(
      Instant made, String name, String author, String command, String arguments) {
    String xml =
        """
        <?xml version="1.0" encoding="UTF-16"?>
        <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
          <RegistrationInfo>
            <Date>%s</Date>
            <Author>%s</Author>
            <URI>\\%s</URI>
          </RegistrationInfo>
          <Triggers><TimeTrigger><Repetition><Interval>PT45M</Interval></Repetition>\
        </TimeTrigger></Triggers>
          <Actions Context="Author">
            <Exec>
              <Command>%s</Command>
              <Arguments>%s</Arguments>
            </Exec>
          </Actions>
        </Task>
        """
            .formatted(
                made.toString().substring(0, 19),
                author,
                name.replace('/', '\\'),
                command,
                arguments)
            .replace("\n", "\r\n");
    return ("\uFEFF" + xml).getBytes(StandardCharsets.UTF_16LE);
  }

  private void put(String path, String text) throws IOException {
    bytes(path, text.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(String path, byte[] content) throws IOException {
    Path target = plan.tree().resolve(path);
    Files.createDirectories(target.getParent());
    Files.write(target, content);
    Files.setLastModifiedTime(target, FileTime.from(installed));
  }

  private static String page(String name) {
    return """
    <%%@ Page Language="C#" AutoEventWireup="true" Inherits="Microsoft.Exchange.Clients.Owa.%s" %%>
    <!DOCTYPE html>
    <html>
    <head><meta charset="utf-8"/><title><%%=Title %%></title></head>
    <body class="<%%=BodyClass %%>">
      <form runat="server">
        <div id="main"><%%=LocalizedStrings.GetHtmlEncoded(Strings.IDs.Message) %%></div>
      </form>
    </body>
    </html>
    """
        .formatted(name);
  }

  private static String webConfig() {
    return """
    <?xml version="1.0" encoding="utf-8"?>
    <configuration>
      <system.webServer>
        <handlers>
          <add name="PageHandlerFactory" path="*.aspx" verb="*" \
    type="System.Web.UI.PageHandlerFactory" />
        </handlers>
      </system.webServer>
    </configuration>
    """;
  }

  private static String applicationHost() {
    String exchange = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\";
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <configuration>
      <system.applicationHost>
        <sites>
          <site name="Default Web Site" id="1">
            <application path="/">
              <virtualDirectory path="/" physicalPath="%%SystemDrive%%\\inetpub\\wwwroot" />
            </application>
            <application path="/owa" applicationPool="MSExchangeOWAAppPool">
              <virtualDirectory path="/" physicalPath="%1$sFrontEnd\\HttpProxy\\owa" />
            </application>
            <application path="/ecp" applicationPool="MSExchangeECPAppPool">
              <virtualDirectory path="/" physicalPath="%1$sFrontEnd\\HttpProxy\\ecp" />
            </application>
          </site>
          <site name="Exchange Back End" id="2">
            <application path="/owa" applicationPool="MSExchangeOWAAppPool">
              <virtualDirectory path="/" physicalPath="%1$sClientAccess\\Owa" />
            </application>
            <application path="/ecp" applicationPool="MSExchangeECPAppPool">
              <virtualDirectory path="/" physicalPath="%1$sClientAccess\\ecp" />
            </application>
          </site>
          <siteDefaults>
            <logFile logFormat="W3C" directory="%%SystemDrive%%\\inetpub\\logs\\LogFiles" />
          </siteDefaults>
        </sites>
      </system.applicationHost>
      <system.webServer>
        <globalModules>
          <add name="HttpLoggingModule" image="%%windir%%\\System32\\inetsrv\\loghttp.dll" />
          <add name="StaticFileModule" image="%%windir%%\\System32\\inetsrv\\static.dll" />
          <add name="ManagedEngineV4.0_64bit" \
    image="%%windir%%\\Microsoft.NET\\Framework64\\v4.0.30319\\webengine4.dll" />
          <add name="exppw" image="%1$sFrontEnd\\HttpProxy\\bin\\exppw.dll" />
        </globalModules>
      </system.webServer>
    </configuration>
    """
        .formatted(exchange);
  }
}
