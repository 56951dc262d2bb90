package org.wachtpost.queue;

import java.io.IOException;
import java.io.InputStream;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.directory.MailAddress;
import org.wachtpost.queue.Report.Action;
import org.wachtpost.store.AccountId;

/** One attempt: finds the hosts, brings the message, writes down what came of it. Thread-safe. */
final class Sending {
  private static final Logger LOG = LoggerFactory.getLogger(Sending.class);

  /** Policy of a host whose TLSA records cannot be believed. */
  private static final TlsResults.Policy UNKNOWN_TLSA =
      new TlsResults.Policy(TlsResults.Kind.TLSA, List.of(), List.of());

  /**
   * Recipients of messages that follow from one attempt and are queued in one commit with it, which
   * may have to remove a whole message besides.
   */
  private static final int ONWARD_RECIPIENTS = Outbox.RECIPIENTS / 2;

  /**
   * Attempts before a recipient is given up, however old the message is: who was held for days, or
   * waited for a server that did not run, is not lost to the first host that wants it again later.
   */
  static final int LEAST_ATTEMPTS = 5;

  /** How a destination took it. */
  enum Effect {
    TAKEN,
    SLOW_DOWN,
    UNREACHABLE
  }

  /** Recipients of one message at one destination. */
  record Parcel(QueueId message, String domain, List<Integer> recipients) {}

  /** What came of it, before it is written down. */
  record Result(
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

    Result inWords(String others) {
      return new Result(answers, remote, onSuccess, others, effect, onward);
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
    StoredContent body = new StoredContent(outbox, message);
    OutboundMessage plain =
        new OutboundMessage(
            message.sender(),
            recipients.stream().map(QueuedRecipient::recipient).toList(),
            message.options(),
            message.origin(),
            message.session(),
            body.after(""));
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
        Effect effect = answer.isTemporary() ? Effect.UNREACHABLE : Effect.TAKEN;
        yield Result.same(answer, recipients.size(), answer.text(), effect);
      }
      case Destinations.Found.Hops hops ->
          new Trial(services, signing, hops, domain, message, body, plain).run();
    };
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
        Instant last = after.nextAttempt().isAfter(end) ? after.nextAttempt() : end;
        Instant until = action == Action.DELAYED ? last : null;
        lines.add(new Report.Line(before.recipient(), action, answer, result.remote(), until));
      }
      words.append("\n  ").append(before.recipient().address()).append(": ");
      words.append(after.state() == RecipientState.WAITING ? "later" : after.state().name());
      words.append(", ").append(answer);
    }
    List<OutboundMessage> more = new ArrayList<>(result.onward());
    if (more.stream().mapToInt(each -> each.recipients().size()).sum() > ONWARD_RECIPIENTS) {
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
    boolean old = !now.isBefore(end);
    if (!answer.isTemporary() || old && before.attempts() + 1 >= LEAST_ATTEMPTS) {
      return before.settled(RecipientState.FAILED, now, status);
    }
    Duration wait = settings.schedule().retryAfter(before.attempts() + 1);
    // A fifth more or less, so that what failed together does not come back together.
    long millis = (long) (wait.toMillis() * (0.8 + 0.4 * random.nextDouble()));
    Instant next = now.plusMillis(Math.max(1, millis));
    next = next.isBefore(notBefore) ? notBefore : next;
    return before.retried(now, !old && next.isAfter(end) ? end : next, status);
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
}
