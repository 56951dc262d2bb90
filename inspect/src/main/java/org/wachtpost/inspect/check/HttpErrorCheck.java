package org.wachtpost.inspect.check;

import java.util.Locale;
import java.util.Set;
import org.wachtpost.inspect.log.Fields;
import org.wachtpost.inspect.log.LogFormat;
import org.wachtpost.inspect.log.Row;
import org.wachtpost.inspect.log.SliceTable;
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/**
 * I04, I14 and I15 over HTTPERR: requests that the system's HTTP driver refused, or that broke off,
 * and that the web server's own logs therefore lack; and the times in which a pool was down.
 */
final class HttpErrorCheck extends LogCheck {
  private static final int UNAVAILABLE = 503;
  private static final int EXPLOIT =
      Stems.MADE_UP | Stems.STATIC | Stems.AUTODISCOVER_JSON | Stems.OWASSRF;

  /** The request had reached the pool's process when it broke off. */
  private static final Set<String> BROKE_OFF =
      Set.of(
          "connection_abandoned_by_reqqueue",
          "connection_abandoned_by_apppool",
          "connection_dropped",
          "timer_response");

  private final Rules rules;
  private final PageUses uses;
  private final SliceTable addresses = new SliceTable(Stems::judge);
  private final KnownAddresses clients;
  private Outages outages = new Outages();
  private SourceTracker tracker = SourceBook.tracker("");
  private int client;
  private int method;
  private int address;
  private int status;
  private int reason;
  private int pool;

  HttpErrorCheck(FindingSink sink, Rules rules, PageUses uses) {
    super(sink, LogFormat.W3C);
    this.rules = rules;
    this.uses = uses;
    this.clients = new KnownAddresses(rules);
  }

  @Override
  void begin(String file, SourceTracker covered) {
    super.begin(file, covered);
    tracker = covered;
    outages = new Outages();
  }

  @Override
  void end() {
    super.end();
    outages.notes().forEach(tracker::note);
  }

  @Override
  public int[] fields(Fields header) {
    hours().columns(header.index("date"), header.index("time"));
    client = header.index("c-ip");
    method = header.index("cs-method");
    address = header.index("cs-uri");
    status = header.index("sc-status");
    reason = header.index("s-reason");
    pool = header.index("s-queuename");
    return new int[] {
      header.index("date"), header.index("time"), client, method, address, status, reason, pool
    };
  }

  @Override
  public void row(Row row) {
    hours().row(row);
    if (row.number(status) == UNAVAILABLE && row.length(pool) > 1) {
      outages.add(row.text(pool), row.text(reason), hours().moment(row));
    }
    int flags = addresses.judge(row, address);
    if (flags != Stems.ORDINARY) {
      odd(row, flags);
    }
    if (clients.contains(row, client)) {
      String known = client(row);
      sink()
          .report(
              sighting(CheckId.I15, row, Stage.PROBED, "client address published as an attacker's")
                  .because(Confidence.LOW, "weak alone: addresses change hands")
                  .see(rules.address(known).orElse(Published.CISA)));
    }
  }

  private void odd(Row row, int flags) {
    String asked = row.text(address);
    boolean hidden =
        (flags & Stems.AUTODISCOVER_JSON) == 0 || ChainRules.autodiscover(asked, false) != null;
    boolean posted = (flags & Stems.STATIC) == 0 || post(row, method);
    if ((flags & EXPLOIT) != 0 && hidden && posted) {
      sink()
          .report(
              sighting(CheckId.I04, row, Stage.PROBED, "request in an exploit's form, refused")
                  .because(
                      Confidence.MEDIUM,
                      "the system refused it before Exchange could see it: " + row.text(reason))
                  .see(Published.VOLEXITY));
    }
    if ((flags & (Stems.STRANGE_PAGE | Stems.OTHER_PAGE)) != 0) {
      page(row, asked, (flags & Stems.STRANGE_PAGE) != 0);
    }
  }

  private void page(Row row, String asked, boolean strange) {
    String plain = Urls.plain(asked);
    int query = plain.indexOf('?');
    String page = query < 0 ? plain : plain.substring(0, query);
    if (Stems.foreign(page)) {
      return;
    }
    if (!BROKE_OFF.contains(row.text(reason).toLowerCase(Locale.ROOT))) {
      uses.add(
          new PageUses.Request(
              page,
              row.text(method),
              UNAVAILABLE, // the driver's own 500 is no answer of the page either
              client(row),
              "",
              "",
              query < 0 ? "" : plain.substring(query + 1),
              strange,
              hours().moment(row),
              Source.line(path(), row.line())));
    } else if (strange) {
      sink()
          .report(
              sighting(
                      CheckId.I14,
                      row,
                      // who only looks whether a page is there sends nothing to it
                      query >= 0 || post(row, method) ? Stage.ATTEMPTED : Stage.PROBED,
                      "request for a page that does not belong broke off")
                  .because(
                      Confidence.MEDIUM,
                      "it had reached the web server's process; whether the page was there and ran"
                          + " is not said")
                  .see(Published.SHELLS));
    }
  }

  private Sighting sighting(CheckId check, Row row, Stage stage, String title) {
    return new Sighting(check, stage, title, Source.line(path(), row.line()))
        .at(hours().moment(row))
        .detail("client", client(row))
        .detail("path", row.text(address))
        .detail("method", row.text(method))
        .detail("status", row.text(status))
        .detail("refusal", row.text(reason))
        .detail("pool", row.text(pool))
        .sameAs(client(row));
  }

  private String client(Row row) {
    return Urls.client(row.text(client));
  }
}
