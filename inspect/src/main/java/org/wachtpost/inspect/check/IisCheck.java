package org.wachtpost.inspect.check;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.artefact.EcpCommand;
import org.wachtpost.inspect.log.Fields;
import org.wachtpost.inspect.log.LogFormat;
import org.wachtpost.inspect.log.Row;
import org.wachtpost.inspect.log.SliceTable;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/** I04, I14 and I15 over IIS's W3C logs. */
final class IisCheck extends LogCheck {
  private static final byte[] RESOURCE_COOKIE = Fields.bytes("x-beresource=");
  private static final byte[] ANON_COOKIE = Fields.bytes("x-anonresource-backend");

  private static final Pattern BACK_END_COOKIE =
      Pattern.compile("X-(?:BEResource|AnonResource-Backend)=([^;]*+)", Pattern.CASE_INSENSITIVE);

  /** Exchange's own cookie says a server and its version: no path, port, user or query. */
  private static final Pattern FORGED = Pattern.compile("[/?#@:\\\\\\]]");

  private static final int SESSION_STATUS = 241;

  /** What administrators call the column in which a proxy says for whom it asks. */
  private static final String[] FORWARDED = {
    "X-Forwarded-For", "cs(X-Forwarded-For)", "X-Real-IP", "True-Client-IP"
  };

  private final Rules rules;
  private final PageUses uses;
  private final Gateways gateways;
  private final ZoneId zone;
  private final SliceTable stems = new SliceTable(Stems::judge);
  private final KnownAddresses clients;
  private @Nullable SliceTable forwards;
  private int date;
  private int method;
  private int stem;
  private int query;
  private int client;
  private int forwarded;
  private int agent;
  private int status;
  private int cookie;
  private int user;

  IisCheck(Examination shared) {
    super(shared.sink(), LogFormat.W3C);
    this.rules = shared.rules();
    this.uses = shared.pageUses();
    this.gateways = shared.gateways();
    this.zone = shared.iisZone();
    this.clients = new KnownAddresses(rules);
  }

  @Override
  public int[] fields(Fields header) {
    hours().columns(header.index("date"), header.index("time"));
    hours().zone(zone);
    date = header.index("date");
    method = header.index("cs-method");
    stem = header.index("cs-uri-stem");
    query = header.index("cs-uri-query");
    client = header.index("c-ip");
    forwarded = Fields.ABSENT;
    for (int i = 0; i < FORWARDED.length && forwarded == Fields.ABSENT; i++) {
      forwarded = header.index(FORWARDED[i]);
    }
    if (forwarded != Fields.ABSENT && forwards == null) {
      forwards =
          new SliceTable(
              text -> rules.address(Urls.forwarded(text.replace('+', ' '))).isPresent() ? 1 : 0);
    }
    agent = header.index("cs(User-Agent)");
    status = header.index("sc-status");
    cookie = header.index("cs(Cookie)");
    user = header.index("cs-username");
    // The other columns are cut when a row turns out to matter.
    return new int[] {date, header.index("time"), method, stem, client, cookie, forwarded};
  }

  @Override
  public void row(Row row) {
    hours().row(row);
    int flags = stems.judge(row, stem);
    boolean odd =
        (flags & ~(Stems.STATIC | Stems.AUTH_PAGE)) != 0 || flags != 0 && post(row, method);
    boolean known = clients.contains(row, client);
    if (forwards != null && forwarded != Fields.ABSENT) {
      known |= forwards.judge(row, forwarded) != 0;
    }
    boolean sample = isSample(row);
    if (odd || known || sample) {
      row.cutAll(LogFormat.W3C);
    }
    if (sample && row.number(status) == 200) {
      gateways.served(Urls.client(text(row, client)), text(row, user), row.text(date));
    }
    if (odd) {
      odd(row, flags);
    }
    if (known) {
      knownClient(row);
    }
    if (cookie != Fields.ABSENT
        && (row.containsAnyCase(cookie, RESOURCE_COOKIE)
            || row.containsAnyCase(cookie, ANON_COOKIE))) {
      row.cutAll(LogFormat.W3C);
      cookie(row);
    }
  }

  private void odd(Row row, int flags) {
    if ((flags & (Stems.STRANGE_PAGE | Stems.OTHER_PAGE)) != 0) {
      page(row, (flags & Stems.STRANGE_PAGE) != 0);
    }
    if ((flags & Stems.AUTODISCOVER_JSON) != 0) {
      laterChain(row);
    }
    if ((flags & Stems.OWASSRF) != 0) {
      boolean worked = row.number(status) == 200;
      sink()
          .report(
              sighting(
                      CheckId.I04,
                      row,
                      worked ? Stage.SESSION_GRANTED : Stage.ATTEMPTED,
                      "OWASSRF: PowerShell through Outlook on the web")
                  .because(
                      worked ? Confidence.HIGH : Confidence.MEDIUM,
                      "nothing but the exploit asks for PowerShell under /owa/")
                  .see(Published.OWASSRF)
                  .detail("chain", "OWASSRF"));
    }
    if ((flags & Stems.LOOT) != 0) {
      loot(row);
    }
    if ((flags & Stems.AUTH_PAGE) != 0) {
      ownPage(row);
    }
    if ((flags & Stems.SETTINGS) != 0) {
      settings(row);
    }
    if ((flags & (Stems.MADE_UP | Stems.STATIC)) != 0) {
      address(row, (flags & Stems.MADE_UP) != 0);
    }
  }

  private void page(Row row, boolean strange) {
    if (itself(row) && row.number(status) >= 300) {
      return;
    }
    String page = Stems.run(Urls.plain(row.text(stem)));
    if (Stems.foreign(page) && !answered(row)) {
      return; // scanners of other software ask every server for its pages
    }
    uses.add(
        new PageUses.Request(
            page,
            row.text(method),
            row.number(status),
            client(row),
            peer(row),
            text(row, agent),
            text(row, query),
            strange,
            hours().moment(row),
            Source.line(path(), row.line())));
  }

  private void laterChain(Row row) {
    String name = text(row, user);
    ChainRules.Hidden hidden =
        ChainRules.autodiscover(row.text(stem) + "?" + text(row, query), !name.isEmpty());
    if (hidden != null) {
      sink()
          .report(
              LaterChains.grade(
                      CheckId.I04,
                      hidden,
                      row.text(status),
                      "",
                      new LaterChains.Place(
                          Source.line(path(), row.line()), hours().moment(row), client(row)))
                  .detail("peer", peer(row))
                  .detail("proxy", proxy(row))
                  .detail("userAgent", text(row, agent))
                  .detail("user", name)
                  .detail("url", row.text(stem) + "?" + text(row, query)));
    }
  }

  /** A POST in an exploit's form: the target is in a cookie that IIS does not log by default. */
  private void address(Row row, boolean madeUp) {
    boolean post = post(row, method);
    int answer = row.number(status);
    Sighting sighting;
    if (post && madeUp && answer == SESSION_STATUS) {
      sighting =
          sighting(
                  CheckId.I04,
                  row,
                  Stage.SESSION_GRANTED,
                  "ProxyLogon: administrator session granted")
              .because(Confidence.HIGH, "status 241 hands out the control panel's session");
    } else if (post && answer == 200) {
      sighting =
          sighting(CheckId.I04, row, Stage.ATTEMPTED, "exploit's request answered")
              .because(
                  Confidence.MEDIUM,
                  "a POST to a static or made-up file answered as if the back end had");
    } else {
      sighting =
          sighting(CheckId.I04, row, Stage.PROBED, "request in an exploit's form")
              .because(
                  post ? Confidence.MEDIUM : Confidence.LOW,
                  "asks for a name that Exchange does not have");
    }
    sink().report(sighting.see(Published.VOLEXITY));
  }

  /**
   * Pages of Exchange were changed in place too, to be talked to under their own names; and who has
   * the machine key makes them run what he sends. Scripts that guess passwords send something to
   * the pages that take it, on every server: that alone is nothing.
   */
  private void ownPage(Row row) {
    String program = rules.agent(text(row, agent)).orElse("");
    boolean shell = program.equals("shell");
    boolean quiet = Stems.sentNothing(Urls.plain(row.text(stem)));
    boolean ran = answered(row) || quiet && row.number(status) == 500;
    if (!post(row, method) || !ran || !shell && !quiet) {
      return;
    }
    sink()
        .report(
            sighting(
                    CheckId.I14,
                    row,
                    Stage.SHELL_USED,
                    "page of Exchange was sent something and answered")
                .because(
                    shell ? Confidence.MEDIUM : Confidence.LOW,
                    (shell ? "a program that talks to web shells asked for it" : "it takes nothing")
                        + "; look whether it was changed, and whether the machine key is known")
                .see(Published.VOLEXITY)
                .sameAs(client(row) + " " + row.text(stem)));
  }

  private void loot(Row row) {
    int answer = row.number(status);
    if ((answer != 200 && answer != 206) || itself(row)) {
      return;
    }
    String path = Urls.plain(row.text(stem));
    boolean offered = path.lastIndexOf('/') == 0 && Stems.archive(path);
    sink()
        .report(
            sighting(
                    CheckId.I14,
                    row,
                    Stage.AFTER,
                    "archive, dump or mailbox fetched from a web folder")
                .because(
                    offered ? Confidence.LOW : Confidence.MEDIUM,
                    "Exchange serves no such file; intruders put there what they want to fetch"
                        + (offered ? ", administrators what they offer" : ""))
                .see(Published.ATTACK + "T1567/")
                .sameAs(client(row) + " " + row.text(stem)));
  }

  /**
   * The back end's side of CVE-2021-27065: the front end asks with its own account where an
   * administrator's requests come in the administrator's name. It asks from the server itself: who
   * made it do so stands in the front end's logs alone.
   */
  private void settings(Row row) {
    String name = text(row, user);
    if (!post(row, method)) {
      return;
    }
    String asked = Urls.plain(text(row, query));
    boolean reset = asked.contains("schema=reset") && asked.contains("virtualdirectory");
    if (!name.endsWith("$")) {
      if (reset) {
        resetByPerson(row, name);
      }
      return;
    }
    // Exchange itself marks what is missing so.
    boolean code = EcpCommand.markup(asked.replace("<empty>", "")) != null;
    boolean worked = row.number(status) == 200;
    String canary = Canaries.in(text(row, query));
    String from = client(row);
    Instant moment = hours().moment(row);
    sink()
        .report(
            new Sighting(
                    CheckId.I04,
                    worked ? Stage.WRITTEN : Stage.ATTEMPTED,
                    worked
                        ? "ProxyLogon: the server's own account changed its settings"
                        : "ProxyLogon: the server's own account tried to change its settings",
                    Source.line(path(), row.line()))
                .at(moment)
                .because(reset || code ? Confidence.HIGH : Confidence.MEDIUM, why(code, reset))
                .decisive(code && worked)
                .see(Published.SIGMA_RESET)
                .detail("client", Urls.outside(from) ? from : "")
                .detail("path", row.text(stem))
                .detail("status", row.text(status))
                .detail("user", name)
                .detail("query", text(row, query))
                .detail("canary", canary)
                .detail("chain", "ProxyLogon")
                .sameAs(
                    canary != null
                        ? canary
                        : moment == null ? name : moment.truncatedTo(ChronoUnit.HOURS).toString()));
  }

  /** A reset that somebody asked for from the Internet, with whatever name. */
  private void resetByPerson(Row row, String name) {
    if (row.number(status) != 200 || !Urls.outside(client(row))) {
      return;
    }
    sink()
        .report(
            sighting(CheckId.I04, row, Stage.WRITTEN, "virtual directory reset from outside")
                .because(
                    name.isEmpty() ? Confidence.MEDIUM : Confidence.LOW,
                    name.isEmpty()
                        ? "it writes a file to a path of the sender's choice, and nobody was"
                            + " logged on"
                        : "it writes a file to a path of the sender's choice; administrators seldom"
                            + " do so from outside")
                .see(Published.FIREEYE)
                .detail("user", name)
                .detail("query", text(row, query))
                .detail("canary", Canaries.in(text(row, query))));
  }

  private static String why(boolean code, boolean reset) {
    if (code) {
      return "no setting holds code";
    }
    return reset
        ? "no administrator: a forged reset of a virtual directory looks so at the back end"
        : "no administrator: forged requests look so at the back end";
  }

  private void cookie(Row row) {
    String forged = forged(text(row, cookie));
    if (forged == null && !row.containsAnyCase(cookie, ANON_COOKIE)) {
      return;
    }
    Anchor target = forged == null ? null : Anchor.of("ServerInfo~" + forged, "");
    boolean session = row.number(status) == SESSION_STATUS;
    boolean written = row.number(status) == 200 && target != null && target.writes();
    sink()
        .report(
            sighting(
                    CheckId.I04,
                    row,
                    written ? Stage.WRITTEN : session ? Stage.SESSION_GRANTED : Stage.ATTEMPTED,
                    "ProxyLogon's cookie in a request")
                .because(
                    Confidence.HIGH,
                    "the cookie names a back end of the client's choice; the answer was "
                        + row.text(status))
                .see(Published.VOLEXITY)
                .detail("cookie", text(row, cookie))
                .detail("target", target == null ? "" : target.path())
                .detail("canary", target == null ? "" : target.canary())
                .detail("chain", "ProxyLogon"));
  }

  /** The first target in cookies that is none of Exchange's own; null without one. */
  private static @Nullable String forged(String cookies) {
    Matcher cookie = BACK_END_COOKIE.matcher(cookies);
    while (cookie.find()) {
      if (FORGED.matcher(cookie.group(1)).find()) {
        return cookie.group(1);
      }
    }
    return null;
  }

  private void knownClient(Row row) {
    String seen = Urls.client(text(row, client));
    String address = rules.address(seen).isPresent() ? seen : client(row);
    sink()
        .report(
            sighting(CheckId.I15, row, Stage.PROBED, "client address published as an attacker's")
                .because(Confidence.LOW, "weak alone: addresses change hands")
                .see(rules.address(address).orElse(Published.CISA))
                .detail("client", address)
                .sameAs(address));
  }

  /** For whom a proxy asked, if it says so; else who asked. */
  private String client(Row row) {
    String asked = forwarded == Fields.ABSENT ? "" : Urls.forwarded(text(row, forwarded));
    return asked.isEmpty() ? Urls.client(text(row, client)) : asked;
  }

  /** Who asked from outside, if it is somebody else than for whom he says that he asks. */
  private String peer(Row row) {
    String asked = Urls.client(text(row, client));
    return Urls.outside(asked) && !asked.equals(client(row)) ? asked : "";
  }

  /** The organisation's own proxy, if it said for whom it asked. */
  private String proxy(Row row) {
    String asked = Urls.client(text(row, client));
    return Urls.outside(asked) || asked.equals(client(row)) ? "" : asked;
  }

  private boolean answered(Row row) {
    return row.number(status) >= 200 && row.number(status) < 300;
  }

  /** Whether the server asked itself; a client that only says so is not believed. */
  private boolean itself(Row row) {
    return Urls.loopback(Urls.client(text(row, client))) && Urls.loopback(client(row));
  }

  private Sighting sighting(CheckId check, Row row, Stage stage, String title) {
    String address = client(row);
    return new Sighting(check, stage, title, Source.line(path(), row.line()))
        .at(hours().moment(row))
        .detail("client", address)
        .detail("peer", peer(row))
        .detail("proxy", proxy(row))
        .detail("path", row.text(stem))
        .detail("method", row.text(method))
        .detail("status", row.text(status))
        .detail("userAgent", text(row, agent))
        .detail("program", rules.agent(text(row, agent)).orElse(""))
        .sameAs(address + " " + peer(row));
  }

  /** A column's text; W3C writes a dash for nothing and a plus for a space. */
  private static String text(Row row, int column) {
    String text = row.text(column);
    return text.equals("-") ? "" : text.replace('+', ' ');
  }
}
