package org.wachtpost.delivery;

import java.time.Instant;
import java.util.List;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.EnvelopeOptions;

/**
 * A message as it was received.
 *
 * @param sender envelope sender, empty for the null reverse-path
 * @param id name of this transaction, for the trace field and the reply
 * @param content the bytes as they came; the caller closes it
 */
public record InboundMessage(
    InboundSession session,
    String sender,
    List<InboundRecipient> recipients,
    EnvelopeOptions options,
    Instant received,
    String id,
    MessageContent content) {
  public InboundMessage {
    recipients = List.copyOf(recipients);
  }

  /** The same for others. */
  InboundMessage withRecipients(List<InboundRecipient> others) {
    return new InboundMessage(session, sender, others, options, received, id, content);
  }
}
