package org.wachtpost.delivery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wachtpost.delivery.MessageGate.Span;
import org.wachtpost.directory.Principal;
import org.wachtpost.directory.Recipients;

/** What a submission server does to a message before it sends it on (RFC 6409 §8). */
final class SubmissionCheck {
  private static final int AUTHORS = 100;

  private final Recipients recipients;
  private final String host;

  SubmissionCheck(Recipients recipients, String host) {
    this.recipients = recipients;
    this.host = host;
  }

  /**
   * RFC 6409 §6.1: whoever submits may write under its own names only. That goes for Sender too:
   * mail programs show it as who wrote in the author's stead.
   */
  Optional<Outcome.Failed> objection(HeaderScan header, Principal principal) {
    Optional<Outcome.Failed> from = objection(header, "From", principal);
    return from.isPresent() ? from : objection(header, "Sender", principal);
  }

  private Optional<Outcome.Failed> objection(HeaderScan header, String field, Principal principal) {
    List<String> bodies = header.bodies(field.toLowerCase(Locale.ROOT));
    if (bodies.size() > 1) {
      return Optional.of(new Outcome.Failed(554, "5.6.0", "More than one " + field + " field"));
    }
    for (String body : bodies) {
      Optional<List<String>> authors = Authors.of(body);
      if (authors.isEmpty() || authors.get().size() > AUTHORS) {
        return Optional.of(new Outcome.Failed(554, "5.6.0", field + " field cannot be read"));
      }
      for (String author : authors.get()) {
        if (!recipients.maySendAs(principal.account(), author)) {
          return Optional.of(
              new Outcome.Failed(550, "5.7.1", field + ": address does not belong to the account"));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What the gate leaves out and, beside it, a return path, which is only written at the end of the
   * way (RFC 5321 §4.4: exactly one), and from a submitter who was to be hidden (RFC 5322 §3.6.3),
   * where the mail program has left that in.
   *
   * @param submitter null for mail from elsewhere
   */
  static List<Span> strip(HeaderScan header, List<Span> gate, @Nullable Principal submitter) {
    Set<String> names =
        submitter == null ? Set.of("return-path") : Set.of("bcc", "resent-bcc", "return-path");
    List<Span> own = header.spans(names);
    return Stream.concat(
            gate.stream(), own.stream().filter(span -> gate.stream().noneMatch(span::overlaps)))
        .sorted(Comparator.comparingLong(Span::from))
        .toList();
  }

  /** RFC 6409 §8.2, §8.3: the fields that are missing. */
  List<String> additions(HeaderScan header, Principal principal, Instant time, String id) {
    List<String> fields = new ArrayList<>();
    if (!header.has("date")) {
      fields.add("Date: " + TraceFields.date(time) + "\r\n");
    }
    if (!header.has("message-id")) {
      fields.add("Message-ID: <" + id + "." + time.toEpochMilli() + "@" + host + ">\r\n");
    }
    if (!header.has("from")) {
      fields.add("From: <" + principal.address() + ">\r\n");
    }
    return fields;
  }
}
