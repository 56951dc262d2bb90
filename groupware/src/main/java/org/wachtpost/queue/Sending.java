package org.wachtpost.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.directory.MailAddress;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.Report.Action;
import org.wachtpost.store.AccountId;

/** One attempt: finds the hosts, brings the message, writes down what came of it. Thread-safe. */
final class Sending {
  private static final Logger LOG = LoggerFactory.getLogger(Sending.class);

  /** RFC 8689 §5. */
  private static final Pattern NO_TLS = Pattern.compile("(?im)^TLS-Required:[ \\t]*No[ \\t]*$");

  /** Policy of a host whose TLSA records cannot be believed. */
  private static final TlsResults.Policy UNKNOWN_TLSA =
      new TlsResults.Policy(TlsResults.Kind.TLSA, List.of(), List.of());

  /** Largest message that is kept in memory while it is sent; each connection may have one. */
  private static final int READ_ONCE_BYTES = 128 * 1024;

  /** How a destination took it. */
  enum Effect {
    TAKEN,
    SLOW_DOWN,
    UNREACHABLE
  }

  /** Recipients of one message at one destination. */
  record Parcel(QueueId message, String domain, List<Integer> recipients) {}

  /** What came of it, before it is written down. */
  private record Result(
      List<Answer> answers,
      @Nullable String remote,
      Action onSuccess,
      String words,
      Effect effect,
      List<OutboundMessage> onward) {
    static Result same(Answer answer, int recipients, String words, Effect effect) {
      return new Result(
          Collections.nCopies(recipients, answer), null, Action.RELAYED, words, effect, List.of());
    }
  }

  private final Outbox outbox;
  private final QueueRunner.Services services;
  private final QueueSettings settings;
  private final InstantSource time;
  private final RandomGenerator random;
  private final Signing signing;
  private final LongAdder attempts = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder deferred = new LongAdder();
  private final LongAdder failures = new LongAdder();

  Sending(
      Outbox outbox,
      QueueRunner.Services services,
      QueueSettings settings,
      InstantSource time,
      RandomGenerator random) {
    this.outbox = outbox;
    this.services = services;
    this.settings = settings;
    this.time = time;
    this.random = random;
    this.signing = new Signing(services.keys(), time);
  }

  /** The domain that decides where mail for the address goes. */
  static String domainOf(String address) {
    String domain = address.substring(address.lastIndexOf('@') + 1);
    return domain.startsWith("[") ? domain : MailAddress.normalDomain(domain).orElse(domain);
  }

  /** Tries once. */
  Effect send(Parcel parcel) throws IOException {
    attempts.increment();
    return attempt(parcel, Optional.empty(), Instant.MIN);
  }

  /** Counts as an attempt that found the destination closed; it is not spoken to. */
  void postpone(Parcel parcel, String why, Instant until) throws IOException {
    attempt(parcel, Optional.of(Answer.temporary("4.4.1", "not tried: " + why)), until);
  }

  private Effect attempt(Parcel parcel, Optional<Answer> given, Instant notBefore)
      throws IOException {
    Optional<Outbox.Loaded> found = outbox.load(parcel.message(), parcel.recipients());
    if (found.isEmpty()) {
      return Effect.TAKEN; // somebody removed it
    }
    Instant now = time.instant();
    List<QueuedRecipient> recipients = new ArrayList<>(found.get().recipients());
    // Held or settled since, or seen as due before another attempt was settled.
    recipients.removeIf(
        each -> each.state() != RecipientState.WAITING || each.nextAttempt().isAfter(now));
    if (recipients.isEmpty()) {
      return Effect.TAKEN;
    }
    QueuedMessage message = found.get().message();
    Result result =
        given.isPresent()
            ? Result.same(given.get(), recipients.size(), given.get().text(), Effect.UNREACHABLE)
            : bring(message, parcel.domain(), recipients);
    write(message, parcel.domain(), recipients, result, notBefore);
    return result.effect();
  }

  private Result bring(QueuedMessage message, String domain, List<QueuedRecipient> recipients)
      throws IOException {
    boolean local = services.recipients().isLocalDomain(domain);
    Body body = new Body(message);
    OutboundMessage plain =
        new OutboundMessage(
            message.sender(),
            recipients.stream().map(QueuedRecipient::recipient).toList(),
            message.options(),
            message.origin(),
            message.session(),
            new Stored(body, ""));
    if (local) {
      LocalDelivery.Result here = services.local().deliver(message.id(), plain);
      return new Result(
          here.answers(), null, Action.DELIVERED, "local delivery", Effect.TAKEN, here.onward());
    }
    Destinations.Found found = services.destinations().find(domain);
    return switch (found) {
      case Destinations.Found.None(Answer answer, List<Destinations.Doubt> doubts) -> {
        doubts.forEach(doubt ->
            services
                .tlsResults()
                .count(
                    domain, UNKNOWN_TLSA, TlsFailure.DNSSEC_INVALID, doubt.host(), doubt.words()));
        yield Result.same(answer, recipients.size(), answer.text(), Effect.TAKEN);
      }
      case Destinations.Found.Hops hops -> toHops(hops, domain, body, plain);
    };
  }

  private Result toHops(
      Destinations.Found.Hops found, String domain, Body body, OutboundMessage plain)
      throws IOException {
    Signing.Signed signatures = signing.sign(body.message, plain.content());
    OutboundMessage signed =
        new OutboundMessage(
            plain.sender(),
            plain.recipients(),
            plain.options(),
            plain.origin(),
            plain.session(),
            new Stored(body, signatures.fields()));
    Trial trial = new Trial(relaxed(found, signed), domain, body, signed, signatures.words());
    int most = QueueSettings.HOSTS_PER_ATTEMPT;
    List<Hop> hops = trial.found.hops();
    for (Hop hop : hops.subList(0, Math.min(hops.size(), most))) {
      Optional<Result> result = trial.with(hop);
      if (result.isPresent()) {
        return result.get();
      }
    }
    Effect effect = trial.last.isTemporary() ? Effect.UNREACHABLE : Effect.TAKEN;
    return Result.same(trial.last, plain.recipients().size(), trial.words.toString(), effect);
  }

  /** RFC 8689 §4.2.2: who wants the message to arrive rather than to be secret is obeyed. */
  private static Destinations.Found.Hops relaxed(
      Destinations.Found.Hops found, OutboundMessage message) throws IOException {
    boolean strict =
        found.hops().stream().anyMatch(hop -> !(hop.tls() instanceof TlsRule.Opportunistic));
    if (!found.reported() || !strict || message.options().requireTls() || !saysNoTls(message)) {
      return found;
    }
    List<Hop> hops = new ArrayList<>();
    for (Hop hop : found.hops()) {
      hops.add(hop);
      if (!(hop.tls() instanceof TlsRule.Opportunistic)) {
        hops.add(new Hop(hop.host(), hop.address(), new TlsRule.Opportunistic(), null));
      }
    }
    return new Destinations.Found.Hops(hops, true, found.policy());
  }

  private static boolean saysNoTls(OutboundMessage message) throws IOException {
    try (InputStream in = message.content().open()) {
      String start = new String(in.readNBytes(Report.HEADER_BYTES), StandardCharsets.ISO_8859_1);
      int end = start.indexOf("\r\n\r\n");
      return NO_TLS.matcher(end < 0 ? start : start.substring(0, end + 2)).find();
    }
  }

  /** One message, host after host. Used by one thread. */
  private final class Trial {
    private final Destinations.Found.Hops found;
    private final String domain;
    private final Body body;
    private final OutboundMessage message;
    private final String signatures;
    private final StringBuilder words = new StringBuilder();
    private Answer last = Answer.temporary("4.4.1", "no host answered");
    private @Nullable Hop unreachable;

    Trial(
        Destinations.Found.Hops found,
        String domain,
        Body body,
        OutboundMessage message,
        String signatures) {
      this.found = found;
      this.domain = domain;
      this.body = body;
      this.message = message;
      this.signatures = signatures;
    }

    /** Empty if another host is to be tried. */
    Optional<Result> with(Hop hop) throws IOException {
      Hop before = unreachable;
      if (before != null && before.address().equals(hop.address())) {
        return Optional.empty(); // it does not listen; less TLS would not help
      }
      if (message.options().requireTls() && !hop.tls().isVerified()) {
        // RFC 8689 §4.2.1: better not at all than to a host that nobody vouches for.
        last = new Answer(550, "5.7.30", hop.host() + " cannot be verified; REQUIRETLS");
        words.append(last.text()).append("; ");
        return Optional.empty();
      }
      Attempt attempt = services.courier().bring(hop, message);
      if (attempt instanceof Attempt.SevenBitOnly) {
        Optional<OutboundMessage> converted = inSevenBits();
        attempt = converted.isEmpty() ? attempt : services.courier().bring(hop, converted.get());
      }
      return switch (attempt) {
        case Attempt.Unreachable(String enhanced, String why, TlsFailure failure) -> {
          last = Answer.temporary(enhanced, hop + ": " + why);
          words.append(hop).append(": ").append(why).append("; ");
          if (failure == null) {
            unreachable = hop;
          } else {
            count(hop, failure, why);
          }
          yield Optional.empty();
        }
        case Attempt.SevenBitOnly _ -> {
          // RFC 6152 §3: it cannot be made to fit, so it comes back.
          Answer answer = new Answer(554, "5.6.3", hop.host() + " takes 7-bit messages only");
          words.append(answer.text());
          int count = message.recipients().size();
          yield Optional.of(Result.same(answer, count, words.toString(), Effect.TAKEN));
        }
        case Attempt.Answered answered -> Optional.of(answered(hop, answered));
      };
    }

    /** Signed again: the signature is of what the host gets. */
    private Optional<OutboundMessage> inSevenBits() throws IOException {
      Optional<MessageContent> converted = SevenBit.of(new Stored(body, ""));
      if (converted.isEmpty()) {
        return Optional.empty();
      }
      byte[] fields =
          signing
              .signChanged(body.message, converted.get())
              .fields()
              .getBytes(StandardCharsets.ISO_8859_1);
      byte[] whole;
      try (InputStream in = converted.get().open()) {
        whole = new SequenceInputStream(new ByteArrayInputStream(fields), in).readAllBytes();
      }
      EnvelopeOptions options = message.options();
      return Optional.of(
          new OutboundMessage(
              message.sender(),
              message.recipients(),
              new EnvelopeOptions(
                  BodyType.SEVEN_BIT,
                  options.smtpUtf8(),
                  options.requireTls(),
                  options.ret(),
                  options.envid()),
              message.origin(),
              message.session(),
              MessageContent.of(whole)));
    }

    private Result answered(Hop hop, Attempt.Answered answered) {
      switch (answered.session()) {
        case NEW_TLS -> count(hop, null, "");
        case NEW_PLAIN -> count(hop, TlsFailure.STARTTLS_NOT_SUPPORTED, "sent in the clear");
        case KEPT -> {}
      }
      words.append(hop).append(" (").append(answered.words()).append(')');
      words.append(signatures.isEmpty() ? "" : "; ").append(signatures);
      boolean slow = answered.answers().stream().allMatch(Answer::isTemporary);
      // Who offers DSN reports success itself: RELAYED would be a second notice.
      Action onSuccess = answered.reports() ? Action.DELAYED : Action.RELAYED;
      return new Result(
          answered.answers(),
          hop.host(),
          onSuccess,
          words.toString(),
          slow ? Effect.SLOW_DOWN : Effect.TAKEN,
          List.of());
    }

    private void count(Hop hop, @Nullable TlsFailure failure, String why) {
      boolean fallback = hop.tls() instanceof TlsRule.Opportunistic && found.policy().isPresent();
      // Else two servers would tell each other of each other's reports for ever.
      boolean isReport = message.session().equals(TlsResults.REPORT_SESSION);
      if (found.reported() && !fallback && !isReport) {
        services.tlsResults().count(domain, policyOf(hop.tls()), failure, hop.host(), why);
      }
    }

    private TlsResults.Policy policyOf(TlsRule rule) {
      if (rule instanceof TlsRule.Dane dane) {
        List<String> records = dane.records().stream().map(Object::toString).toList();
        return new TlsResults.Policy(TlsResults.Kind.TLSA, records, List.of());
      }
      return found
          .policy()
          .map(TlsResults.Policy::of)
          .orElse(new TlsResults.Policy(TlsResults.Kind.NONE, List.of(), List.of()));
    }
  }

  private void write(
      QueuedMessage message,
      String domain,
      List<QueuedRecipient> recipients,
      Result result,
      Instant notBefore)
      throws IOException {
    Instant now = time.instant();
    Instant end = message.accepted().plus(settings.schedule().lifetime());
    List<QueuedRecipient> states = new ArrayList<>();
    List<Report.Line> lines = new ArrayList<>();
    StringBuilder words = new StringBuilder(domain).append(" by ").append(result.words());
    for (int i = 0; i < recipients.size(); i++) {
      QueuedRecipient before = recipients.get(i);
      Answer answer = result.answers().get(i);
      QueuedRecipient after = after(before, answer, now, end, notBefore);
      Action action = action(after, result.onSuccess());
      boolean tellDelay =
          after.state() == RecipientState.WAITING
              && !before.delayReported()
              && !now.isBefore(message.accepted().plus(settings.schedule().delayReport()));
      states.add(tellDelay ? after.withDelayReported() : after);
      boolean tell = after.state().isFinal() ? !isSilent(after, action) : tellDelay;
      if (tell && !message.sender().isEmpty() && Report.isWanted(action, before.recipient())) {
        Instant until = action == Action.DELAYED ? end : null;
        lines.add(new Report.Line(before.recipient(), action, answer, result.remote(), until));
      }
      words.append("\n  ").append(before.recipient().address()).append(": ");
      words.append(after.state() == RecipientState.WAITING ? "later" : after.state().name());
      words.append(", ").append(answer);
    }
    List<OutboundMessage> more = new ArrayList<>(result.onward());
    if (more.stream().mapToInt(each -> each.recipients().size()).sum() > Outbox.RECIPIENTS) {
      // Too many for one commit: after a crash just here they go out twice, rather than not at all.
      for (OutboundMessage onward : more) {
        outbox.accept(onward);
      }
      more.clear();
    }
    report(message, lines, now).ifPresent(more::add);
    outbox.settle(message.id(), states, words.toString(), more);
    LOG.info("message {} {}", message.id(), shown(words));
    states.forEach(this::count);
    AccountId origin = message.origin();
    int failed =
        (int) states.stream().filter(each -> each.state() == RecipientState.FAILED).count();
    if (origin != null && failed > 0) {
      services.bounces().count(origin, message.session(), failed);
    }
  }

  private void count(QueuedRecipient after) {
    switch (after.state()) {
      case DELIVERED -> delivered.increment();
      case FAILED -> failures.increment();
      case WAITING, HELD -> deferred.increment();
    }
  }

  /** What came of all attempts so far. */
  QueueMetrics metrics(Map<String, DestinationState> destinations) {
    return new QueueMetrics(
        attempts.sum(), delivered.sum(), deferred.sum(), failures.sum(), destinations);
  }

  private static boolean isSilent(QueuedRecipient after, Action action) {
    return after.state() == RecipientState.DELIVERED && action == Action.DELAYED;
  }

  private static Action action(QueuedRecipient after, Action onSuccess) {
    return switch (after.state()) {
      case DELIVERED -> onSuccess;
      case FAILED -> Action.FAILED;
      case WAITING, HELD -> Action.DELAYED;
    };
  }

  private QueuedRecipient after(
      QueuedRecipient before, Answer answer, Instant now, Instant end, Instant notBefore) {
    String status = answer.toString();
    if (answer.isPositive()) {
      return before.settled(RecipientState.DELIVERED, now, status);
    }
    if (!answer.isTemporary() || !now.isBefore(end)) {
      return before.settled(RecipientState.FAILED, now, status);
    }
    Duration wait = settings.schedule().retryAfter(before.attempts() + 1);
    // A fifth more or less, so that what failed together does not come back together.
    long millis = (long) (wait.toMillis() * (0.8 + 0.4 * random.nextDouble()));
    Instant next = now.plusMillis(Math.max(1, millis));
    next = next.isBefore(notBefore) ? notBefore : next;
    return before.retried(now, next.isAfter(end) ? end : next, status);
  }

  private Optional<OutboundMessage> report(
      QueuedMessage message, List<Report.Line> lines, Instant now) throws IOException {
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream original = outbox.content(message, 0)) {
      return Optional.of(
          Report.write(settings.host(), Report.Original.of(message), lines, now, original));
    }
  }

  private static String shown(CharSequence words) {
    StringBuilder shown = new StringBuilder(words);
    for (int i = 0; i < shown.length(); i++) {
      char c = shown.charAt(i);
      if (c < ' ' || c == 0x7f) {
        shown.setCharAt(i, c == '\n' ? '|' : '?');
      }
    }
    return shown.toString();
  }

  /** The bytes of a message; those of a small one are read once. Used by one thread. */
  private final class Body {
    private final QueuedMessage message;
    private byte @Nullable [] bytes;

    Body(QueuedMessage message) {
      this.message = message;
    }

    InputStream open() throws IOException {
      if (message.size() > READ_ONCE_BYTES) {
        return outbox.content(message, 0);
      }
      byte[] held = bytes;
      if (held == null) {
        try (InputStream in = outbox.content(message, 0)) {
          held = in.readAllBytes();
        }
        bytes = held;
      }
      return new ByteArrayInputStream(held);
    }
  }

  /** The stored bytes, with fields before them. */
  private record Stored(Body body, String fields) implements MessageContent {
    @Override
    public long size() {
      return fields.length() + body.message.size();
    }

    @Override
    public InputStream open() throws IOException {
      byte[] prefix = fields.getBytes(StandardCharsets.ISO_8859_1);
      return prefix.length == 0
          ? body.open()
          : new SequenceInputStream(new ByteArrayInputStream(prefix), body.open());
    }

    @Override
    public void close() {
      // the store keeps it
    }
  }
}
