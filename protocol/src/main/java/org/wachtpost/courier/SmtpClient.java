package org.wachtpost.courier;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.queue.Answer;
import org.wachtpost.queue.Hop;
import org.wachtpost.queue.Login;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.TlsFailure;
import org.wachtpost.queue.TlsRule;

/** A connection to a server: opened, then used for messages. Used by one thread at a time. */
final class SmtpClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SmtpClient.class);
  private static final TlsFailure NO_TLS = TlsFailure.STARTTLS_NOT_SUPPORTED;

  private final CourierSettings settings;
  private final Wire wire;
  private Extensions extensions = Extensions.none();
  private boolean authenticated;
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
      Hop hop,
      TlsRule rule,
      CourierSettings settings,
      ClientTls tls,
      Deadlines deadlines,
      RandomGenerator random)
      throws IOException, Refusal {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      bind(socket, hop.address().getAddress(), settings.sources());
      socket.connect(hop.address(), (int) settings.connect().toMillis());
      SmtpClient client = new SmtpClient(new Wire(socket, deadlines), settings);
      client.beginOrLeave(hop, rule, tls, random);
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

  /** RFC 5321 §4.1.1.10: who is not wanted, or does not want, says QUIT before it closes. */
  private void beginOrLeave(Hop hop, TlsRule rule, ClientTls tls, RandomGenerator random)
      throws IOException, Refusal {
    try {
      begin(hop, rule, tls, random);
    } catch (Refusal refusal) {
      try {
        quit();
      } catch (IOException e) {
        LOG.debug("{} was gone before QUIT", hop, e);
      }
      throw refusal;
    }
  }

  private void begin(Hop hop, TlsRule rule, ClientTls tls, RandomGenerator random)
      throws IOException, Refusal {
    FarReply greeting = wire.reply(settings.greeting());
    if (!greeting.isPositive()) {
      throw new Refusal("4.3.2", "greeted with " + greeting);
    }
    greet();
    if (!(rule instanceof TlsRule.Plain)) {
      startTls(hop, rule, tls);
    }
    Login login = hop.login();
    if (login != null) {
      ClientLogin.Talk talk = command -> wire.exchange(settings, command);
      new ClientLogin(login, talk, random).with(extensions.mechanisms());
      authenticated = true;
    }
  }

  private void greet() throws IOException, Refusal {
    FarReply reply = wire.exchange(settings, "EHLO " + settings.host());
    if (reply.isPositive()) {
      extensions = Extensions.of(reply);
      return;
    }
    // RFC 5321 §3.2: a server that knows no EHLO.
    FarReply old = reply.code() >= 500 ? wire.exchange(settings, "HELO " + settings.host()) : reply;
    if (!old.isPositive()) {
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
      FarReply reply = wire.exchange(settings, "STARTTLS");
      if (reply.code() != 220) {
        if (needed) {
          throw new Refusal("4.7.10", "STARTTLS answered by " + reply, false, NO_TLS);
        }
        return;
      }
      SSLSocket secured;
      try (Deadlines.Watch watch = wire.watch(settings.command())) {
        secured = tls.handshake(wire.socket(), hop.host(), rule);
        watch.throwIfPassed();
      }
      wire.replace(secured);
      SSLSession session = secured.getSession();
      tlsWords = session.getProtocol() + " " + session.getCipherSuite() + ", " + how(rule);
    } catch (IOException e) {
      // Also a far end that breaks off where TLS should begin.
      broken = true;
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
    return !broken && messages < Math.min(settings.messages(), extensions.mostMessages());
  }

  /** Whether the connection has carried mail before. */
  boolean isUsed() {
    return messages > 0;
  }

  /**
   * Brings one message; one answer per recipient, or none if the host takes 7-bit lines only. Who
   * is beyond what the host takes in one transaction is answered as {@link Answer#isTooMany}.
   *
   * @throws BrokenEarly if the connection broke before the content
   */
  Optional<List<Answer>> bring(OutboundMessage message) throws IOException {
    Transaction transaction =
        new Transaction(wire, settings, extensions, message, messages == 0, authenticated);
    try {
      Optional<List<Answer>> answers = transaction.run();
      messages += answers.isPresent() ? 1 : 0;
      return answers;
    } finally {
      broken |= transaction.isBroken();
    }
  }

  /** Says good-bye without waiting for the answer. */
  @Override
  public void close() throws IOException {
    try (wire) {
      quit();
    }
  }

  private void quit() throws IOException {
    if (!broken) {
      wire.send(settings.block(), List.of("QUIT"));
    }
  }
}
