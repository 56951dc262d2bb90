package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a page is for, where no single call tells it but several statements together do. */
final class Purposes {
  /** Parts of the address under which a page was asked for. */
  private static final Set<String> OWN_HOST = Set.of("http_host", "server_name");

  private static final Set<String> OWN_PATH =
      Set.of("script_name", "url", "path_info", "query_string", "http_url", "http_x_rewrite_url");

  /** Names by which search engines announce themselves. */
  private static final List<String> SPIDERS =
      List.of("googlebot", "bingbot", "baidu", "sogou", "yahoo", "slurp", "yandex", "msnbot");

  /** Parts of the addresses of search engines. */
  private static final List<String> ENGINES =
      List.of("google", "bing", "baidu", "yahoo", "sogou", "soso", "yandex", "so.com", "360.cn");

  private static final Set<String> RECIPIENTS =
      Set.of("to", "bcc", "cc", "addrecipient", "addbcc", "addaddress", "mailto");

  private static final Set<String> SENDERS = Set.of("from", "mailfrom", "fromaddress");

  private static final Set<String> BODIES = Set.of("body", "htmlbody", "textbody", "bodytext");

  /** Members of controls that hold what they show. */
  private static final Set<String> SHOWN = Set.of("text", "innertext", "innerhtml");

  /** Words with which a page asks who its visitor is. */
  private static final Set<String> LOG_INS =
      Set.of("session", "isinrole", "isauthenticated", "authorize");

  private static final Set<String> USES = Set.of("open", "save");

  /** Kinds of objects of the metabase that are part of a site. */
  private static final Set<String> SITE_PARTS = Set.of("iiswebvirtualdir", "iiswebserver");

  /** Longer text is part of what is shown. */
  private static final int MAX_CHARS = 200;

  /** What is shown whole is written in fewer tokens. */
  private static final int MAX_SHOWN_TOKENS = 200;

  final HostLists lists;
  private final List<Token> tokens;
  private final Flow flow;

  /** The address of the page itself is sent on within another. */
  private boolean sendsOwnAddress;

  private final Set<String> spiders = new HashSet<>();
  private final Set<String> engines = new HashSet<>();

  /** The page is read from which the visitor comes. */
  private boolean readsReferrer;

  private boolean redirectsAbroad;

  /** Names that loops count with. */
  private final Set<String> counters = new HashSet<>();

  /** An address has a port that changes as a loop goes on. */
  private boolean countsPorts;

  /** The name of the browser, or of the search engine, is read. */
  private boolean readsBrowser;

  private boolean showsConnections;

  /** The client names the database whose settings are read. */
  private boolean picksConnection;

  private boolean asksForLogIn;

  /** A database is opened, or its settings are changed. */
  private boolean opens;

  private boolean extendsSite;

  /** Something is shown that a name holds. */
  private boolean shows;

  /** Something is shown with nothing around it. */
  private boolean showsWhole;

  private boolean splitsList;
  private boolean clientsRecipient;
  private boolean clientsSender;
  private boolean clientsBody;

  /** From here up to there nothing was found that is the client's. */
  private int freeFrom;

  private int freeTo = -1;

  Purposes(List<Token> tokens, Flow flow) {
    this.tokens = tokens;
    this.flow = flow;
    this.lists = new HostLists(tokens, flow);
    for (int[] statement : flow.statements()) {
      read(statement[0], statement[1]);
    }
  }

  /** Search engines are told apart: with something that is fetched, they are shown another page. */
  boolean showSpidersAnother() {
    return spiders.size() > 1 && readsBrowser;
  }

  /** Where somebody comes from decides whether the page of another site is shown. */
  boolean sendSearchersElsewhere() {
    return engines.size() > 1 && readsReferrer && redirectsAbroad;
  }

  /** Addresses are tried that are the same but for their port. */
  boolean tryPorts() {
    return countsPorts;
  }

  /** The address of the page itself is sent on within another, and what that sends is shown. */
  boolean sendOwnAddress() {
    return sendsOwnAddress && shows;
  }

  /** Nothing is started but programs of the product, as the page or the site's settings name. */
  boolean startsOnlyItsOwn() {
    return new OwnPrograms(tokens, flow).only();
  }

  /** Something is shown that a name holds or a call returns, with nothing around it. */
  boolean showWhole() {
    return showsWhole;
  }

  /** Something is shown. */
  boolean show() {
    return shows;
  }

  /** The settings with which databases are opened are shown, and none is opened. */
  boolean showConnections() {
    return (showsConnections || picksConnection && shows) && !opens;
  }

  /** The site is given another folder of the host. */
  boolean extendSite() {
    return extendsSite;
  }

  /**
   * Recipients, sender and text of mails are all the client's, whoever that is, and the recipients
   * are many.
   */
  boolean mailForTheClient() {
    return splitsList && clientsRecipient && clientsSender && clientsBody && !asksForLogIn;
  }

  private void read(int from, int to) {
    boolean host = false;
    boolean path = false;
    boolean query = false;
    boolean written = false;
    for (int i = from; i < to; i++) {
      Token token = tokens.get(i);
      if (token.kind() == Token.Kind.NAME) {
        boolean writes = token.isName("write") && i > 1 && tokens.get(i - 2).isName("response");
        written |= writes;
        showsWhole |= writes && !showsWhole && isWhole(i + 1, to);
        name(token.text(), i, to, written);
      } else if (token.isText() && token.text().length() <= MAX_CHARS) {
        String lower = token.text().toLowerCase(Locale.ROOT);
        text(lower, i);
        host |= OWN_HOST.contains(lower);
        path |= OWN_PATH.contains(lower);
        query |=
            isJoined(i) && lower.endsWith("=") && (lower.startsWith("&") || lower.contains("?"));
      }
    }
    shows |= written;
    sendsOwnAddress |= query && host && path && !written;
  }

  /** {@code Response.Write text}, {@code Response.Write(Page(address & name))}. */
  private boolean isWhole(int from, int to) {
    int start = flow.sign(from, '(') ? from + 1 : from;
    int end = start > from ? Math.min(to, flow.closing(from)) : to;
    boolean name = start < end && tokens.get(start).kind() == Token.Kind.NAME;
    boolean own =
        name && (tokens.get(start).isName("request") || tokens.get(start).isName("server"));
    if (!name || own || end - start > MAX_SHOWN_TOKENS) {
      return false;
    }
    int depth = 0;
    for (int i = start; i < end; i++) {
      depth += flow.sign(i, '(') ? 1 : flow.sign(i, ')') ? -1 : 0;
      if (depth == 0 && (flow.sign(i, '&') || flow.sign(i, '+'))) {
        return false;
      }
    }
    return true;
  }

  private void text(String lower, int i) {
    SPIDERS.stream().filter(lower::contains).forEach(spiders::add);
    ENGINES.stream().filter(engine -> isNamedIn(lower, engine)).forEach(engines::add);
    readsBrowser |= lower.equals("http_user_agent");
    readsReferrer |= lower.equals("http_referer");
    boolean abroad = lower.startsWith("http://") || lower.startsWith("https://");
    redirectsAbroad |= abroad && !isJoined(i) && isRedirected(i);
    countsPorts |= lower.endsWith(":") && isJoined(i) && counters.contains(nextName(i));
    boolean part = SITE_PARTS.contains(lower);
    extendsSite |= part && tokens.get(Math.max(0, i - 2)).isName("create");
    extendsSite |= part && tokens.get(Math.max(0, i - 1)).isName("create");
  }

  /** Whether a word stands in a text by itself: {@code rubbing} names no search engine. */
  private static boolean isNamedIn(String text, String word) {
    for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      int end = at + word.length();
      boolean begins = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
      if (begins && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
        return true;
      }
    }
    return false;
  }

  /** {@code Response.Redirect "http://…"}, {@code Redirect("http://…", true)}. */
  private boolean isRedirected(int i) {
    int call = flow.sign(i - 1, '(') ? i - 2 : i - 1;
    return call > 0 && tokens.get(call).isName("redirect");
  }

  private String nextName(int i) {
    return i + 2 < tokens.size() ? tokens.get(i + 2).text() : "";
  }

  private void name(String name, int i, int to, boolean written) {
    readsReferrer |= name.equals("urlreferrer");
    if (name.equals("for") && i + 1 < to) {
      boolean each = tokens.get(i + 1).isName("each");
      counters.add(tokens.get(Math.min(to - 1, each ? i + 2 : i + 1)).text());
    }
    boolean member = flow.sign(i - 1, '.');
    readsBrowser |= name.equals("useragent");
    asksForLogIn |= LOG_INS.contains(name);
    shows |= member && SHOWN.contains(name) && flow.sign(i + 1, '=');
    opens |= USES.contains(name) || name.endsWith("connection") || name.endsWith("adapter");
    showsConnections |= member && name.equals("connectionstring") && written;
    splitsList |= name.equals("split") && isClients(i + 1, to);
    if (name.equals("connectionstrings") && (flow.sign(i + 1, '[') || flow.sign(i + 1, '('))) {
      picksConnection |= isClients(i + 2, Math.min(to, i + 2 + INDEX_TOKENS));
    } else if (name.equals("virtualdirectories") && i + 2 < to) {
      extendsSite |= tokens.get(i + 2).isName("add") && isClients(i + 3, to);
    }
    if (member && RECIPIENTS.contains(name)) {
      clientsRecipient |= isClients(i + 1, to);
    } else if (member && SENDERS.contains(name)) {
      clientsSender |= isClients(i + 1, to);
    } else if (member && BODIES.contains(name)) {
      clientsBody |= isClients(i + 1, to);
    } else if (name.equals("mailmessage") && flow.sign(i + 1, '(')) {
      message(i + 2, Math.min(to, flow.closing(i + 1)));
    }
  }

  /** An index is looked at this far. */
  private static final int INDEX_TOKENS = 4;

  /** {@code new MailMessage(from, to, subject, body)}. */
  private void message(int from, int to) {
    int argument = 0;
    for (int i = from; i < to; i++) {
      boolean client = isClients(i, i + 1);
      clientsSender |= client && argument == 0;
      clientsRecipient |= client && argument == 1;
      clientsBody |= client && argument == 3;
      argument += flow.sign(i, ',') ? 1 : 0;
    }
  }

  /** What lies within tokens that have nothing of the client's is not looked at again. */
  private boolean isClients(int from, int to) {
    if (from >= to || to == freeTo && from >= freeFrom) {
      return false;
    }
    boolean clients = (flow.mask(from, to) & Flow.CLIENT) != 0;
    if (!clients) {
      freeFrom = from;
      freeTo = to;
    }
    return clients;
  }

  private boolean isJoined(int i) {
    return flow.sign(i + 1, '&') || flow.sign(i + 1, '+');
  }
}
