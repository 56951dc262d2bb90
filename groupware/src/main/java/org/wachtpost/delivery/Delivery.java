package org.wachtpost.delivery;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.delivery.MessageGate.Folder;
import org.wachtpost.delivery.MessageGate.Span;
import org.wachtpost.delivery.MessageGate.Verdict;
import org.wachtpost.directory.Principal;
import org.wachtpost.directory.Recipients;
import org.wachtpost.directory.Recipients.Local;
import org.wachtpost.mail.Mail;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.Outgoing;
import org.wachtpost.queue.SuccessNotice;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.StoreException;

/** Delivers messages. Thread-safe. */
public final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final Outcome.Failed UNREADABLE =
      new Outcome.Failed(451, "4.3.0", "Message could not be read back, try again later");

  private final Recipients recipients;
  private final Outgoing outgoing;
  private final MessageGate gate;
  private final DeliverySettings settings;
  private final Filing filing;
  private final SubmissionCheck submission;
  private final LargeHeaders largeHeaders = new LargeHeaders(LargeHeaders.LONGEST_WAIT);

  /**
   * @param outgoing takes what leaves
   */
  public Delivery(
      Recipients recipients,
      Mail mail,
      Outgoing outgoing,
      MessageGate gate,
      DeliverySettings settings) {
    this.recipients = recipients;
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
    Outcome worst = Outcome.DELIVERED;
    for (Outcome outcome : deliver(message, true)) {
      if (outcome instanceof Outcome.Failed failed) {
        worst = Settlement.worseOf(worst, failed);
      }
    }
    return worst;
  }

  /**
   * Delivers the message; what is reported as delivered is durable. Of a group that was reached in
   * part, the outbox takes over the rest.
   *
   * @return one outcome per recipient, in their order
   */
  public List<Outcome> deliver(InboundMessage message) {
    return deliver(message, false);
  }

  private List<Outcome> deliver(InboundMessage message, boolean whole) {
    try (LargeHeaders.Turn turn = largeHeaders.turn(message.session().origin().remote())) {
      HeaderScan header = HeaderScan.of(message.content(), turn);
      Optional<Outcome.Failed> objection = objection(message, header);
      Principal principal = message.session().principal();
      AccountId account = principal == null ? null : principal.account();
      Way way = new Way(whole, false, outgoing, account);
      return objection.isPresent() ? all(message, objection.get()) : judged(message, header, way);
    } catch (IOException e) {
      LOG.error("message {} cannot be read back", message.id(), e);
      return all(message, UNREADABLE);
    }
  }

  /**
   * Delivers what the outbox holds for addresses of ours: members of a group that could not be
   * reached at first, and reports to our own people. The gate has judged such a message when it
   * came, or it was made here; it is not asked again.
   *
   * <p>The copies differ in nothing from one attempt to the next, and nobody is given the same copy
   * twice: an attempt may come again after a crash.
   *
   * @param id name of this attempt, for the log
   * @param onward takes what leaves
   * @return one outcome per recipient, in their order
   */
  public List<Outcome> deliverQueued(
      String id, OutboundMessage queued, Instant now, Outgoing onward) {
    Origin origin = new Origin("internal", null, 0, 0, queued.session());
    InboundMessage message =
        new InboundMessage(
            new InboundSession(origin, settings.host(), "internal", null, null),
            queued.sender(),
            queued.recipients().stream()
                .map(recipient ->
                    new InboundRecipient(
                        recipient.address(),
                        recipients.resolve(recipient.address()),
                        recipient.originalRecipient(),
                        recipient.notifyOn()))
                .toList(),
            queued.options(),
            now,
            id,
            queued.content());
    try (LargeHeaders.Turn turn = largeHeaders.turn(message.session().origin().remote())) {
      HeaderScan header = HeaderScan.of(message.content(), turn);
      // One Received field more than at the door: our own.
      Optional<Outcome.Failed> objection = objection(header, settings.hops() + 1);
      if (objection.isPresent()) {
        return all(message, objection.get());
      }
      HandoverNote.Found note = HandoverNote.read(message.content());
      List<Span> strip = note.octets() == 0 ? List.of() : List.of(new Span(0, note.octets()));
      return accepted(
          message,
          header,
          new Copy(List.of(), strip, note.folder()),
          new Way(false, true, onward, queued.origin()));
    } catch (IOException e) {
      LOG.error("queued message {} cannot be read back", id, e);
      return all(message, UNREADABLE);
    }
  }

  private Optional<Outcome.Failed> objection(InboundMessage message, HeaderScan header) {
    Optional<Outcome.Failed> objection = objection(header, settings.hops());
    Principal principal = message.session().principal();
    return objection.isPresent() || principal == null
        ? objection
        : submission.objection(header, principal);
  }

  private static Optional<Outcome.Failed> objection(HeaderScan header, int hops) {
    if (header.hadNoTurn()) {
      return Optional.of(
          new Outcome.Failed(451, "4.3.2", "Too many long headers, try again later"));
    }
    if (!header.isComplete()) {
      return Optional.of(new Outcome.Failed(552, "5.3.4", "Header too long"));
    }
    if (header.hasBareLineEnd()) {
      // RFC 3030 §3 frees the body only. Others would see fields here that no check of ours saw.
      return Optional.of(new Outcome.Failed(554, "5.6.0", "CR or LF alone in the header"));
    }
    if (header.beginsFolded()) {
      // RFC 5322 §2.2.3: it would be the sender's own end of the last field that we put before it.
      return Optional.of(new Outcome.Failed(554, "5.6.0", "Header begins with a folded line"));
    }
    if (header.count("received") > hops) {
      return Optional.of(new Outcome.Failed(554, "5.4.6", "Too many hops, mail loop?"));
    }
    return Optional.empty();
  }

  private List<Outcome> judged(InboundMessage message, HeaderScan header, Way way)
      throws IOException {
    return switch (gate.check(message)) {
      case Verdict.Refuse(int code, String enhanced, String text) ->
          all(message, new Outcome.Failed(code, enhanced, text));
      case Verdict.Accept accept -> accepted(message, header, copyOf(message, header, accept), way);
    };
  }

  /**
   * How a message is dealt with.
   *
   * @param whole whether its giver hears one answer for all recipients
   * @param once whether it may have been here before, for some of its recipients
   * @param outgoing takes what leaves
   * @param account who sent it, if it was one of our own
   */
  private record Way(boolean whole, boolean once, Outgoing outgoing, @Nullable AccountId account) {}

  /**
   * How every copy of a message differs from what came, whether it is filed, leaves or waits.
   *
   * @param fields go before it
   */
  private record Copy(List<String> fields, List<Span> strip, Folder folder) {}

  private Copy copyOf(InboundMessage message, HeaderScan header, Verdict.Accept accept) {
    List<String> fields = new ArrayList<>();
    fields.add(TraceFields.received(message, settings.host()));
    fields.add(accept.prepend());
    Principal principal = message.session().principal();
    if (principal != null) {
      fields.addAll(submission.additions(header, principal, message.received(), message.id()));
    }
    List<Span> strip = SubmissionCheck.strip(header, accept.strip(), principal);
    return new Copy(fields, strip, accept.folder());
  }

  private List<Outcome> accepted(InboundMessage came, HeaderScan header, Copy copy, Way way)
      throws IOException {
    InboundMessage message =
        came.withRecipients(
            came.recipients().stream()
                .map(recipient -> Settlement.withoutLoop(header, recipient))
                .toList());
    Map<AccountId, Local> accounts = new LinkedHashMap<>();
    for (InboundRecipient recipient : message.recipients()) {
      for (Local local : Settlement.localOf(recipient)) {
        accounts.putIfAbsent(local.account(), local);
      }
    }
    Map<AccountId, Outcome> filed =
        filing.file(
            message, accounts, header, copy.fields(), copy.strip(), copy.folder(), way.once());
    Settlement settlement = new Settlement(message, header, filed, way.whole());
    for (Settlement.Departure departure : settlement.leaving()) {
      List<String> fields = new ArrayList<>(copy.fields());
      if (departure.list() != null) {
        fields.addFirst(TraceFields.deliveredTo(departure.list()));
      }
      settlement.left(departure, send(message, way, fields, copy.strip(), departure.recipients()));
    }
    List<OutboundRecipient> rest = settlement.toHandOver();
    if (!rest.isEmpty()) {
      List<String> fields = new ArrayList<>(copy.fields());
      fields.addFirst(HandoverNote.of(copy.folder()));
      settlement.handedOver(rest, send(message, way, fields, copy.strip(), rest));
    }
    // Of what comes from the queue, the queue reports. Junk gets no answer: its sender is forged.
    if (!way.once() && copy.folder() == Folder.INBOX) {
      reportSuccess(message, way, settlement);
    }
    return settlement.outcomes();
  }

  private void reportSuccess(InboundMessage message, Way way, Settlement settlement)
      throws IOException {
    SuccessNotice notice =
        new SuccessNotice(
            message.id(),
            message.sender(),
            message.options(),
            message.received(),
            message.content());
    Optional<OutboundMessage> report =
        notice.report(
            settings.host(), settlement.delivered(), settlement.expanded(), message.received());
    try {
      if (report.isPresent()) {
        way.outgoing().accept(report.get());
      }
    } catch (StoreException e) {
      // The mail is there; to refuse it now would only bring it a second time.
      LOG.error("the report on message {} cannot be queued", message.id(), e);
    }
  }

  private static Outcome send(
      InboundMessage message,
      Way way,
      List<String> fields,
      List<Span> strip,
      List<OutboundRecipient> leaving)
      throws IOException {
    byte[] prefix = TraceFields.bytes(fields);
    try (MessageContent content = new PiecedContent(prefix, message.content(), strip)) {
      way.outgoing()
          .accept(
              new OutboundMessage(
                  message.sender(),
                  leaving,
                  message.options(),
                  way.account(),
                  message.session().origin().session(),
                  content));
      return Outcome.DELIVERED;
    } catch (StoreException e) {
      LOG.error("message {} cannot be queued", message.id(), e);
      return Filing.storeFailure();
    }
  }

  private static List<Outcome> all(InboundMessage message, Outcome outcome) {
    return Collections.nCopies(message.recipients().size(), outcome);
  }
}
