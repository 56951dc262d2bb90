package org.wachtpost.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.wachtpost.dns.DnsAnswer.Reason;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;
import org.xbill.DNS.dnssec.ValidatingResolver;

/**
 * One question and one answer, with a deadline and with DNSSEC as configured. In the answer the AD
 * flag means that the whole answer is proven; it is cleared otherwise.
 */
final class DnsExchange {

  /** UDP payload that passes nearly every path unfragmented (DNS flag day 2020; RFC 9715). */
  static final int EDNS_PAYLOAD_BYTES = 1232;

  /** Times a server is asked again before the next one, all within the deadline. */
  static final int RETRIES = 2;

  /** How long {@link DnssecMode#AUTO} believes what it found out about the servers. */
  static final Duration PROBE_VALID = Duration.ofHours(1);

  /** How long it waits after a probe that got no answer at all. */
  static final Duration PROBE_RETRY = Duration.ofMinutes(1);

  sealed interface Outcome {}

  /** NOERROR or NXDOMAIN. */
  record Answered(Message message) implements Outcome {}

  record Failed(Reason reason, String detail) implements Outcome {}

  /** A point on the monotonic clock. */
  record Deadline(long nanos) {
    static Deadline after(Duration duration) {
      return new Deadline(System.nanoTime() + duration.toNanos());
    }

    long nanosLeft() {
      return Math.max(0, nanos - System.nanoTime());
    }
  }

  private enum Able {
    UNKNOWN,
    VALIDATING,
    PLAIN
  }

  private record Probe(Able able, Instant until) {}

  private final DnsSettings settings;
  private final InstantSource clock;
  private final Resolver plain;
  private final Resolver validating;
  private final Semaphore places;
  private final AtomicReference<Probe> probe =
      new AtomicReference<>(new Probe(Able.UNKNOWN, Instant.MIN));

  DnsExchange(DnsSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.plain = plainResolver(settings);
    this.validating = validatingResolver(settings, clock);
    this.places = new Semaphore(settings.maxConcurrent(), true);
  }

  Outcome send(Name name, int type, Deadline deadline) {
    return switch (settings.dnssec()) {
      case OFF -> distrusted(send(plain, name, type, false, deadline));
      case TRUST_AD -> send(plain, name, type, true, deadline);
      case VALIDATE -> send(validating, name, type, false, deadline);
      case AUTO ->
          canValidate(deadline)
              ? send(validating, name, type, false, deadline)
              : distrusted(send(plain, name, type, false, deadline));
    };
  }

  /** Whether the servers let the root's own keys be proven; asked now and then. */
  private boolean canValidate(Deadline deadline) {
    Probe known = probe.get();
    Instant now = clock.instant();
    if (known.able() != Able.UNKNOWN && now.isBefore(known.until())) {
      return known.able() == Able.VALIDATING;
    }
    Outcome root = send(validating, Name.root, Type.DNSKEY, false, deadline);
    Probe found =
        switch (root) {
          case Answered(Message message) ->
              message.getHeader().getFlag(Flags.AD)
                  ? new Probe(Able.VALIDATING, now.plus(PROBE_VALID))
                  : new Probe(Able.PLAIN, now.plus(PROBE_VALID));
          case Failed(Reason reason, String _) ->
              reason == Reason.BOGUS
                  ? new Probe(Able.PLAIN, now.plus(PROBE_VALID))
                  : new Probe(Able.PLAIN, now.plus(PROBE_RETRY));
        };
    probe.set(found);
    return found.able() == Able.VALIDATING;
  }

  private static Outcome distrusted(Outcome outcome) {
    if (outcome instanceof Answered(Message message)) {
      message.getHeader().unsetFlag(Flags.AD);
    }
    return outcome;
  }

  private Outcome send(Resolver resolver, Name name, int type, boolean wantAd, Deadline deadline) {
    Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
    if (wantAd) {
      // RFC 6840 §5.7: asks for the AD flag without asking for the signatures.
      query.getHeader().setFlag(Flags.AD);
    }
    try {
      if (!places.tryAcquire(deadline.nanosLeft(), TimeUnit.NANOSECONDS)) {
        return new Failed(Reason.TIMEOUT, "too many DNS questions under way");
      }
    } catch (InterruptedException _) {
      return interrupted();
    }
    CompletableFuture<Message> answer = null;
    try {
      answer = resolver.sendAsync(query, Thread::startVirtualThread).toCompletableFuture();
      return outcome(answer.get(deadline.nanosLeft(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException _) {
      return new Failed(Reason.TIMEOUT, "no answer for " + name + " " + Type.string(type));
    } catch (InterruptedException _) {
      return interrupted();
    } catch (ExecutionException e) {
      return failed(e.getCause() == null ? e : e.getCause(), name, type);
    } finally {
      places.release();
      if (answer != null) {
        answer.cancel(true);
      }
    }
  }

  private static Failed interrupted() {
    Thread.currentThread().interrupt();
    return new Failed(Reason.NETWORK, "interrupted");
  }

  private static Failed failed(Throwable cause, Name name, int type) {
    String detail = name + " " + Type.string(type) + ": " + cause.getMessage();
    if (cause instanceof WireParseException) {
      return new Failed(Reason.MALFORMED, detail);
    }
    boolean late =
        cause instanceof TimeoutException
            || cause instanceof java.net.SocketTimeoutException
            || (cause instanceof IOException
                && String.valueOf(cause.getMessage()).contains("Timed out"));
    return new Failed(late ? Reason.TIMEOUT : Reason.NETWORK, detail);
  }

  private static Outcome outcome(Message message) {
    int rcode = message.getRcode();
    if (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN) {
      return new Answered(message);
    }
    String detail = Rcode.string(rcode) + extendedError(message);
    boolean bogus = rcode == Rcode.SERVFAIL && hasDnssecError(message);
    return new Failed(bogus ? Reason.BOGUS : Reason.SERVER_FAILURE, detail);
  }

  /** RFC 8914 §4: codes 5 to 12 are the ones of DNSSEC. */
  private static boolean hasDnssecError(Message message) {
    return extendedErrors(message).stream()
        .anyMatch(e -> e.getErrorCode() >= 5 && e.getErrorCode() <= 12);
  }

  private static String extendedError(Message message) {
    StringBuilder text = new StringBuilder();
    for (ExtendedErrorCodeOption error : extendedErrors(message)) {
      text.append(" (")
          .append(error.getErrorCode())
          .append(' ')
          .append(error.getText())
          .append(')');
    }
    return text.toString();
  }

  private static List<ExtendedErrorCodeOption> extendedErrors(Message message) {
    OPTRecord opt = message.getOPT();
    if (opt == null) {
      return List.of();
    }
    return opt.getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
        .filter(ExtendedErrorCodeOption.class::isInstance)
        .map(ExtendedErrorCodeOption.class::cast)
        .toList();
  }

  private static Resolver plainResolver(DnsSettings settings) {
    List<InetSocketAddress> servers =
        settings.servers().isEmpty()
            ? ResolverConfig.getCurrentConfig().servers()
            : settings.servers();
    List<Resolver> each = new ArrayList<>();
    for (InetSocketAddress server : servers) {
      SimpleResolver resolver = new SimpleResolver(server);
      resolver.setTimeout(settings.attemptTimeout());
      resolver.setEDNS(0, EDNS_PAYLOAD_BYTES, 0, List.of());
      each.add(resolver);
    }
    ExtendedResolver all = new ExtendedResolver(each);
    all.setRetries(RETRIES);
    all.setTimeout(settings.deadline());
    return all;
  }

  private static Resolver validatingResolver(DnsSettings settings, InstantSource clock) {
    ValidatingResolver resolver =
        new ValidatingResolver(plainResolver(settings), clock.withZone(ZoneOffset.UTC));
    try {
      resolver.loadTrustAnchors(
          new ByteArrayInputStream(settings.trustAnchors().getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException("DNSSEC trust anchors cannot be read", e);
    }
    return resolver;
  }
}
