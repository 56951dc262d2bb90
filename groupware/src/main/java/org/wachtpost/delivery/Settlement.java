package org.wachtpost.delivery;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.Recipients.Local;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.queue.Notify;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.store.AccountId;

/**
 * What came of one message: who has it, what must leave, and whom the outbox tries again so that
 * nobody who has it gets it twice. One thread.
 */
final class Settlement {
  private static final Outcome.Failed UNKNOWN =
      new Outcome.Failed(550, "5.1.1", "No such user here");

  private final InboundMessage message;
  private final HeaderScan header;
  private final Map<AccountId, Outcome> filed;
  private final boolean whole;

  /** Which departure takes a message to an address elsewhere: each address gets it once. */
  private final Map<String, Departure> departures = new LinkedHashMap<>();

  private final IdentityHashMap<Departure, Outcome> sent = new IdentityHashMap<>();

  /** What became of handing over, by the address handed over. */
  private final Map<String, Outcome> handedOver = new HashMap<>();

  /**
   * @param filed what came of each account
   * @param whole whether the client hears one answer for all recipients
   */
  Settlement(
      InboundMessage message, HeaderScan header, Map<AccountId, Outcome> filed, boolean whole) {
    this.message = message;
    this.header = header;
    this.filed = filed;
    this.whole = whole;
  }

  /**
   * What leaves together.
   *
   * @param list the address of ours that led there; null if the sender named them
   */
  record Departure(@Nullable String list, List<OutboundRecipient> recipients) {}

  /** Recipients elsewhere, those left out that have had the message. */
  List<Departure> leaving() {
    Map<String, Departure> byList = new LinkedHashMap<>();
    for (InboundRecipient recipient : message.recipients()) {
      boolean named = recipient.reaches() instanceof Resolution.NotLocal;
      for (String address : fresh(recipient)) {
        if (!departures.containsKey(address)) {
          Departure departure =
              byList.computeIfAbsent(
                  named ? "" : recipient.address(),
                  list -> new Departure(named ? null : list, new ArrayList<>()));
          departure.recipients().add(outbound(recipient, address));
          departures.put(address, departure);
        }
      }
    }
    return List.copyOf(byList.values());
  }

  /** What came of sending one of {@link #leaving}. */
  void left(Departure departure, Outcome outcome) {
    sent.put(departure, outcome);
  }

  private Outcome sentTo(String address) {
    Departure departure = departures.get(address);
    return departure == null ? Outcome.DELIVERED : sent.getOrDefault(departure, Outcome.DELIVERED);
  }

  /**
   * Who was not reached although a new attempt of the client would reach others a second time. A
   * permanent failure is among them: whoever takes it over reports it to the sender (RFC 5321
   * §6.1).
   */
  List<OutboundRecipient> toHandOver() {
    boolean anybody = message.recipients().stream().anyMatch(this::reachedSomebody);
    Map<String, OutboundRecipient> rest = new LinkedHashMap<>();
    for (InboundRecipient recipient : message.recipients()) {
      boolean here = reachedSomebody(recipient);
      if (!here && !(whole && anybody)) {
        continue;
      }
      for (Local local : localOf(recipient)) {
        // Who has the message already is content, unless nobody else stands for this recipient.
        if (filed.get(local.account()) instanceof Outcome.Failed failed
            && !(here && isLoop(failed))) {
          rest.putIfAbsent(local.address(), outbound(recipient, local.address()));
        }
      }
      if (isUnreachable(recipient)) {
        rest.putIfAbsent(recipient.address(), outbound(recipient, recipient.address()));
      }
    }
    return List.copyOf(rest.values());
  }

  /** What came of handing those over. */
  void handedOver(List<OutboundRecipient> rest, Outcome outcome) {
    rest.forEach(recipient -> handedOver.put(recipient.address(), outcome));
  }

  /** One outcome per recipient. */
  List<Outcome> outcomes() {
    return message.recipients().stream().map(this::outcome).toList();
  }

  private Outcome outcome(InboundRecipient recipient) {
    if (isUnreachable(recipient)) {
      Outcome.Failed why = recipient.reaches() instanceof Resolution.Unknown ? UNKNOWN : loop();
      return handedOver.getOrDefault(recipient.address(), why);
    }
    Outcome worst = Outcome.DELIVERED;
    for (String address : fresh(recipient)) {
      if (sentTo(address) instanceof Outcome.Failed failed) {
        worst = worseOf(worst, failed);
      }
    }
    boolean here = reachedSomebody(recipient);
    for (Local local : localOf(recipient)) {
      Outcome outcome = handedOver.get(local.address());
      if (outcome == null) {
        outcome = filed.getOrDefault(local.account(), Outcome.DELIVERED);
      }
      if (outcome instanceof Outcome.Failed failed && !(here && isLoop(failed))) {
        worst = worseOf(worst, failed);
      }
    }
    return worst;
  }

  static Outcome worseOf(Outcome before, Outcome.Failed next) {
    return before instanceof Outcome.Failed failed && failed.isTemporary() ? before : next;
  }

  private boolean reachedSomebody(InboundRecipient recipient) {
    return fresh(recipient).stream().anyMatch(each -> sentTo(each) instanceof Outcome.Delivered)
        || localOf(recipient).stream()
            .anyMatch(local -> filed.get(local.account()) instanceof Outcome.Delivered);
  }

  /** Nobody here and nobody elsewhere who has not had the message. */
  private boolean isUnreachable(InboundRecipient recipient) {
    return localOf(recipient).isEmpty() && fresh(recipient).isEmpty();
  }

  private List<String> fresh(InboundRecipient recipient) {
    List<String> external =
        switch (recipient.reaches()) {
          case Resolution.Reaches(var local, var elsewhere) -> elsewhere;
          case Resolution.NotLocal ignored -> List.of(recipient.address());
          case Resolution.Unknown ignored -> List.of();
        };
    return external.isEmpty()
        ? external
        : external.stream().filter(address -> !isLoop(header, address)).toList();
  }

  static List<Local> localOf(InboundRecipient recipient) {
    return switch (recipient.reaches()) {
      case Resolution.Reaches(var local, var external) -> local;
      case Resolution.Unknown ignored -> List.of();
      case Resolution.NotLocal ignored -> List.of();
    };
  }

  private static OutboundRecipient outbound(InboundRecipient recipient, String address) {
    Set<Notify> notifyOn = recipient.notifyOn();
    if (isList(recipient) && notifyOn.contains(Notify.SUCCESS)) {
      // RFC 3461 §5.2.7.3: the list has been reached; who is on it is told to nobody.
      Set<Notify> rest = EnumSet.copyOf(notifyOn);
      rest.remove(Notify.SUCCESS);
      notifyOn = rest.isEmpty() ? Set.of(Notify.NEVER) : rest;
    }
    return new OutboundRecipient(address, recipient.originalRecipient(), notifyOn);
  }

  /** Whether an address stands for several. */
  private static boolean isList(InboundRecipient recipient) {
    return recipient.reaches() instanceof Resolution.Reaches(var local, var external)
        && local.size() + external.size() > 1;
  }

  /** Lists that were reached. */
  List<OutboundRecipient> expanded() {
    return message.recipients().stream()
        .filter(each -> isList(each) && outcome(each) instanceof Outcome.Delivered)
        .map(Settlement::asItCame)
        .toList();
  }

  /** Recipients whose one mailbox has the message now. */
  List<OutboundRecipient> delivered() {
    return message.recipients().stream()
        .filter(each -> !isList(each) && !localOf(each).isEmpty())
        .filter(each -> isFiled(localOf(each).getFirst()))
        .map(Settlement::asItCame)
        .toList();
  }

  private boolean isFiled(Local local) {
    return filed.get(local.account()) instanceof Outcome.Delivered;
  }

  private static OutboundRecipient asItCame(InboundRecipient recipient) {
    return new OutboundRecipient(
        recipient.address(), recipient.originalRecipient(), recipient.notifyOn());
  }

  /**
   * The recipient; one that reaches nobody if it is a list that has sent the message out before and
   * has it back: its members would send it round and round, each time to all of them.
   */
  static InboundRecipient withoutLoop(HeaderScan header, InboundRecipient recipient) {
    boolean isBack =
        recipient.reaches() instanceof Resolution.Reaches(var local, var external)
            && !external.isEmpty()
            && isLoop(header, recipient.address());
    return isBack
        ? new InboundRecipient(
            recipient.address(),
            new Resolution.Reaches(List.of(), List.of()),
            recipient.originalRecipient(),
            recipient.notifyOn())
        : recipient;
  }

  static boolean isLoop(HeaderScan header, String address) {
    return header.wasDeliveredTo(address);
  }

  private static boolean isLoop(Outcome.Failed failed) {
    return failed.equals(loop());
  }

  static Outcome.Failed loop() {
    return new Outcome.Failed(554, "5.4.6", "Mail loop: delivered to this address before");
  }
}
