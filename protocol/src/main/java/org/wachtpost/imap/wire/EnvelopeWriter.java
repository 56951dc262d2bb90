package org.wachtpost.imap.wire;

import java.io.IOException;
import java.util.List;
import org.wachtpost.mail.Envelope;

/** ENVELOPE (RFC 9051 §7.5.2). */
public final class EnvelopeWriter {
  private EnvelopeWriter() {}

  public static void write(ResponseWriter out, Envelope envelope) throws IOException {
    out.text("(").nstring(envelope.date()).text(" ").nstring(envelope.subject()).text(" ");
    List<Envelope.Address> from = envelope.from();
    addresses(out, from);
    // RFC 9051 §7.5.2: a Sender or Reply-To that is missing is From's.
    addresses(out.text(" "), envelope.sender().isEmpty() ? from : envelope.sender());
    addresses(out.text(" "), envelope.replyTo().isEmpty() ? from : envelope.replyTo());
    addresses(out.text(" "), envelope.to());
    addresses(out.text(" "), envelope.cc());
    addresses(out.text(" "), envelope.bcc());
    out.text(" ").nstring(envelope.inReplyTo()).text(" ").nstring(envelope.messageId()).text(")");
  }

  private static void addresses(ResponseWriter out, List<Envelope.Address> addresses)
      throws IOException {
    if (addresses.isEmpty()) {
      out.text("NIL");
      return;
    }
    out.text("(");
    for (Envelope.Address address : addresses) {
      out.text("(").nstring(address.name()).text(" ").nstring(address.route());
      out.text(" ").nstring(address.mailbox()).text(" ").nstring(address.host()).text(")");
    }
    out.text(")");
  }
}
