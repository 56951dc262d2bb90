package org.wachtpost.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.Report.Action;
import org.wachtpost.queue.Sending.Effect;
import org.wachtpost.queue.Sending.Result;

/** One message, host after host. Used by one thread. */
final class Trial {
  /** RFC 8689 §5. */
  private static final Pattern NO_TLS = Pattern.compile("(?im)^TLS-Required:[ \\t]*No[ \\t]*$");

  private final QueueRunner.Services services;
  private final Signing signing;
  private final Destinations.Found.Hops found;
  private final String domain;
  private final QueuedMessage queued;
  private final StoredContent body;
  private final OutboundMessage message;
  private final String signatures;
  private final StringBuilder words = new StringBuilder();
  private Answer last = Answer.temporary("4.4.1", "no host answered");
  private @Nullable Hop unreachable;
  private int hosts;

  /**
   * @param plain without our signatures
   */
  Trial(
      QueueRunner.Services services,
      Signing signing,
      Destinations.Found.Hops found,
      String domain,
      QueuedMessage queued,
      StoredContent body,
      OutboundMessage plain)
      throws IOException {
    Signing.Signed signed = signing.sign(queued, plain.content());
    this.services = services;
    this.signing = signing;
    this.domain = domain;
    this.queued = queued;
    this.body = body;
    this.signatures = signed.words();
    this.message =
        new OutboundMessage(
            plain.sender(),
            plain.recipients(),
            plain.options(),
            plain.origin(),
            plain.session(),
            body.after(signed.fields()));
    this.found = relaxed(found, message);
  }

  /** Tries hosts until one has taken the message, or said that it never will. */
  Result run() throws IOException {
    @Nullable Result refused = null;
    Set<String> refusing = new HashSet<>();
    for (Hop hop : found.hops()) {
      boolean skip = hosts >= QueueSettings.HOSTS_PER_ATTEMPT || refusing.contains(hop.host());
      Optional<Result> result = skip ? Optional.empty() : with(hop);
      if (result.isPresent() && !isRefusedForNow(result.get())) {
        return result.get();
      }
      if (result.isPresent()) {
        // RFC 5321 §5.1: the next host may take what this one does not.
        refused = result.get();
        refusing.add(hop.host());
        words.append(" refuses for now: ").append(refused.answers().getFirst()).append("; ");
      }
    }
    if (refused != null) {
      return refused.inWords(words.toString());
    }
    Effect effect = last.isTemporary() ? Effect.UNREACHABLE : Effect.TAKEN;
    return Result.same(last, message.recipients().size(), words.toString(), effect);
  }

  /**
   * Whether nobody is reached, and certainly not: what broke off may have been taken, and to bring
   * it elsewhere at once would make two of it.
   */
  private static boolean isRefusedForNow(Result result) {
    return result.answers().stream()
        .allMatch(answer ->
            answer.isTemporary() && !answer.isTooMany() && !answer.enhanced().equals("4.4.2"));
  }

  /** Empty if another host is to be tried. */
  private Optional<Result> with(Hop hop) throws IOException {
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
    hosts++;
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

  /** Signed again: the signature is of what the host gets. */
  private Optional<OutboundMessage> inSevenBits() throws IOException {
    Optional<MessageContent> converted = SevenBit.of(body.after(""));
    if (converted.isEmpty()) {
      return Optional.empty();
    }
    byte[] fields =
        signing.signChanged(queued, converted.get()).fields().getBytes(StandardCharsets.ISO_8859_1);
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
