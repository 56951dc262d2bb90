package org.wachtpost.tlsreport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.queue.BodyType;
import org.wachtpost.queue.EnvelopeOptions;
import org.wachtpost.queue.Notify;
import org.wachtpost.queue.OutboundMessage;
import org.wachtpost.queue.OutboundRecipient;
import org.wachtpost.queue.TlsFailure;
import org.wachtpost.queue.TlsResults;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The report of one day to one domain (RFC 8460 §4).
 *
 * @param submitter the domain that reports
 * @param domain the domain that is reported on
 * @param results of that day and domain; at least one
 */
record TlsReport(String submitter, String domain, LocalDate day, List<TlsResults.Result> results) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  TlsReport {
    results = List.copyOf(results);
  }

  /** The same for the same day and domain, so that its receiver knows a repetition. */
  String id() {
    return day + "_" + domain + "@" + submitter;
  }

  private Instant start() {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private Instant end() {
    return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusSeconds(1);
  }

  /** RFC 8460 §4.4, gzipped. */
  byte[] json() {
    ObjectNode root = JSON.createObjectNode().put("organization-name", submitter);
    root.putObject("date-range")
        .put("start-datetime", start().toString())
        .put("end-datetime", end().toString());
    root.put("contact-info", "postmaster@" + submitter).put("report-id", id());
    ArrayNode policies = root.putArray("policies");
    Map<TlsResults.Policy, List<TlsResults.Result>> byPolicy = new LinkedHashMap<>();
    for (TlsResults.Result result : results) {
      byPolicy.computeIfAbsent(result.policy(), key -> new ArrayList<>()).add(result);
    }
    byPolicy.forEach((policy, of) -> add(policies.addObject(), policy, of));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(JSON.writeValueAsBytes(root));
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  private void add(ObjectNode json, TlsResults.Policy policy, List<TlsResults.Result> of) {
    ObjectNode applied = json.putObject("policy").put("policy-type", policy.kind().word());
    if (!policy.lines().isEmpty()) {
      ArrayNode lines = applied.putArray("policy-string");
      policy.lines().forEach(lines::add);
    }
    applied.put("policy-domain", domain);
    if (!policy.mx().isEmpty()) {
      ArrayNode hosts = applied.putArray("mx-host");
      policy.mx().forEach(hosts::add);
    }
    json.putObject("summary")
        .put("total-successful-session-count", sessions(of, false))
        .put("total-failure-session-count", sessions(of, true));
    ArrayNode details = json.putArray("failure-details");
    for (TlsResults.Result result : of) {
      TlsFailure failure = result.failure();
      if (failure != null) {
        ObjectNode detail = details.addObject().put("result-type", failure.word());
        if (!result.host().isEmpty()) {
          detail.put("receiving-mx-hostname", result.host());
        }
        detail.put("failed-session-count", result.sessions());
        if (!result.words().isEmpty()) {
          detail.put("failure-reason-code", result.words());
        }
      }
    }
  }

  private static long sessions(List<TlsResults.Result> of, boolean failed) {
    return of.stream()
        .filter(result -> (result.failure() != null) == failed)
        .mapToLong(TlsResults.Result::sessions)
        .sum();
  }

  /** RFC 8460 §5.3: to be signed on its way, and not to wait for TLS. */
  OutboundMessage message(String to, Instant now) {
    boolean ascii = to.chars().allMatch(c -> c < 0x80);
    EnvelopeOptions options =
        new EnvelopeOptions(
            ascii ? BodyType.SEVEN_BIT : BodyType.EIGHT_BIT_MIME, !ascii, false, null, null);
    byte[] bytes = text(to, now).getBytes(StandardCharsets.UTF_8);
    return new OutboundMessage(
        "postmaster@" + submitter,
        // Whether it arrives is the reader's concern; nobody here need hear of it.
        List.of(new OutboundRecipient(to, null, Set.of(Notify.NEVER))),
        options,
        null,
        TlsResults.REPORT_SESSION,
        MessageContent.of(bytes));
  }

  private String text(String to, Instant now) {
    String boundary = "tls-report-" + day + "-" + now.toEpochMilli();
    String file =
        submitter
            + "!"
            + domain
            + "!"
            + start().getEpochSecond()
            + "!"
            + end().getEpochSecond()
            + ".json.gz";
    String encoded = Base64.getMimeEncoder().encodeToString(json());
    return """
    From: TLS reports <postmaster@%1$s>
    To: <%3$s>
    Date: %4$s
    Message-ID: <%5$s>
    Subject: Report Domain: %2$s
     Submitter: %1$s
     Report-ID: <%6$s>
    TLS-Report-Domain: %2$s
    TLS-Report-Submitter: %1$s
    TLS-Required: No
    Auto-Submitted: auto-generated
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type="tlsrpt"; boundary="%7$s"

    --%7$s
    Content-Type: text/plain; charset=us-ascii

    How TLS went between %1$s and
    %2$s on %8$s (UTC):
    %9$d sessions with TLS as wanted, %10$d not.
    The attached file has the details (RFC 8460).

    --%7$s
    Content-Type: application/tlsrpt+gzip
    Content-Transfer-Encoding: base64
    Content-Disposition: attachment;
     filename="%11$s"

    %12$s
    --%7$s--
    """
        .formatted(
            submitter,
            domain,
            to,
            DATE.format(now),
            day + "." + domain + "." + now.toEpochMilli() + "@" + submitter,
            id(),
            boundary,
            day,
            sessions(results, false),
            sessions(results, true),
            file,
            encoded.replace("\r\n", "\n"))
        .replace("\n", "\r\n");
  }
}
