package org.wachtpost.courier;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.MailAddress;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.Answer;
import org.wachtpost.queue.BodyType;
import org.wachtpost.queue.Hop;
import org.wachtpost.queue.Login;
import org.wachtpost.queue.Notify;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.TlsFailure;
import org.wachtpost.queue.TlsRule;

/** A connection to a server: opened, then used for messages. Used by one thread at a time. */
final class SmtpClient implements AutoCloseable {
  private static final TlsFailure NO_TLS = TlsFailure.STARTTLS_NOT_SUPPORTED;

  private static final int BLOCK = 32 * 1024;

  private static final String DATA = "DATA";

  private final CourierSettings settings;
  private final Wire wire;
  private Extensions extensions = Extensions.none();
  private String tlsWords = "in the clear";
  private int messages;
  private boolean broken;

  private SmtpClient(Wire wire, CourierSettings settings) {
    this.wire = wire;
    this.settings = settings;
  }

  /** Why a host does not take mail from us now; nothing was handed over. */
  static final class Refusal extends Exception {
    @java.io.Serial private static final long serialVersionUID = 1L;

    private final String enhanced;
    private final boolean tlsFailed;
    private final @Nullable TlsFailure failure;

    Refusal(String enhanced, String words) {
      this(enhanced, words, false, null);
    }

    Refusal(String enhanced, String words, boolean tlsFailed, @Nullable TlsFailure failure) {
      super(words, null, false, false);
      this.enhanced = enhanced;
      this.tlsFailed = tlsFailed;
      this.failure = failure;
    }

    /** What was wrong with TLS, or null. */
    @Nullable TlsFailure failure() {
      return failure;
    }

    String enhanced() {
      return enhanced;
    }

    /** Whether speaking without TLS could help. */
    boolean tlsFailed() {
      return tlsFailed;
    }

    String words() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Connects, greets, starts TLS and logs in as the hop wants it.
   *
   * @param rule in place of the hop's own
   */
  static SmtpClient open(
      Hop hop, TlsRule rule, CourierSettings settings, ClientTls tls, Deadlines deadlines)
      throws IOException, Refusal {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      bind(socket, hop.address().getAddress(), settings.sources());
      socket.connect(hop.address(), (int) settings.connect().toMillis());
      SmtpClient client = new SmtpClient(new Wire(socket, deadlines), settings);
      client.begin(hop, rule, tls);
      return client;
    } catch (IOException | Refusal | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static void bind(Socket socket, InetAddress far, List<InetAddress> sources)
      throws IOException {
    for (InetAddress source : sources) {
      if (source.getClass() == far.getClass()) {
        socket.bind(new InetSocketAddress(source, 0));
        return;
      }
    }
  }

  private void begin(Hop hop, TlsRule rule, ClientTls tls) throws IOException, Refusal {
    FarReply greeting = wire.reply(settings.greeting());
    if (greeting.code() != 220) {
      throw new Refusal("4.3.2", "greeted with " + greeting);
    }
    greet();
    if (!(rule instanceof TlsRule.Plain)) {
      startTls(hop, rule, tls);
    }
    Login login = hop.login();
    if (login != null) {
      logIn(login);
    }
  }

  private void greet() throws IOException, Refusal {
    FarReply reply = exchange("EHLO " + settings.host());
    if (reply.code() == 250) {
      extensions = Extensions.of(reply);
      return;
    }
    // RFC 5321 §3.2: a server that knows no EHLO.
    FarReply old = reply.code() >= 500 ? exchange("HELO " + settings.host()) : reply;
    if (old.code() != 250) {
      throw new Refusal("4.3.2", "EHLO answered by " + old);
    }
    extensions = Extensions.none();
  }

  private void startTls(Hop hop, TlsRule rule, ClientTls tls) throws IOException, Refusal {
    boolean needed = !(rule instanceof TlsRule.Opportunistic);
    if (!extensions.has("STARTTLS")) {
      if (needed) {
        throw new Refusal("4.7.10", "offers no STARTTLS, which is required", false, NO_TLS);
      }
      return;
    }
    try {
      FarReply reply = exchange("STARTTLS");
      if (reply.code() != 220) {
        if (needed) {
          throw new Refusal("4.7.10", "STARTTLS answered by " + reply, false, NO_TLS);
        }
        return;
      }
      SSLSocket secured;
      try (Deadlines.Watch watch = wire.watch(settings.command())) {
        secured = tls.handshake(wire.socket(), hop.host(), rule, settings.command());
        watch.throwIfPassed();
      }
      wire.replace(secured);
      SSLSession session = secured.getSession();
      tlsWords = session.getProtocol() + " " + session.getCipherSuite() + ", " + how(rule);
    } catch (IOException e) {
      // Also a far end that breaks off where TLS should begin.
      String words = "TLS failed: " + e.getMessage();
      throw new Refusal("4.7.5", words, !needed, ClientTls.failure(e));
    }
    greet(); // RFC 3207 §4.2: all that was known before is forgotten
  }

  private static String how(TlsRule rule) {
    return switch (rule) {
      case TlsRule.Plain _, TlsRule.Opportunistic _, TlsRule.Encrypted _ -> "not verified";
      case TlsRule.Verified verified -> "verified for " + verified.name();
      case TlsRule.Dane dane -> "verified by DANE for " + dane.name();
    };
  }

  /** RFC 4616. */
  private void logIn(Login login) throws IOException, Refusal {
    if (!extensions.offersPlain()) {
      throw new Refusal("4.7.0", "offers no AUTH PLAIN");
    }
    String text = "\0" + login.user() + "\0" + login.password();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    FarReply reply = exchange("AUTH PLAIN " + Base64.getEncoder().encodeToString(bytes));
    if (reply.code() != 235) {
      throw new Refusal("4.7.8", "log-in answered by " + reply);
    }
  }

  private FarReply exchange(String command) throws IOException {
    send(List.of(command));
    return wire.reply(settings.command());
  }

  private void send(List<String> commands) throws IOException {
    wire.writing(
        settings.block(),
        true,
        () -> {
          for (String command : commands) {
            wire.command(command);
          }
        });
  }

  boolean isSecured() {
    return wire.socket() instanceof SSLSocket;
  }

  boolean reportsSuccess() {
    return extensions.has("DSN");
  }

  String tlsWords() {
    return tlsWords;
  }

  /** Whether more mail may go over this connection. */
  boolean isReusable() {
    return !broken && messages < settings.messages();
  }

  /** Whether the connection has carried mail before. */
  boolean isUsed() {
    return messages > 0;
  }

  /** The connection broke before any content had been sent: sending again cannot make a double. */
  static final class BrokenEarly extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    BrokenEarly(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /**
   * Brings one message; one answer per recipient, or none if the host takes 7-bit lines only.
   *
   * @throws BrokenEarly if the connection broke before the content
   */
  Optional<List<Answer>> bring(OutboundMessage message) throws IOException {
    ContentScan scan = ContentScan.of(message.content());
    Answer objection = objection(message, scan);
    if (objection != null) {
      return Optional.of(same(message, objection));
    }
    if (!takes(scan)) {
      return Optional.empty();
    }
    return Optional.of(transaction(message, scan));
  }

  private List<Answer> transaction(OutboundMessage message, ContentScan scan) throws IOException {
    List<String> commands = new ArrayList<>();
    commands.add(mailFrom(message, scan));
    for (OutboundRecipient recipient : message.recipients()) {
      commands.add(rcptTo(recipient));
    }
    boolean chunking = extensions.has("CHUNKING");
    boolean askedEarly = !chunking && extensions.has("PIPELINING");
    if (askedEarly) {
      commands.add(DATA); // RFC 2920 §3.1: the last of a group
    }
    List<FarReply> replies = envelope(commands);
    messages++;
    FarReply go = askedEarly ? replies.removeLast() : null;
    FarReply mail = replies.getFirst();
    if (!mail.isPositive()) {
      giveUp(go);
      return same(message, mail.answer());
    }
    List<Answer> answers = replies.stream().skip(1).map(FarReply::answer).toList();
    if (answers.stream().noneMatch(Answer::isPositive)) {
      giveUp(go);
      return answers;
    }
    FarReply end;
    try {
      end = chunking ? chunk(message.content()) : data(go, message.content());
    } catch (IOException e) {
      broken = true;
      String said = String.valueOf(e.getMessage());
      end = new FarReply(451, List.of("4.4.2 broken off within the message: " + said));
    }
    broken |= end.code() == 421 || scan.binary() && !end.isPositive();
    Answer whole = end.answer();
    return answers.stream().map(each -> each.isPositive() ? whole : each).toList();
  }

  /** One reply per command; only the first if it is a refusal that came before the others. */
  private List<FarReply> envelope(List<String> commands) throws BrokenEarly {
    boolean together = extensions.has("PIPELINING");
    List<FarReply> replies = new ArrayList<>();
    try {
      if (together) {
        send(commands); // RFC 2920 §3.1
      }
      while (replies.size() < commands.size()) {
        FarReply reply =
            together ? wire.reply(settings.command()) : exchange(commands.get(replies.size()));
        replies.add(reply);
        if (reply.code() == 421) {
          // RFC 5321 §3.8: it closes, so this is its answer to all that follows.
          broken = true;
          replies.addAll(Collections.nCopies(commands.size() - replies.size(), reply));
        }
        if (!together && !replies.getFirst().isPositive()) {
          break;
        }
      }
      return replies;
    } catch (IOException e) {
      broken = true;
      throw new BrokenEarly(e);
    }
  }

  /** What this server cannot take (RFC 6152 §3, RFC 6531 §3.2, RFC 1870 §6), or null. */
  private @Nullable Answer objection(OutboundMessage message, ContentScan scan) {
    if (message.content().size() > extensions.size()) {
      return new Answer(552, "5.3.4", "the host takes no message of this size");
    }
    if (message.options().requireTls() && !extensions.has("REQUIRETLS")) {
      return new Answer(550, "5.7.30", "the host offers no REQUIRETLS");
    }
    if (!extensions.has("SMTPUTF8")) {
      boolean address =
          !isAscii(wired(message.sender()))
              || message.recipients().stream().anyMatch(each -> !isAscii(wired(each.address())));
      if (address) {
        return new Answer(553, "5.6.7", "the host takes ASCII addresses only");
      }
      if (message.options().smtpUtf8() && scan.eightBitHeader()) {
        return new Answer(554, "5.6.9", "the host takes ASCII headers only");
      }
    }
    return null;
  }

  /** Whether the content may go as it is (RFC 6152 §3, RFC 3030 §3). */
  private boolean takes(ContentScan scan) {
    if (scan.binary()) {
      return extensions.has("CHUNKING") && extensions.has("BINARYMIME");
    }
    return !scan.eightBit() || extensions.has("8BITMIME");
  }

  private String mailFrom(OutboundMessage message, ContentScan scan) {
    StringBuilder line = new StringBuilder("MAIL FROM:<").append(wired(message.sender()));
    line.append('>');
    if (extensions.has("SIZE")) {
      line.append(" SIZE=").append(message.content().size());
    }
    if (scan.binary()) {
      line.append(" BODY=").append(BodyType.BINARY_MIME.keyword());
    } else if (scan.eightBit()) {
      line.append(" BODY=").append(BodyType.EIGHT_BIT_MIME.keyword());
    }
    boolean utf8 =
        message.options().smtpUtf8()
            || !isAscii(wired(message.sender()))
            || message.recipients().stream().anyMatch(each -> !isAscii(wired(each.address())));
    if (utf8 && extensions.has("SMTPUTF8")) {
      line.append(" SMTPUTF8");
    }
    if (message.options().requireTls()) {
      line.append(" REQUIRETLS");
    }
    if (extensions.has("DSN")) {
      String ret = message.options().ret();
      String envid = message.options().envid();
      line.append(ret == null ? "" : " RET=" + ret);
      line.append(envid == null ? "" : " ENVID=" + envid);
    }
    return line.toString();
  }

  private String rcptTo(OutboundRecipient recipient) {
    StringBuilder line = new StringBuilder("RCPT TO:<").append(wired(recipient.address()));
    line.append('>');
    if (extensions.has("DSN")) {
      if (!recipient.notifyOn().isEmpty()) {
        line.append(" NOTIFY=");
        line.append(
            recipient.notifyOn().stream()
                .map(Notify::name)
                .sorted()
                .collect(Collectors.joining(",")));
      }
      String original = recipient.originalRecipient();
      line.append(original == null ? "" : " ORCPT=" + original);
    }
    return line.toString();
  }

  /** The address with its domain as A-labels, so that only the local part can need SMTPUTF8. */
  private static String wired(String address) {
    int at = address.lastIndexOf('@');
    String domain = address.substring(at + 1);
    return at < 0 || isAscii(domain)
        ? address
        : address.substring(0, at + 1) + MailAddress.normalDomain(domain).orElse(domain);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  /**
   * @param asked the reply to DATA if that has been sent already
   */
  private FarReply data(@Nullable FarReply asked, MessageContent content) throws IOException {
    FarReply go = asked == null ? exchange(DATA) : asked;
    if (go.code() != 354) {
      return go.isPositive() ? new FarReply(451, List.of("DATA answered by " + go)) : go;
    }
    DotStuffing stuffing = new DotStuffing(wire.out());
    blocks(
        content,
        (block, count, last) -> {
          stuffing.write(block, count);
          if (last) {
            stuffing.end();
          }
        });
    return wire.reply(settings.end());
  }

  /** RFC 3030 §2: the whole content as one chunk. */
  private FarReply chunk(MessageContent content) throws IOException {
    String command = "BDAT " + content.size() + " LAST";
    wire.writing(settings.block(), false, () -> wire.command(command));
    blocks(content, (block, count, last) -> wire.out().write(block, 0, count));
    return wire.reply(settings.end());
  }

  /** What is done with a block of content. */
  @FunctionalInterface
  private interface BlockWriter {
    void write(byte[] block, int count, boolean last) throws IOException;
  }

  /** Every block in its time (RFC 5321 §4.5.3.2.5); what is small leaves in one piece. */
  private void blocks(MessageContent content, BlockWriter writer) throws IOException {
    try (InputStream in = content.open()) {
      byte[] block = new byte[BLOCK];
      boolean over = false;
      while (!over) {
        int count = in.readNBytes(block, 0, BLOCK);
        boolean last = count < BLOCK;
        wire.writing(settings.block(), last, () -> writer.write(block, count, last));
        over = last;
      }
    }
  }

  /**
   * Forgets a transaction that came to nothing; whoever does not answer is not used again.
   *
   * @param go the reply to DATA if that was sent: RFC 2920 §3.1, it may have been taken all the
   *     same, and then waits for content
   */
  private void giveUp(@Nullable FarReply go) {
    if (broken) {
      return;
    }
    try {
      if (go != null && go.code() == 354) {
        exchange(".");
      }
      broken = exchange("RSET").code() != 250;
    } catch (IOException e) {
      broken = true; // the answers stand; only the connection is of no more use
    }
  }

  private static List<Answer> same(OutboundMessage message, Answer answer) {
    return Collections.nCopies(message.recipients().size(), answer);
  }

  /** Says good-bye without waiting for the answer. */
  @Override
  public void close() throws IOException {
    try (wire) {
      if (!broken) {
        send(List.of("QUIT"));
      }
    }
  }
}
