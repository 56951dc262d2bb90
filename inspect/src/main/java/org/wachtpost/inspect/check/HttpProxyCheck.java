package org.wachtpost.inspect.check;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.log.Fields;
import org.wachtpost.inspect.log.LogFormat;
import org.wachtpost.inspect.log.Row;
import org.wachtpost.inspect.log.SliceTable;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/**
 * I03, I04 and I15 over the front end's HttpProxy logs: ProxyLogon's forged requests in all their
 * steps, and the later chains.
 *
 * <p>Ordinary rows cost a look at four columns; only a row with something odd in one of them is
 * turned into text.
 */
final class HttpProxyCheck extends LogCheck {
  private static final byte[] SERVER_INFO = Fields.bytes("ServerInfo~");
  private static final byte[] SERVER = Fields.bytes("Server~");
  private static final byte[] SLASH = Fields.bytes("/");
  private static final byte[] BACKSLASH = Fields.bytes("\\");
  private static final byte[] X_BE_RESOURCE = Fields.bytes("X-BEResource");
  private static final byte[] X_ANON_RESOURCE = Fields.bytes("X-AnonResource");
  private static final String[] VERSION = {
    "MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion"
  };
  private static final int MAX_ROW_CHARACTERS = 256 * 1024;

  private final Rules rules;
  private final ServerFacts facts;
  private final Gateways gateways;
  private final SliceTable stems = new SliceTable(Stems::judge);
  private final KnownAddresses clients;
  private Fields fields = new Fields(List.of());
  private int[] columns = {};
  private int time;
  private int stem;
  private int anchor;
  private int client;
  private int hint;
  private int cookie;
  private int method;
  private int user;
  private int status;
  private int[] version = {};
  private boolean versionTaken;
  private String headVersion = "";
  private String headPath = "";
  private String rowsVersion = "";
  private String rowsPath = "";

  HttpProxyCheck(FindingSink sink, Rules rules, ServerFacts facts, Gateways gateways) {
    super(sink, LogFormat.COMMA);
    this.gateways = gateways;
    this.rules = rules;
    this.facts = facts;
    this.clients = new KnownAddresses(rules);
  }

  @Override
  public int[] fields(Fields header) {
    versionTaken = false;
    if (header != fields) {
      // A server's files mostly have the same header: its columns are looked up once.
      fields = header;
      time = header.index("DateTime");
      stem = header.index("UrlStem");
      anchor = header.index("AnchorMailbox");
      client = header.index("ClientIpAddress");
      hint = header.index("RoutingHint");
      cookie = header.index("BackEndCookie");
      method = header.index("Method");
      user = header.index("AuthenticatedUser");
      status = header.index("HttpStatus");
      version = Arrays.stream(VERSION).mapToInt(header::index).toArray();
      columns =
          IntStream.concat(
                  IntStream.of(time, stem, anchor, client, method, hint, cookie),
                  Arrays.stream(version))
              .toArray();
    }
    hours().columns(time, Fields.ABSENT);
    return columns;
  }

  @Override
  public void directive(String text, long line) {
    // Thousands of files say the same; of those the first in the order of names is told of.
    boolean said = text.equals(headVersion) && path().compareTo(headPath) >= 0;
    if (text.startsWith("Version:") && !said) {
      headVersion = text;
      headPath = path();
      facts.logVersion(text.substring("Version:".length()).strip(), path(), line);
    }
  }

  @Override
  public void row(Row row) {
    hours().row(row);
    int flags = stems.judge(row, stem) & ~Stems.AUTH_PAGE;
    boolean forged =
        row.startsWith(anchor, SERVER_INFO)
            || (row.startsWith(cookie, SERVER)
                && (row.contains(cookie, SLASH) || row.contains(cookie, BACKSLASH)));
    boolean hinted = row.startsWith(hint, X_BE_RESOURCE) || row.startsWith(hint, X_ANON_RESOURCE);
    boolean known = clients.contains(row, client);
    // Both columns stand before others that are cut.
    if (isSample(row) && row.length(user) > 0 && row.number(status) == 200) {
      gateways.served(Urls.client(row.text(client)), row.text(user), row.text(time));
    }
    boolean asked = flags != 0 && (flags != Stems.STATIC || post(row, method));
    if (!versionTaken) {
      versionTaken = true;
      String now = version(row);
      if (!now.equals(rowsVersion) || path().compareTo(rowsPath) < 0) {
        rowsVersion = now;
        rowsPath = path();
        facts.columnsVersion(now, path(), row.line());
      }
    }
    if (asked || forged || hinted || known) {
      odd(row, flags, forged, hinted, known);
    }
  }

  private String version(Row row) {
    StringJoiner text = new StringJoiner(".");
    for (int column : version) {
      text.add(row.text(column));
    }
    return text.toString();
  }

  private void odd(Row row, int flags, boolean forged, boolean hinted, boolean known) {
    ProxyRow request = request(row);
    Anchor target = forged ? Anchor.of(request.anchor(), request.cookie()) : null;
    if (target != null) {
      forged(request, target);
    }
    if ((flags & Stems.AUTODISCOVER_JSON) != 0) {
      laterChain(request);
    }
    if ((flags & Stems.OWASSRF) != 0) {
      owassrf(request);
    }
    if (target == null) {
      oddAddress(request, flags, hinted);
    }
    if (known) {
      knownClient(request);
    }
  }

  private ProxyRow request(Row row) {
    List<String> cells = Csv.cells(row.line(MAX_ROW_CHARACTERS));
    return new ProxyRow(hours().moment(row), row.line(), fields, cells);
  }

  private void forged(ProxyRow request, Anchor target) {
    Sighting sighting;
    String agent = request.agent().toLowerCase(Locale.ROOT);
    boolean callback = rules.callback(target.host());
    if (target.self() && harmless(request, target)) {
      boolean nmap = agent.contains("nmap") || target.path().startsWith("/ecp/default.flt");
      sighting =
          sighting(request, Stage.PROBED, "ProxyLogon probe of the server itself")
              .because(
                  Confidence.HIGH,
                  nmap
                      ? "the form that nmap's script leaves"
                      : "the forged request went to localhost, where nothing can be stolen")
              .see(Published.NMAP);
    } else if (callback || !request.session() && !target.own(request.server(), request.target())) {
      sighting =
          sighting(
                  request,
                  callback ? Stage.PROBED : Stage.ATTEMPTED,
                  "ProxyLogon: made the server call a foreign host")
              .because(
                  callback ? Confidence.HIGH : Confidence.MEDIUM,
                  callback
                      ? "the host only shows whether the hole is there"
                      : "the forged request names a host that is not this server's")
              .see(Published.PROXYLOGON_LOGS);
    } else {
      sighting = own(request, target);
    }
    sink()
        .report(
            sighting
                .detail("chain", "ProxyLogon")
                .detail("anchorMailbox", request.anchor())
                .detail("backEndCookie", request.anchor().isEmpty() ? request.cookie() : "")
                .detail("target", target.path())
                .detail("targetHost", target.host())
                .detail("canary", target.canary())
                .sameAs(request.client() + " " + target.target() + " " + target.host()));
  }

  /** Whether the server was made to ask itself for something of which nothing comes. */
  private static boolean harmless(ProxyRow request, Anchor target) {
    return switch (target(request, target)) {
      case SESSION, WRITE_SETTINGS, RESET -> false;
      case READ_SETTINGS, EWS -> !request.succeeded();
      case AUTODISCOVER, MAPI, OTHER -> true;
    };
  }

  /** What was asked for, whatever it was called: the answer that opens a session tells. */
  private static Anchor.Target target(ProxyRow request, Anchor target) {
    Anchor.Target asked = target.target();
    return asked == Anchor.Target.OTHER && request.session() ? Anchor.Target.SESSION : asked;
  }

  private Sighting own(ProxyRow request, Anchor target) {
    boolean worked = request.succeeded();
    String answer = "the answer was " + (request.status().isEmpty() ? "none" : request.status());
    return switch (target(request, target)) {
      case SESSION ->
          request.session()
              ? sighting(
                      request, Stage.SESSION_GRANTED, "ProxyLogon: administrator session granted")
                  .because(Confidence.HIGH, "status 241 hands out the control panel's session")
              : attempted(request, "ProxyLogon: asked for an administrator session", answer);
      case WRITE_SETTINGS ->
          worked
              ? sighting(request, Stage.WRITTEN, "ProxyLogon: changed the server's settings")
                  .because(Confidence.HIGH, "a forged SetObject request succeeded")
              : attempted(request, "ProxyLogon: tried to change the server's settings", answer);
      case RESET ->
          worked
              ? sighting(
                      request, Stage.WRITTEN, "ProxyLogon: wrote a file by resetting a directory")
                  .because(
                      Confidence.HIGH,
                      "a forged reset of a virtual directory succeeded; it writes a file to a path"
                          + " of the sender's choice")
                  .decisive(true)
              : attempted(request, "ProxyLogon: tried to reset a virtual directory", answer);
      case READ_SETTINGS ->
          worked
              ? sighting(request, Stage.SESSION_GRANTED, "ProxyLogon: read the server's settings")
                  .because(Confidence.HIGH, "a forged request to the control panel succeeded")
              : attempted(request, "ProxyLogon: tried to read the server's settings", answer);
      case EWS ->
          worked
              ? sighting(request, Stage.AFTER, "ProxyLogon: read mail as the server (EWS)")
                  .because(Confidence.HIGH, "a forged request to Exchange Web Services succeeded")
                  .see(Published.VOLEXITY)
              : attempted(request, "ProxyLogon: tried to read mail as the server (EWS)", answer);
      case AUTODISCOVER -> attempted(request, "ProxyLogon: looked for mailboxes", answer);
      case MAPI -> attempted(request, "ProxyLogon: looked up an identity (MAPI)", answer);
      case OTHER -> attempted(request, "ProxyLogon: sent a forged request", answer);
    };
  }

  private Sighting attempted(ProxyRow request, String title, String answer) {
    return sighting(request, Stage.ATTEMPTED, title).because(Confidence.HIGH, answer);
  }

  private void laterChain(ProxyRow request) {
    String url = request.stem() + "?" + request.query();
    ChainRules.Hidden hidden = ChainRules.autodiscover(url, request.authenticated());
    if (hidden == null) {
      return;
    }
    sink()
        .report(
            LaterChains.grade(
                    CheckId.I03,
                    hidden,
                    request.status(),
                    request.backEndStatus(),
                    new LaterChains.Place(
                        Source.line(path(), request.line()), request.time(), request.client()))
                .detail("requestId", request.requestId())
                .detail("userAgent", request.agent())
                .detail("user", request.user())
                .detail("url", url));
  }

  private void owassrf(ProxyRow request) {
    boolean worked = request.succeeded();
    sink()
        .report(
            sighting(
                    request,
                    worked ? Stage.SESSION_GRANTED : Stage.ATTEMPTED,
                    "OWASSRF: PowerShell through Outlook on the web")
                .because(
                    worked ? Confidence.HIGH : Confidence.MEDIUM,
                    "nothing but the exploit asks for PowerShell under /owa/; status "
                        + request.status())
                .see(Published.OWASSRF)
                .detail("chain", "OWASSRF")
                .detail("url", request.stem())
                .sameAs(request.client()));
  }

  private void oddAddress(ProxyRow request, int flags, boolean hinted) {
    boolean post = request.method().equalsIgnoreCase("POST");
    boolean madeUp = (flags & Stems.MADE_UP) != 0;
    boolean statics = (flags & Stems.STATIC) != 0 && post;
    if (!madeUp && !statics && !hinted) {
      return;
    }
    String program = rules.agent(request.agent()).orElse("");
    boolean strong = (madeUp || statics) && (post || hinted || program.equals("shell"));
    sink()
        .report(
            new Sighting(
                    CheckId.I04,
                    Stage.PROBED,
                    "request in an exploit's form",
                    Source.line(path(), request.line()))
                .at(request.time())
                .because(
                    strong ? Confidence.MEDIUM : Confidence.LOW,
                    hinted
                        ? "routed by a cookie that only exploits send; no target was logged"
                        : "asks for a name that Exchange does not have")
                .see(Published.VOLEXITY)
                .detail("client", request.client())
                .detail("userAgent", request.agent())
                .detail("program", program)
                .detail("path", request.stem())
                .detail("status", request.status())
                .detail("method", request.method())
                .detail("requestId", request.requestId())
                .sameAs(request.client() + " " + strong));
  }

  private void knownClient(ProxyRow request) {
    Optional<String> reference = rules.address(request.client());
    sink()
        .report(
            new Sighting(
                    CheckId.I15,
                    Stage.PROBED,
                    "client address published as an attacker's",
                    Source.line(path(), request.line()))
                .at(request.time())
                .because(Confidence.LOW, "weak alone: addresses change hands")
                .see(reference.orElse(Published.CISA))
                .detail("client", request.client())
                .detail("path", request.stem())
                .detail("status", request.status())
                .sameAs(request.client()));
  }

  private Sighting sighting(ProxyRow request, Stage stage, String title) {
    return new Sighting(CheckId.I03, stage, title, Source.line(path(), request.line()))
        .at(request.time())
        .see(Published.PROXYLOGON_LOGS)
        .detail("client", request.client())
        .detail("userAgent", request.agent())
        .detail("program", rules.agent(request.agent()).orElse(""))
        .detail("host", request.host())
        .detail("path", request.stem())
        .detail("status", request.status())
        .detail("requestId", request.requestId())
        .detail("user", request.user());
  }

  /** A row as text, by the header's names. */
  private record ProxyRow(@Nullable Instant time, long line, Fields fields, List<String> cells) {
    private String cell(String name) {
      int index = fields.index(name);
      return index >= 0 && index < cells.size() ? cells.get(index) : "";
    }

    String stem() {
      return cell("UrlStem");
    }

    String query() {
      return cell("UrlQuery");
    }

    String anchor() {
      return cell("AnchorMailbox");
    }

    String cookie() {
      return cell("BackEndCookie");
    }

    String client() {
      return Urls.forwarded(cell("ClientIpAddress"));
    }

    String agent() {
      return cell("UserAgent");
    }

    String host() {
      return cell("UrlHost");
    }

    String status() {
      return cell("HttpStatus");
    }

    String backEndStatus() {
      return cell("BackEndStatus");
    }

    String method() {
      return cell("Method");
    }

    String requestId() {
      return cell("RequestId");
    }

    String user() {
      return cell("AuthenticatedUser");
    }

    String server() {
      return cell("ServerHostName");
    }

    String target() {
      return cell("TargetServer");
    }

    boolean authenticated() {
      return !user().isEmpty();
    }

    boolean succeeded() {
      return status().equals("200") || session();
    }

    /** Nothing but the control panel's log-on answers so. */
    boolean session() {
      return status().equals("241");
    }
  }
}
