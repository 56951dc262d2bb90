package org.wachtpost.inspect.check;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/**
 * I14: who asked for pages that do not belong, and what they got; front end and back end joined.
 * Any thread.
 */
public final class PageUses {
  /** Different pages remembered; scanners ask for thousands. */
  public static final int MAX_PAGES = 20_000;

  /** Different clients remembered per page or names per scanner. */
  public static final int MAX_CLIENTS = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Use> pages = new LinkedHashMap<>();
  private final Map<String, Scan> scans = new LinkedHashMap<>();
  private long forgotten;

  /** One request as IIS logged it. */
  record Request(
      String page,
      String method,
      int status,
      String client,
      String agent,
      String query,
      boolean strange,
      @Nullable Instant time,
      Source source) {
    /** A server takes addresses of 16 KiB; what tells one page from another is shorter. */
    private static final int MAX_CHARACTERS = 1_000;

    private Request shortened() {
      return new Request(
          shortened(page),
          shortened(method),
          status,
          shortened(client),
          shortened(agent),
          shortened(query),
          strange,
          time,
          source);
    }

    private static String shortened(String text) {
      return text.length() > MAX_CHARACTERS ? text.substring(0, MAX_CHARACTERS) : text;
    }
  }

  private static final class Use {
    final Request first;
    final Set<String> clients = new LinkedHashSet<>();
    final Set<String> methods = new TreeSet<>();
    final Set<String> agents = new LinkedHashSet<>();
    boolean posted;
    long answered;
    @Nullable Instant firstTime;
    @Nullable Instant lastTime;
    @Nullable Instant goneTime;
    Source source;

    Use(Request first) {
      this.first = first;
      this.source = first.source();
    }
  }

  private static final class Scan {
    final Set<String> names = new LinkedHashSet<>();
    final Request first;
    long requests;
    @Nullable Instant firstTime;
    @Nullable Instant lastTime;

    Scan(Request first) {
      this.first = first;
    }
  }

  /** A request for a page that Exchange does not have. */
  void add(Request seen) {
    Request request = seen.shortened();
    lock.lock();
    try {
      if (request.status() >= 200 && request.status() < 300 || request.status() == 500) {
        answered(request);
      } else {
        refused(request);
      }
    } finally {
      lock.unlock();
    }
  }

  private void answered(Request request) {
    Use use = pages.get(request.page());
    if (use == null) {
      if (pages.size() >= MAX_PAGES) {
        forgotten++;
        return;
      }
      use = new Use(request);
      pages.put(request.page(), use);
    }
    use.answered++;
    if (request.status() < 300) {
      use.posted |= request.method().equalsIgnoreCase("POST");
    }
    if (use.clients.size() < MAX_CLIENTS) {
      use.clients.add(request.client());
      use.methods.add(request.method());
      use.agents.add(request.agent());
    }
    Instant time = request.time();
    if (time != null) {
      if (use.firstTime == null || time.isBefore(use.firstTime)) {
        use.firstTime = time;
        use.source = request.source();
      }
      if (use.lastTime == null || time.isAfter(use.lastTime)) {
        use.lastTime = time;
      }
    }
  }

  private void refused(Request request) {
    Use use = pages.get(request.page());
    if (use != null) {
      Instant time = request.time();
      if (time != null && (use.goneTime == null || time.isBefore(use.goneTime))) {
        use.goneTime = time;
      }
    }
    if (!request.strange()) {
      return;
    }
    Scan scan = scans.get(request.client());
    if (scan == null) {
      if (scans.size() >= MAX_PAGES) {
        forgotten++;
        return;
      }
      scan = new Scan(request);
      scans.put(request.client(), scan);
    }
    scan.requests++;
    if (scan.names.size() < MAX_CLIENTS) {
      scan.names.add(request.page());
    }
    Instant time = request.time();
    if (time != null) {
      scan.firstTime =
          scan.firstTime == null || time.isBefore(scan.firstTime) ? time : scan.firstTime;
      scan.lastTime = scan.lastTime == null || time.isAfter(scan.lastTime) ? time : scan.lastTime;
    }
  }

  /** All logs were read: says what came together. */
  public void report(FindingSink sink, Rules rules) {
    lock.lock();
    try {
      for (Map.Entry<String, Use> page : pages.entrySet()) {
        used(sink, rules, page.getKey(), page.getValue());
      }
      for (Map.Entry<String, Scan> scan : scans.entrySet()) {
        scanned(sink, scan.getKey(), scan.getValue());
      }
      if (forgotten > 0) {
        sink.damage("IIS logs", "all", forgotten + " requests for further strange pages not kept");
      }
    } finally {
      lock.unlock();
    }
  }

  private static void used(FindingSink sink, Rules rules, String page, Use use) {
    boolean published = rules.shellName(Urls.name(page)).isPresent();
    Confidence confidence;
    String reason;
    if (use.first.strange() && use.posted) {
      confidence = Confidence.HIGH;
      reason = "a page that Exchange does not have took POST requests and answered";
    } else if (use.first.strange()) {
      confidence = Confidence.MEDIUM;
      reason = "a page that Exchange does not have answered";
    } else {
      confidence = published && use.posted ? Confidence.MEDIUM : Confidence.LOW;
      reason =
          page.startsWith("/ecp/") || page.startsWith("/owa/")
              ? "a page that is not on our list of Exchange's, which lacks some"
              : "a page outside Exchange's own folders; the organisation may know it";
    }
    if (published) {
      reason += "; its name is published as a web shell's";
    }
    String program = program(rules, use.agents);
    if (program.equals("shell")) {
      confidence = Confidence.HIGH;
      reason += "; a program that talks to web shells asked for it";
    } else if (program.equals("tool")) {
      reason += "; a script asked for it, no browser";
    }
    if (use.goneTime != null && use.lastTime != null && use.goneTime.isAfter(use.lastTime)) {
      reason += "; later it was gone";
    }
    String how =
        use.clients.size() <= 2
            ? "only " + use.clients.size() + " client(s) asked for it"
            : use.clients.size() + " or more clients asked for it";
    sink.report(
        new Sighting(
                CheckId.I14, Stage.SHELL_USED, "page that does not belong answered", use.source)
            .at(use.firstTime)
            .until(use.lastTime, use.answered)
            .because(confidence, reason + "; " + how)
            .see(Published.SHELLS)
            .detail("path", page)
            .detail("client", use.clients.iterator().next())
            .detail("clients", String.join(" ", use.clients))
            .detail("methods", String.join(" ", use.methods))
            .detail("userAgent", String.join(" | ", use.agents))
            .detail("program", program)
            .detail("query", use.first.query())
            .detail("goneSince", use.goneTime == null ? "" : use.goneTime.toString())
            .sameAs(page));
  }

  /** The most telling kind of program among those that asked. */
  private static String program(Rules rules, Set<String> agents) {
    String found = "";
    for (String agent : agents) {
      String kind = rules.agent(agent).orElse("");
      found = kind.equals("shell") || found.isEmpty() ? kind : found;
    }
    return found;
  }

  private static void scanned(FindingSink sink, String client, Scan scan) {
    sink.report(
        new Sighting(
                CheckId.I14,
                Stage.PROBED,
                "asked for somebody's web shell in vain",
                scan.first.source())
            .at(scan.firstTime)
            .until(scan.lastTime, scan.requests)
            .because(Confidence.MEDIUM, "pages that Exchange does not have, none of them answered")
            .see(Published.SHELLS)
            .detail("client", client)
            .detail("pages", String.join(" ", scan.names))
            .detail("userAgent", scan.first.agent())
            .sameAs(client));
  }
}
