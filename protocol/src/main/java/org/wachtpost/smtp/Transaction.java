package org.wachtpost.smtp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.delivery.InboundRecipient;
import org.wachtpost.mail.Spool;
import org.wachtpost.queue.EnvelopeOptions;

/** A mail transaction from MAIL on (RFC 5321 §3.3). */
final class Transaction {
  private final String sender;
  private final EnvelopeOptions options;
  private final List<InboundRecipient> recipients = new ArrayList<>();
  private final LineEnds lineEnds = new LineEnds();
  private Spool.@Nullable Sink chunks;

  Transaction(String sender, EnvelopeOptions options) {
    this.sender = sender;
    this.options = options;
  }

  String sender() {
    return sender;
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
