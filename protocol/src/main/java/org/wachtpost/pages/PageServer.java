package org.wachtpost.pages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.wachtpost.net.Connection;
import org.wachtpost.net.LineException;
import org.wachtpost.net.Protocol;

/** Answers {@code GET} for the few pages that our domains have. Thread-safe. */
public final class PageServer implements Protocol {
  /** Longest line of a request, octets. */
  static final int LINE_OCTETS = 4_096;

  /** Most fields of a request. */
  static final int FIELDS = 64;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Predicate<String> domains;
  private final List<Page> pages;
  private final Duration wait;
  private final InstantSource time;

  /** What is said to a request. */
  private sealed interface Answer {}

  /** A page of a domain of ours. */
  private record Found(Page page, String domain) implements Answer {}

  /** Why a request is not answered with a page. */
  private record Refused(String status, String more) implements Answer {
    static final Refused BAD = new Refused("400 Bad Request", "");
    static final Refused NOT_FOUND = new Refused("404 Not Found", "");
    static final Refused METHOD = new Refused("405 Method Not Allowed", "Allow: GET, HEAD\r\n");
    static final Refused TOO_LARGE = new Refused("431 Request Header Fields Too Large", "");
    static final Refused VERSION = new Refused("505 HTTP Version Not Supported", "");
  }

  /**
   * @param domains whether a name (lower-case A-labels) is a domain of ours
   * @param wait time that a client has for its whole request
   */
  public PageServer(
      Predicate<String> domains, List<Page> pages, Duration wait, InstantSource time) {
    this.domains = domains;
    this.pages = List.copyOf(pages);
    this.wait = wait;
    this.time = time;
  }

  @Override
  public void serve(Connection connection) throws IOException {
    connection.deadline(wait);
    try {
      List<String> lines = request(connection);
      if (lines.isEmpty()) {
        return; // the far end closed without a whole request
      }
      connection.tally().command();
      switch (answer(lines)) {
        case Refused refused -> refuse(connection, refused);
        case Found found -> {
          String text = found.page.text().apply(found.domain).replace("\n", "\r\n");
          boolean headOnly = lines.getFirst().startsWith("HEAD ");
          write(connection, "200 OK", "", found.page.type(), text, headOnly);
        }
      }
    } catch (LineException e) {
      refuse(
          connection,
          switch (e.fault()) {
            case TOO_LONG, ENDLESS -> Refused.TOO_LARGE;
            case BARE_LINE_END -> Refused.BAD;
          });
    }
  }

  private void refuse(Connection connection, Refused refused) throws IOException {
    connection.tally().failed();
    String words = refused.status + "\r\n";
    write(connection, refused.status, refused.more, "text/plain", words, false);
  }

  /** The request line and fields; empty if the far end closed before their end. */
  private static List<String> request(Connection connection) throws IOException, LineException {
    List<String> lines = new ArrayList<>();
    while (true) {
      byte[] line = connection.input().readLine(LINE_OCTETS, false);
      if (line == null) {
        return List.of();
      }
      if (line.length == 0 && !lines.isEmpty()) {
        return lines;
      }
      if (lines.size() > FIELDS) {
        return lines; // refused for its number of lines
      }
      lines.add(new String(line, StandardCharsets.ISO_8859_1));
    }
  }

  private Answer answer(List<String> lines) {
    String[] words = lines.getFirst().split(" ", -1);
    if (lines.size() > FIELDS) {
      return Refused.TOO_LARGE;
    }
    if (words.length != 3 || !words[2].matches("HTTP/[0-9]\\.[0-9]")) {
      return Refused.BAD;
    }
    if (!words[2].startsWith("HTTP/1.")) {
      return Refused.VERSION;
    }
    if (!words[0].equals("GET") && !words[0].equals("HEAD")) {
      return Refused.METHOD;
    }
    String target = words[1];
    String host = host(lines);
    if (host == null) {
      return Refused.BAD; // RFC 9112 §3.2: none, or several
    }
    if (target.regionMatches(true, 0, "https://", 0, 8)) {
      int slash = target.indexOf('/', 8);
      host = target.substring(8, slash < 0 ? target.length() : slash);
      target = slash < 0 ? "/" : target.substring(slash); // RFC 9112 §3.2.2
    }
    return find(host, target);
  }

  private static @Nullable String host(List<String> lines) {
    String host = null;
    for (String line : lines.subList(1, lines.size())) {
      if (line.regionMatches(true, 0, "host:", 0, 5)) {
        if (host != null) {
          return null;
        }
        host = line.substring(5).strip();
      }
    }
    return host;
  }

  private Answer find(String host, String target) {
    String name = host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", "");
    String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (bare.matches("[a-z0-9.-]{1,253}")) {
      for (Page page : pages) {
        if (page.isAt(target) && bare.startsWith(page.prefix())) {
          String domain = bare.substring(page.prefix().length());
          if (domains.test(domain)) {
            return new Found(page, domain);
          }
        }
      }
    }
    return Refused.NOT_FOUND;
  }

  private void write(
      Connection connection, String status, String more, String type, String text, boolean headOnly)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    String header =
        "HTTP/1.1 "
            + status
            + "\r\nDate: "
            + DATE.format(time.instant())
            + "\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.length
            + "\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n"
            + more
            + "\r\n";
    connection.output().write(header);
    if (!headOnly) {
      connection.output().write(body);
    }
    connection.output().flush();
  }

  @Override
  public byte[] refusal(Refusal reason) {
    String response = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n";
    return (response + "Retry-After: 60\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** No connection ever waits for a further request. */
  @Override
  public byte[] farewell() {
    return new byte[0];
  }
}
