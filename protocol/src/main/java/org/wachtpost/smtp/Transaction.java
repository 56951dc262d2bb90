package org.wachtpost.smtp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.delivery.InboundRecipient;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.mail.Spool;
import org.wachtpost.queue.EnvelopeOptions;

/** A mail transaction from MAIL on (RFC 5321 §3.3). */
final class Transaction {
  /** Addresses that the recipients of one message may reach through lists. */
  static final int REACHED = 20_000;

  private final String sender;
  private final EnvelopeOptions options;
  private final List<InboundRecipient> recipients = new ArrayList<>();
  private int reached;
  private final LineEnds lineEnds = new LineEnds();
  private Spool.@Nullable Sink chunks;

  Transaction(String sender, EnvelopeOptions options) {
    this.sender = sender;
    this.options = options;
  }

  String sender() {
    return sender;
  }

  /**
   * Adds a recipient; false if it and those before it reach more than {@link #REACHED} addresses,
   * which are all held in memory. One recipient alone may.
   */
  boolean add(InboundRecipient recipient) {
    int reaches =
        switch (recipient.reaches()) {
          case Resolution.Reaches(var local, var external) -> local.size() + external.size();
          case Resolution.NotLocal _, Resolution.Unknown _ -> 1;
        };
    if (reached > 0 && reached + reaches > REACHED) {
      return false;
    }
    reached += reaches;
    recipients.add(recipient);
    return true;
  }

  EnvelopeOptions options() {
    return options;
  }

  List<InboundRecipient> recipients() {
    return recipients;
  }

  /** Line ends over all chunks. */
  LineEnds lineEnds() {
    return lineEnds;
  }

  /** Whether BDAT has begun: then nothing but BDAT and RSET may follow (RFC 3030 §2). */
  boolean inChunks() {
    return chunks != null;
  }

  Spool.Sink chunks(Spool spool) {
    Spool.Sink sink = chunks;
    if (sink == null) {
      sink = spool.start();
      chunks = sink;
    }
    return sink;
  }

  /** Lets go of what BDAT gathered. */
  void close() throws IOException {
    if (chunks != null) {
      chunks.close();
      chunks = null;
    }
  }
}
