package org.wachtpost.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.store.AccountId;

/**
 * A message to send.
 *
 * @param sender envelope sender, empty for the null reverse-path
 * @param recipients at least one
 * @param origin the account that submitted it, or null for mail that is passed on
 * @param session name of the session that brought it, for the trace
 * @param content with everything that is to be sent; the caller closes it
 */
public record OutboundMessage(
    String sender,
    List<OutboundRecipient> recipients,
    EnvelopeOptions options,
    @Nullable AccountId origin,
    String session,
    MessageContent content) {
  public OutboundMessage {
    recipients = List.copyOf(recipients);
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a message to nobody");
    }
  }

  /** The same message to others. */
  public OutboundMessage to(List<OutboundRecipient> others) {
    return new OutboundMessage(sender, others, options, origin, session, content);
  }
}
