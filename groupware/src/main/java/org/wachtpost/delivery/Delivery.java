package org.wachtpost.delivery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.delivery.MessageGate.Span;
import org.wachtpost.delivery.MessageGate.Verdict;
import org.wachtpost.directory.Principal;
import org.wachtpost.directory.Recipients;
import org.wachtpost.directory.Recipients.Local;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.mail.Mail;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.Outgoing;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;

/** Delivers messages. Thread-safe. */
public final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final Outcome.Failed UNREADABLE =
      new Outcome.Failed(451, "4.3.0", "Message could not be read back, try again later");

  private final Outgoing outgoing;
  private final MessageGate gate;
  private final DeliverySettings settings;
  private final Filing filing;
  private final SubmissionCheck submission;

  /**
   * @param outgoing takes what leaves
   */
  public Delivery(
      Recipients recipients,
      Mail mail,
      Outgoing outgoing,
      MessageGate gate,
      DeliverySettings settings) {
    this.outgoing = outgoing;
    this.gate = gate;
    this.settings = settings;
    this.filing = new Filing(mail, settings.parallel());
    this.submission = new SubmissionCheck(recipients, settings.host());
  }

  /**
   * As {@link #deliver} for protocols with one answer for all recipients: if it works for some and
   * not for others, the outbox takes over those others (to try again, or to report), so that the
   * client need not send again to whom it has reached.
   */
  public Outcome deliverWhole(InboundMessage message) {
    List<Outcome> outcomes = deliver(message);
    List<InboundRecipient> rest = new ArrayList<>();
    Outcome worst = Outcome.DELIVERED;
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof Outcome.Failed failed) {
        rest.add(message.recipients().get(i));
        worst = worseOf(worst, failed);
      }
    }
    return rest.isEmpty() || rest.size() == outcomes.size() ? worst : takeOver(message, rest);
  }

  private Outcome takeOver(InboundMessage message, List<InboundRecipient> rest) {
    List<OutboundRecipient> recipients =
        rest.stream()
            .map(recipient ->
                new OutboundRecipient(
                    recipient.address(), recipient.originalRecipient(), recipient.notifyOn()))
            .toList();
    try {
      String received = TraceFields.received(message, settings.host());
      return send(message, List.of(received), List.of(), recipients);
    } catch (IOException e) {
      LOG.error("message {} cannot be read back", message.id(), e);
      return UNREADABLE;
    }
  }

  /**
   * Delivers the message; what is reported as delivered is durable.
   *
   * @return one outcome per recipient, in their order
   */
  public List<Outcome> deliver(InboundMessage message) {
    try {
      HeaderScan header = HeaderScan.of(message.content());
      Optional<Outcome.Failed> objection = objection(message, header);
      return objection.isPresent() ? all(message, objection.get()) : judged(message, header);
    } catch (IOException e) {
      LOG.error("message {} cannot be read back", message.id(), e);
      return all(message, UNREADABLE);
    }
  }

  private Optional<Outcome.Failed> objection(InboundMessage message, HeaderScan header) {
    if (!header.isComplete()) {
      return Optional.of(new Outcome.Failed(552, "5.3.4", "Header too long"));
    }
    if (header.count("received") > settings.hops()) {
      return Optional.of(new Outcome.Failed(554, "5.4.6", "Too many hops, mail loop?"));
    }
    Principal principal = message.session().principal();
    return principal == null ? Optional.empty() : submission.objection(header, principal);
  }

  private List<Outcome> judged(InboundMessage message, HeaderScan header) throws IOException {
    return switch (gate.check(message)) {
      case Verdict.Refuse(int code, String enhanced, String text) ->
          all(message, new Outcome.Failed(code, enhanced, text));
      case Verdict.Accept accept -> accepted(message, header, accept);
    };
  }

  private List<Outcome> accepted(InboundMessage message, HeaderScan header, Verdict.Accept accept)
      throws IOException {
    List<String> fields = new ArrayList<>();
    fields.add(TraceFields.received(message, settings.host()));
    fields.add(accept.prepend());
    Principal principal = message.session().principal();
    if (principal != null) {
      fields.addAll(submission.additions(header, principal, message.received(), message.id()));
    }
    Map<AccountId, Local> accounts = new LinkedHashMap<>();
    for (InboundRecipient recipient : message.recipients()) {
      for (Local local : localOf(recipient.reaches())) {
        accounts.putIfAbsent(local.account(), local);
      }
    }
    Map<AccountId, Outcome> filed =
        filing.file(message, accounts, header, fields, accept.strip(), accept.folder());
    return settle(message, header, fields, accept, filed);
  }

  private static List<Local> localOf(Resolution reaches) {
    return switch (reaches) {
      case Resolution.Reaches(var local, var external) -> local;
      case Resolution.Unknown ignored -> List.of();
      case Resolution.NotLocal ignored -> List.of();
    };
  }

  /** Hands to the outbox what leaves, and says per recipient what came of it. */
  private List<Outcome> settle(
      InboundMessage message,
      HeaderScan header,
      List<String> fields,
      Verdict.Accept accept,
      Map<AccountId, Outcome> filed)
      throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    List<OutboundRecipient> leaving = new ArrayList<>();
    List<Integer> leavingIndexes = new ArrayList<>();
    for (int i = 0; i < message.recipients().size(); i++) {
      InboundRecipient recipient = message.recipients().get(i);
      outcomes.add(localOutcome(recipient, filed));
      List<String> targets = externalOf(recipient);
      List<String> fresh = targets.stream().filter(to -> !isLoop(header, to)).toList();
      if (fresh.isEmpty() && !targets.isEmpty() && localOf(recipient.reaches()).isEmpty()) {
        outcomes.set(i, loop());
      }
      for (String address : fresh) {
        leaving.add(
            new OutboundRecipient(address, recipient.originalRecipient(), recipient.notifyOn()));
        leavingIndexes.add(i);
      }
    }
    if (!leaving.isEmpty()) {
      Outcome sent = send(message, fields, accept.strip(), leaving);
      if (sent instanceof Outcome.Failed) {
        leavingIndexes.forEach(index -> outcomes.set(index, sent));
      }
    }
    return outcomes;
  }

  private static Outcome localOutcome(InboundRecipient recipient, Map<AccountId, Outcome> filed) {
    if (recipient.reaches() instanceof Resolution.Unknown) {
      return new Outcome.Failed(550, "5.1.1", "No such user here");
    }
    Outcome worst = Outcome.DELIVERED;
    int delivered = 0;
    List<Local> locals = localOf(recipient.reaches());
    for (Local local : locals) {
      Outcome outcome = filed.getOrDefault(local.account(), Outcome.DELIVERED);
      if (outcome instanceof Outcome.Failed failed) {
        worst = worseOf(worst, failed);
      } else {
        delivered++;
      }
    }
    // One full mailbox in a group must not make the sender send to all others again and again.
    boolean groupMostlyReached = locals.size() > 1 && delivered > 0;
    return groupMostlyReached && !isTemporary(worst) ? Outcome.DELIVERED : worst;
  }

  private static Outcome worseOf(Outcome before, Outcome.Failed next) {
    return before instanceof Outcome.Failed failed && failed.isTemporary() ? before : next;
  }

  private static boolean isTemporary(Outcome outcome) {
    return outcome instanceof Outcome.Failed failed && failed.isTemporary();
  }

  static boolean isLoop(HeaderScan header, String address) {
    return header.bodies("delivered-to").stream().anyMatch(seen -> seen.equalsIgnoreCase(address));
  }

  static Outcome.Failed loop() {
    return new Outcome.Failed(554, "5.4.6", "Mail loop: delivered to this address before");
  }

  private static List<String> externalOf(InboundRecipient recipient) {
    return switch (recipient.reaches()) {
      case Resolution.Reaches(var local, var external) -> external;
      case Resolution.NotLocal ignored -> List.of(recipient.address());
      case Resolution.Unknown ignored -> List.of();
    };
  }

  private Outcome send(
      InboundMessage message,
      List<String> fields,
      List<Span> strip,
      List<OutboundRecipient> leaving)
      throws IOException {
    byte[] prefix = TraceFields.bytes(fields);
    try (MessageContent content = new PiecedContent(prefix, message.content(), strip)) {
      Principal principal = message.session().principal();
      outgoing.accept(
          new OutboundMessage(
              message.sender(),
              leaving,
              message.options(),
              principalAccount(principal),
              message.session().origin().session(),
              content));
      return Outcome.DELIVERED;
    } catch (StoreException e) {
      LOG.error("message {} cannot be queued", message.id(), e);
      return Filing.storeFailure();
    }
  }

  private static @Nullable AccountId principalAccount(@Nullable Principal principal) {
    return principal == null ? null : principal.account();
  }

  private static List<Outcome> all(InboundMessage message, Outcome outcome) {
    return Collections.nCopies(message.recipients().size(), outcome);
  }
}
