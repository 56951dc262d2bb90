package org.wachtpost.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ENVELOPE shows (RFC 9051 §7.5.2): header field bodies unfolded, encoded words left as they
 * stand, 8-bit text as it was read (UTF-8, else Latin-1).
 */
public record Envelope(
    @Nullable String date,
    @Nullable String subject,
    List<Address> from,
    List<Address> sender,
    List<Address> replyTo,
    List<Address> to,
    List<Address> cc,
    List<Address> bcc,
    @Nullable String inReplyTo,
    @Nullable String messageId) {

  /** About how many octets of memory it takes. */
  int weight() {
    int weight = MessageData.OBJECT + MessageData.weight(date) + MessageData.weight(subject);
    for (List<Address> addresses : List.of(from, sender, replyTo, to, cc, bcc)) {
      for (Address address : addresses) {
        weight += MessageData.OBJECT + MessageData.weight(address.name);
        weight += MessageData.weight(address.route) + MessageData.weight(address.mailbox);
        weight += MessageData.weight(address.host);
      }
    }
    return weight + MessageData.weight(inReplyTo) + MessageData.weight(messageId);
  }

  /**
   * One address, or a mark of group syntax: start has a mailbox and a null host, end has neither.
   *
   * @param route the source route of an old address, with its at signs: {@code @a,@b}
   */
  public record Address(
      @Nullable String name,
      @Nullable String route,
      @Nullable String mailbox,
      @Nullable String host) {
    /** An address without a route, as all are today. */
    public Address(@Nullable String name, @Nullable String mailbox, @Nullable String host) {
      this(name, null, mailbox, host);
    }
  }
}
