package org.wachtpost.inspect.check;

import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.check.Sighting.Place;
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

  /** When pages were last asked for in vain. */
  private final Map<String, NavigableSet<Instant>> gone = new HashMap<>();

  /** In each folder some pages that were not found there. */
  private final Map<String, NavigableSet<String>> missing = new HashMap<>();

  private long forgotten;

  /** One request as IIS logged it. */
  record Request(
      String page,
      String method,
      int status,
      String client,
      String peer,
      String agent,
      String query,
      boolean strange,
      @Nullable Instant time,
      Source source) {
    /** A server takes addresses of 16 KiB; what tells one page from another is shorter. */
    private static final int MAX_CHARACTERS = 1_000;

    Place place() {
      return new Place(time, source);
    }

    private Request shortened() {
      return new Request(
          shortened(page),
          shortened(method),
          status,
          shortened(client),
          shortened(peer),
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

  /** What a page answered. */
  private static final class Use {
    final boolean strange;
    final Earliest clients = new Earliest(MAX_CLIENTS);
    final Earliest peers = new Earliest(MAX_CLIENTS);
    final Earliest agents = new Earliest(MAX_CLIENTS);
    final NavigableSet<String> methods = new TreeSet<>();
    Request first;
    boolean posted;

    /** Something was sent to it, whatever came of it. */
    boolean sent;

    /** It was answered with success. */
    boolean worked;

    long answered;
    @Nullable Instant lastTime;

    Use(Request first) {
      this.strange = first.strange();
      this.first = first;
    }

    void add(Request request) {
      answered++;
      sent |= request.method().equalsIgnoreCase("POST");
      if (request.status() < 300) {
        worked = true;
        posted |= request.method().equalsIgnoreCase("POST");
      }
      if (request.place().isBefore(first.place())) {
        first = request;
      }
      clients.add(request.client(), request.place());
      agents.add(request.agent(), request.place());
      if (!request.peer().isEmpty()) {
        peers.add(request.peer(), request.place());
      }
      if (methods.add(request.method()) && methods.size() > MAX_CLIENTS) {
        methods.remove(methods.last());
      }
      lastTime = later(lastTime, request.time());
    }
  }

  /** Strange pages for which somebody asked in vain. */
  private static final class Scan {
    final Earliest names = new Earliest(MAX_CLIENTS);
    Request first;
    long requests;
    @Nullable Instant lastTime;

    Scan(Request first) {
      this.first = first;
    }

    void add(Request request) {
      requests++;
      names.add(request.page(), request.place());
      if (request.place().isBefore(first.place())) {
        first = request;
      }
      lastTime = later(lastTime, request.time());
    }
  }

  /** A request for a page that Exchange does not have. */
  void add(Request seen) {
    Request request = seen.shortened();
    lock.lock();
    try {
      if (request.status() >= 200 && request.status() < 300 || request.status() == 500) {
        put(pages, request.page(), request, Use::new, Use::add);
      } else {
        refused(request);
      }
    } finally {
      lock.unlock();
    }
  }

  private <T> void put(
      Map<String, T> map,
      String key,
      Request request,
      Function<Request, T> begin,
      BiConsumer<T, Request> add) {
    T known = map.get(key);
    if (known == null) {
      if (map.size() >= MAX_PAGES) {
        forgotten++;
        return;
      }
      known = begin.apply(request);
      map.put(key, known);
    }
    add.accept(known, request);
  }

  /** Where a page is gone, whoever used it asks in vain; where it never was, a scanner does. */
  private void refused(Request request) {
    if (request.status() == 404 || request.status() == 302) {
      String folder = folder(request.page());
      if (missing.size() < MAX_PAGES || missing.containsKey(folder)) {
        NavigableSet<String> names = missing.computeIfAbsent(folder, _ -> new TreeSet<>());
        names.add(request.page());
        if (names.size() > 2) {
          names.pollLast();
        }
      }
    }
    Instant time = request.time();
    if (time != null && (gone.size() < MAX_PAGES || gone.containsKey(request.page()))) {
      NavigableSet<Instant> times = gone.computeIfAbsent(request.page(), _ -> new TreeSet<>());
      times.add(time);
      if (times.size() > MAX_CLIENTS) {
        times.pollFirst();
      }
    }
    if (request.strange()) {
      put(scans, request.client(), request, Scan::new, Scan::add);
    }
  }

  private static String folder(String page) {
    return page.substring(0, page.lastIndexOf('/') + 1);
  }

  /** Whether others of its folder were not found: then what answers otherwise is there. */
  private boolean isThere(String page) {
    return missing.getOrDefault(folder(page), Collections.emptyNavigableSet()).stream()
        .anyMatch(other -> !other.equals(page));
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return one == null || other != null && other.isAfter(one) ? other : one;
  }

  /** All logs were read: says what came together. */
  public void report(FindingSink sink, Rules rules) {
    lock.lock();
    try {
      for (Map.Entry<String, Use> page : pages.entrySet()) {
        Use use = page.getValue();
        NavigableSet<Instant> vain =
            gone.getOrDefault(page.getKey(), Collections.emptyNavigableSet());
        used(
            sink,
            rules,
            page.getKey(),
            use,
            use.lastTime == null ? null : vain.higher(use.lastTime));
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

  /** How sure it is that a page was used as a web shell is, and why. */
  private record Judgement(Confidence confidence, String reason) {}

  private Judgement judge(String page, Use use, boolean published) {
    if (use.strange && use.posted) {
      return new Judgement(
          Confidence.HIGH, "a page that Exchange does not have took POST requests and answered");
    }
    if (use.strange && use.worked) {
      return new Judgement(Confidence.MEDIUM, "a page that Exchange does not have answered");
    }
    if (use.strange) {
      // A server that is out of order fails on everything, and scanners ask for everything.
      boolean there = isThere(page);
      return new Judgement(
          there && (use.sent || published) ? Confidence.MEDIUM : Confidence.LOW,
          there
              ? "a page that Exchange does not have failed where others are not found: it is there"
              : "a page that Exchange does not have failed and never answered; a server that is out"
                  + " of order does so, whether it is there or not");
    }
    if (Stems.foreign(page)) {
      return new Judgement(
          Confidence.LOW,
          "Exchange has nothing that runs it; the handlers in applicationHost.config say whether"
              + " the server has");
    }
    boolean own = page.startsWith("/ecp/") || page.startsWith("/owa/");
    return new Judgement(
        published && use.posted ? Confidence.MEDIUM : Confidence.LOW,
        own
            ? "a page that is not on our list of Exchange's, which lacks some"
            : "a page outside Exchange's own folders; the organisation may know it");
  }

  private static String title(String page, Use use) {
    if (!use.worked) {
      return "page that does not belong failed";
    }
    boolean other = !use.strange && Stems.foreign(page);
    return other ? "page of other software answered" : "page that does not belong answered";
  }

  private void used(
      FindingSink sink, Rules rules, String page, Use use, @Nullable Instant goneSince) {
    boolean published = rules.shellName(Urls.name(page)).isPresent();
    Judgement judged = judge(page, use, published);
    Confidence confidence = judged.confidence();
    String reason = judged.reason();
    if (published) {
      reason += "; its name is published as a web shell's";
    }
    String program = program(rules, use.agents.texts());
    if (program.equals("shell")) {
      confidence = use.worked ? Confidence.HIGH : Confidence.MEDIUM;
      reason += "; a program that talks to web shells asked for it";
    } else if (program.equals("tool")) {
      reason += "; a script asked for it, no browser";
    }
    if (goneSince != null) {
      reason += "; later it was gone";
    }
    List<String> clients = use.clients.texts();
    String how =
        use.clients.isFull()
            ? MAX_CLIENTS + " or more clients asked for it"
            : (clients.size() <= 2 ? "only " : "") + clients.size() + " client(s) asked for it";
    sink.report(
        new Sighting(
                CheckId.I14,
                use.strange || !Stems.foreign(page) ? Stage.SHELL_USED : Stage.PROBED,
                title(page, use),
                use.first.source())
            .at(use.first.time())
            .until(use.lastTime, use.answered)
            .because(confidence, reason + "; " + how)
            .see(Published.SHELLS)
            .detail("path", page)
            .detail("client", clients.getFirst())
            .detail("clients", String.join(" ", clients))
            .detail("peer", use.first.peer())
            .detail("peers", String.join(" ", use.peers.texts()))
            .detail("methods", String.join(" ", use.methods))
            .detail("userAgent", String.join(" | ", use.agents.texts()))
            .detail("program", program)
            .detail("query", use.first.query())
            .detail("goneSince", goneSince == null ? "" : goneSince.toString())
            .sameAs(page));
  }

  /** The most telling kind of program among those that asked. */
  private static String program(Rules rules, List<String> agents) {
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
            .at(scan.first.time())
            .until(scan.lastTime, scan.requests)
            .because(Confidence.MEDIUM, "pages that Exchange does not have, none of them answered")
            .see(Published.SHELLS)
            .detail("client", client)
            .detail("peer", scan.first.peer())
            .detail("pages", String.join(" ", scan.names.texts()))
            .detail("userAgent", scan.first.agent())
            .sameAs(client));
  }
}
