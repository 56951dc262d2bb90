package org.wachtpost.queue;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wachtpost.mail.MessageContent;

/**
 * Tells a sender who asked for it (NOTIFY=SUCCESS, RFC 3461 §6.2) that mail was delivered at once,
 * without having been in the queue.
 *
 * @param id name of the message, for the report's own names
 * @param sender envelope sender, empty for the null reverse-path
 * @param accepted when it came
 * @param content its bytes as they came
 */
public record SuccessNotice(
    String id, String sender, EnvelopeOptions options, Instant accepted, MessageContent content) {

  /**
   * The report to the sender; empty if nobody asked for one, or nobody is there to read it.
   *
   * @param host this server's name
   * @param delivered recipients whose mailbox has the message
   * @param expanded lists that were resolved; what becomes of their members stays here
   * @throws IOException if the content cannot be read
   */
  public Optional<OutboundMessage> report(
      String host, List<OutboundRecipient> delivered, List<OutboundRecipient> expanded, Instant now)
      throws IOException {
    List<Report.Line> lines = new ArrayList<>();
    delivered.forEach(each -> add(lines, each, Report.Action.DELIVERED, "delivered"));
    expanded.forEach(each -> add(lines, each, Report.Action.EXPANDED, "expanded"));
    if (lines.isEmpty() || sender.isEmpty()) {
      return Optional.empty();
    }
    Report.Original original = new Report.Original(id, sender, options, accepted, content.size());
    try (InputStream in = content.open()) {
      return Optional.of(Report.write(host, original, lines, now, in));
    }
  }

  private static void add(
      List<Report.Line> lines, OutboundRecipient to, Report.Action action, String words) {
    if (Report.isWanted(action, to)) {
      lines.add(new Report.Line(to, action, new Answer(250, "2.1.5", words), null, null));
    }
  }
}
