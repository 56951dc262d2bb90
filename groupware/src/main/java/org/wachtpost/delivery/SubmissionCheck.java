package org.wachtpost.delivery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** RFC 6409 §6.1: whoever submits may write under its own names only. */
  Optional<Outcome.Failed> objection(HeaderScan header, Principal principal) {
    List<String> from = header.bodies("from");
    if (from.size() > 1) {
      return Optional.of(new Outcome.Failed(554, "5.6.0", "More than one From field"));
    }
    for (String body : from) {
      Optional<List<String>> authors = Authors.of(body);
      if (authors.isEmpty() || authors.get().size() > AUTHORS) {
        return Optional.of(new Outcome.Failed(554, "5.6.0", "From field cannot be read"));
      }
      for (String author : authors.get()) {
        if (!recipients.maySendAs(principal.account(), author)) {
          return Optional.of(
              new Outcome.Failed(550, "5.7.1", "From: address does not belong to the account"));
        }
      }
    }
    return Optional.empty();
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
