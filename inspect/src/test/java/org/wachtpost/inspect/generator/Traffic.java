package org.wachtpost.inspect.generator;

import static org.wachtpost.inspect.generator.Site.bytes;

import java.io.IOException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.SplittableRandom;

/**
 * The ordinary requests of one day: the server's own probes, people with Outlook, phones and
 * browsers, load balancers, and what scans the whole Internet.
 */
final class Traffic {
  /** Share of the day's requests by hour, office hours in western Europe (UTC). */
  private static final int[] HOURS = {
    2, 2, 2, 2, 2, 3, 5, 8, 9, 9, 8, 7, 8, 8, 8, 7, 5, 4, 3, 3, 3, 3, 2, 2
  };

  private static final int PER_MILLE = 1_000;
  private static final byte[] NONE = new byte[0];
  private static final byte[] LOCAL_4 = bytes("127.0.0.1");
  private static final byte[] LOCAL_6 = bytes("::1");
  private static final byte[] PROBE_AGENT = bytes("AMProbe/Local/ClientAccess");
  private static final byte[] OUTLOOK =
      bytes("Microsoft Office/16.0 (Windows NT 10.0; Microsoft" + " Outlook 16.0.5134; Pro)");
  private static final byte[] BROWSER =
      bytes(
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
              + " AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.190 Safari/537.36");
  private static final byte[] MAC = bytes("MacOutlook/16.46.21021202 (Intelx64 Mac OS X 10.15.7)");
  private static final String[] SCANNERS = {
    "Mozilla/5.0 zgrab/0.x", "Mozilla/5.0 (compatible; CensysInspect/1.1)", "python-urllib3/1.26.3",
    "Mozilla/5.0 (compatible; Nimbostratus-Bot/v1.3.2)", "Go-http-client/1.1", "curl/7.68.0"
  };
  private static final String[] SCANNED = {
    "/owa/auth/logon.aspx",
    "/ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool" + ".application",
    "/autodiscover/autodiscover.json",
    "/owa/",
    "/.env",
    "/wp-login.php",
    "/EWS/Exchange.asmx",
    "/rpc/",
    "/favicon.ico",
    "/robots.txt"
  };
  private static final String[] OWA_ACTIONS = {
    "GetConversationItems",
    "FindConversation",
    "GetItem",
    "UpdateItem",
    "GetFolder",
    "SubscribeToNotification",
    "GetReminders",
    "CreateItem",
    "GetCalendarView"
  };

  private final Plan plan;
  private final Site site;
  private final DayWriter writer;
  private final LocalDate day;
  private final SplittableRandom random;
  private final byte[] date;
  private final byte[] version;

  Traffic(Plan plan, Site site, Planting planting, DayWriter writer, LocalDate day) {
    this.plan = plan;
    this.site = site;
    this.writer = writer;
    this.day = day;
    this.random = new SplittableRandom(plan.seed() * 31 + day.toEpochDay());
    this.date = bytes(day.toString());
    String[] parts = planting.build.split("\\.");
    this.version =
        bytes(
            ","
                + Integer.parseInt(parts[0])
                + ","
                + Integer.parseInt(parts[1])
                + ","
                + Integer.parseInt(parts[2])
                + ","
                + Integer.parseInt(parts[3])
                + ",");
  }

  /** One request before it is written. */
  private static final class Request {
    int milliseconds;
    Stream stream = Stream.OWA;
    byte[] method = NONE;
    byte[] host = NONE;
    byte[] stem = NONE;
    byte[] query = NONE;
    byte[] action = NONE;
    byte[] authentication = NONE;
    byte[] user = NONE;
    byte[] anchor = NONE;
    byte[] hint = NONE;
    byte[] agent = NONE;
    byte[] client = NONE;
    int status = 200;
    boolean proxied = true;
    boolean seenByExchange = true;
  }

  void write() throws IOException {
    boolean weekend =
        day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY;
    int total = 0;
    for (int share : HOURS) {
      total += share;
    }
    for (int hour = 0; hour < 24; hour++) {
      int share = weekend ? (HOURS[hour] + 3) / 2 : HOURS[hour];
      int count = Math.max(1, (int) ((long) plan.rowsPerDay() * share / total));
      double step = 3_600_000.0 / count;
      for (int i = 0; i < count; i++) {
        int from = (int) (hour * 3_600_000 + i * step);
        request(from + random.nextInt(Math.max(1, (int) step)));
      }
    }
  }

  private void request(int milliseconds) throws IOException {
    Request request = new Request();
    request.milliseconds = milliseconds;
    int draw = random.nextInt(PER_MILLE);
    if (draw < 560) {
      probe(request);
    } else if (draw < 650) {
      loadBalancer(milliseconds);
      return;
    } else if (draw < 995) {
      person(request);
    } else {
      scanner(request);
    }
    if (request.seenByExchange) {
      proxyRow(request);
    }
    iisRow(Stream.IIS_FRONT, request, 443);
    if (request.proxied && request.status == 200) {
      iisRow(Stream.IIS_BACK, request, 444);
    }
  }

  private void probe(Request request) {
    Stream[] probed = {
      Stream.OWA,
      Stream.ECP,
      Stream.EWS,
      Stream.MAPI,
      Stream.EAS,
      Stream.AUTODISCOVER,
      Stream.OAB,
      Stream.RPC_HTTP,
      Stream.POWERSHELL
    };
    request.stream = probed[random.nextInt(probed.length)];
    request.client = random.nextInt(3) == 0 ? LOCAL_6 : LOCAL_4;
    request.host = bytes("localhost");
    request.agent = PROBE_AGENT;
    request.user = site.healthMailboxes.get(random.nextInt(site.healthMailboxes.size()));
    request.anchor = request.user;
    request.hint = bytes("Smtp-MailboxGuidWithDomain");
    request.authentication = bytes("Basic");
    request.method = bytes(request.stream == Stream.OWA ? "GET" : "POST");
    request.stem =
        switch (request.stream) {
          case OWA -> bytes("/owa/");
          case ECP -> bytes("/ecp/");
          case EWS -> bytes("/EWS/Exchange.asmx");
          case MAPI -> bytes("/mapi/emsmdb/");
          case EAS -> bytes("/Microsoft-Server-ActiveSync/default.eas");
          case AUTODISCOVER -> bytes("/autodiscover/autodiscover.xml");
          case OAB -> bytes("/OAB/" + site.oabIdentity + "/oab.xml");
          case RPC_HTTP -> bytes("/rpc/rpcproxy.dll");
          default -> bytes("/PowerShell/");
        };
  }

  private void loadBalancer(int milliseconds) throws IOException {
    Request request = new Request();
    request.milliseconds = milliseconds;
    request.method = bytes("GET");
    request.stem = bytes(random.nextBoolean() ? "/owa/healthcheck.htm" : "/EWS/healthcheck.htm");
    request.client = bytes("10.20.0.5");
    request.agent = bytes("-");
    iisRow(Stream.IIS_FRONT, request, 443);
  }

  private void person(Request request) {
    Site.Person person = site.people.get(random.nextInt(site.people.size()));
    request.user = person.account();
    request.anchor = person.smtpBytes();
    request.hint = bytes("MailboxGuidWithDomain");
    request.host = site.mailHost;
    request.method = bytes("POST");
    request.authentication = bytes("Negotiate");
    int draw = random.nextInt(100);
    if (draw < 40) {
      phone(request, person);
    } else if (draw < 75) {
      request.stream = Stream.MAPI;
      request.stem = bytes(random.nextInt(8) == 0 ? "/mapi/nspi/" : "/mapi/emsmdb/");
      request.query = join("?MailboxId=", person.mailbox());
      request.anchor = person.mailbox();
      request.agent = OUTLOOK;
      request.client = random.nextInt(4) == 0 ? person.home() : person.office();
    } else if (draw < 87) {
      request.stream = Stream.EWS;
      request.stem = bytes("/EWS/Exchange.asmx");
      request.agent = random.nextInt(3) == 0 ? MAC : OUTLOOK;
      request.client = person.office();
    } else {
      web(request, person, draw);
    }
    if (random.nextInt(8) == 0 && request.stream != Stream.OWA) {
      request.status = 401; // the first, anonymous, round
      request.user = NONE;
      request.proxied = false;
    }
  }

  private void phone(Request request, Site.Person person) {
    request.stream = Stream.EAS;
    request.stem = bytes("/Microsoft-Server-ActiveSync/default.eas");
    String[] commands = {"Ping", "Sync", "FolderSync", "SendMail", "ItemOperations"};
    request.action = bytes(commands[random.nextInt(commands.length)]);
    request.query = join("?User=" + person.name() + "&DeviceId=", person.device());
    request.agent = person.phone();
    request.authentication = bytes("Basic");
    request.client = random.nextInt(3) == 0 ? person.home() : person.mobile();
  }

  private void web(Request request, Site.Person person, int draw) {
    request.agent = BROWSER;
    request.client = random.nextInt(3) == 0 ? person.home() : person.office();
    request.authentication = bytes("FBA");
    if (draw < 94) {
      request.stream = Stream.OWA;
      request.stem = bytes("/owa/service.svc");
      String action = OWA_ACTIONS[random.nextInt(OWA_ACTIONS.length)];
      request.query = bytes("?action=" + action + "&app=Mail");
      request.action = bytes(action);
    } else if (draw < 96) {
      request.stream = Stream.OWA;
      request.stem = bytes("/owa/auth/logon.aspx");
      request.query = bytes("?url=https://mail." + site.domain + "/owa/&reason=0");
      request.method = bytes("GET");
      request.user = NONE;
      request.proxied = false;
    } else if (draw < 97) {
      controlPanel(request);
    } else if (draw < 98) {
      page(request);
    } else if (draw < 99) {
      request.stream = Stream.AUTODISCOVER;
      request.host = site.autodiscoverHost;
      request.stem = bytes("/autodiscover/autodiscover.xml");
      request.agent = OUTLOOK;
    } else {
      request.stream = Stream.OAB;
      request.stem = bytes("/OAB/" + site.oabIdentity + "/oab.xml");
      request.agent = bytes("Microsoft BITS/7.8");
      request.method = bytes("GET");
    }
  }

  /** The control panel as an administrator uses it: the same service that the exploit called. */
  private void controlPanel(Request request) {
    String[] paths = {
      "/ecp/PersonalSettings/EditAccount.svc/GetObject",
      "/ecp/DDI/DDIService.svc/GetList?schema=MailboxService",
      "/ecp/DDI/DDIService.svc/GetObject?schema=OABVirtualDirectory",
      "/ecp/DDI/DDIService.svc/SetObject?schema=Mailbox"
    };
    String[] path = paths[random.nextInt(paths.length)].split("\\?", 2);
    request.stream = Stream.ECP;
    request.stem = bytes(path[0]);
    request.query = path.length > 1 ? bytes("?" + path[1]) : NONE;
  }

  /** What a browser fetches around the pages. */
  private void page(Request request) {
    String[] paths = {
      "/owa/auth.owa",
      "/owa/auth/15.1.2106/themes/resources/logon.css",
      "/owa/auth/errorFE.aspx",
      "/owa/auth/15.1.2106/scripts/premium/flogon.js",
      "/owa/auth/logoff.aspx",
      "/ecp/15.1.2106.2/themes/default/main_default.css",
      "/ecp/15.1.2106.2/scripts/js.axd"
    };
    request.stem = bytes(paths[random.nextInt(paths.length)]);
    request.stream = request.stem[1] == 'e' ? Stream.ECP : Stream.OWA;
    boolean login = request.stem.length == "/owa/auth.owa".length();
    request.method = bytes(login ? "POST" : "GET");
    request.status = login ? 302 : 200;
    request.user = NONE;
    request.proxied = false;
  }

  private void scanner(Request request) {
    request.stem = bytes(SCANNED[random.nextInt(SCANNED.length)]);
    request.method = bytes(random.nextInt(10) == 0 ? "POST" : "GET");
    request.host = bytes(site.address);
    request.agent = bytes(SCANNERS[random.nextInt(SCANNERS.length)]);
    request.client = bytes("192.0.2." + (1 + random.nextInt(250)));
    request.status = random.nextInt(3) == 0 ? 200 : random.nextInt(2) == 0 ? 302 : 404;
    request.anchor = bytes("ServerVersion~-1942061522");
    request.hint = bytes("Unauthenticated-ServerVersion");
    request.proxied = false;
    request.seenByExchange = false;
    for (Stream stream : Stream.values()) {
      if (stream.isProxy() && starts(request.stem, stream.path)) {
        request.stream = stream;
        request.seenByExchange = true;
      }
    }
  }

  private void proxyRow(Request request) throws IOException {
    if (!writer.kept(request.stream)) {
      return;
    }
    ByteText text = writer.at(request.stream, request.milliseconds);
    text.add(date).add('T').timeOfDay(request.milliseconds, true).add("Z,").guid(random);
    text.add(version).add('{').guid(random).add("},").add(request.stream.folder).add(',');
    text.add(request.host).add(',').add(request.stem).add(',').add(request.action).add(',');
    text.add(request.authentication).add(',').add(request.user.length == 0 ? "false" : "true");
    text.add(',').add(request.user).add(",,").add(request.anchor).add(',');
    text.replacing(request.agent, 0, ',', ' ');
    text.add(',').add(request.client).add(',').add(site.server).add(',').number(request.status);
    text.add(',').add(request.proxied ? "200" : "").add(",,").add(request.method);
    text.add(request.proxied ? ",Proxy," : ",,").add(request.proxied ? site.fqdn : "");
    text.add(request.proxied ? ",15.01.2106.000,IntraForest," : ",,,").add(request.hint);
    text.add(",,,").number(random.nextInt(4)).add(',').number(random.nextInt(9_000)).add(',');
    text.number(random.nextInt(99_000)).add(",1,,").number(random.nextInt(30)).add(",1,,0,");
    text.number(random.nextInt(9)).add(";,").number(random.nextInt(9)).add(",,0,");
    text.number(random.nextInt(9)).add(",,0,");
    int total = 5 + random.nextInt(900);
    text.number(total).add(",0,0,1,0,").number(random.nextInt(total)).add(",0,0,0,,");
    text.number(random.nextInt(9)).add(',').number(total - 2).add(",0,").number(total - 3);
    text.add(",3,2,4,").number(total).add(",,").add(request.query).add(",,");
    text.add("BeginRequest=").add(date).add('T').timeOfDay(request.milliseconds, true);
    text.add("Z;CorrelationID=<empty>;ProxyState-Run=None;AccountForestGuard_");
    text.add(site.domain).add("=0;ProxyToDownLevel=False;RoutingEntry=");
    text.add(request.anchor).add("@0;SharedCacheGuard=0;EndRequest=").add(date).add('T');
    text.timeOfDay(request.milliseconds, true).add("Z;S:ServiceCommonMetadata.Cookie=");
    text.hex(random.nextLong(), 16).hex(random.nextLong(), 16).add(";,,,|RoutingDB:");
    text.guid(random).add(",,,\r\n");
  }

  private void iisRow(Stream stream, Request request, int port) throws IOException {
    ByteText text = writer.at(stream, request.milliseconds);
    text.add(date).add(' ').timeOfDay(request.milliseconds, false).add(' ');
    text.add(stream == Stream.IIS_BACK ? "fe80::1%7" : site.address).add(' ');
    text.add(request.method).add(' ').add(request.stem).add(' ');
    text.replacing(request.query, Math.min(1, request.query.length), ' ', '+');
    text.add("&CorrelationID=<empty>;&cafeReqId=").guid(random).add("; ").number(port).add(' ');
    if (request.user.length == 0) {
      text.add('-');
    } else {
      text.add(request.user);
    }
    text.add(' ').add(stream == Stream.IIS_BACK ? bytes("fe80::1%7") : request.client).add(' ');
    text.replacing(request.agent, 0, ' ', '+'); // IIS writes a space as a plus
    text.add(" - ").number(request.status).add(" 0 0 ").number(1 + random.nextInt(900));
    text.add("\r\n");
  }

  private static byte[] join(String start, byte[] end) {
    byte[] first = bytes(start);
    byte[] all = java.util.Arrays.copyOf(first, first.length + end.length);
    System.arraycopy(end, 0, all, first.length, end.length);
    return all;
  }

  private static boolean starts(byte[] text, String prefix) {
    byte[] wanted = bytes(prefix);
    return text.length >= wanted.length
        && java.util.Arrays.equals(text, 0, wanted.length, wanted, 0, wanted.length);
  }
}
