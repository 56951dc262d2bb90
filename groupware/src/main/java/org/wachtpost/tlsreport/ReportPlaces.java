package org.wachtpost.tlsreport;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.wachtpost.directory.MailAddress;

/**
 * Where a domain wants its reports (RFC 8460 §3).
 *
 * @param mail addresses
 * @param web {@code https} URIs with a host, on the usual port
 */
record ReportPlaces(List<String> mail, List<URI> web) {
  /** Places of one domain; more are not read. */
  static final int MOST = 4;

  private static final int URI_CHARACTERS = 1_000;
  private static final int HTTPS = 443;

  ReportPlaces {
    mail = List.copyOf(mail);
    web = List.copyOf(web);
  }

  /**
   * Of the TXT records at {@code _smtp._tls.DOMAIN}; empty if they ask for no reports: exactly one
   * must be of this kind.
   */
  static Optional<ReportPlaces> of(List<String> records) {
    List<String> found =
        records.stream().filter(text -> text.matches("v=TLSRPTv1\\s*;.*")).toList();
    if (found.size() != 1) {
      return Optional.empty();
    }
    List<String> mail = new ArrayList<>();
    List<URI> web = new ArrayList<>();
    for (String field : found.getFirst().split(";", -1)) {
      String[] pair = field.split("=", 2);
      if (pair.length == 2 && pair[0].strip().equals("rua")) {
        for (String uri : pair[1].split(",", -1)) {
          if (mail.size() + web.size() < MOST) {
            mailbox(uri.strip()).ifPresent(mail::add);
            website(uri.strip()).ifPresent(web::add);
          }
        }
      }
    }
    return mail.isEmpty() && web.isEmpty()
        ? Optional.empty()
        : Optional.of(new ReportPlaces(mail, web));
  }

  private static Optional<String> mailbox(String uri) {
    if (!uri.toLowerCase(Locale.ROOT).startsWith("mailto:")) {
      return Optional.empty();
    }
    String encoded = uri.substring(7).split("\\?", 2)[0].replace("+", "%2B");
    try {
      String address = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
      // Not to an address literal: it would name a host of the domain's choosing.
      return address.contains("@[")
          ? Optional.empty()
          : MailAddress.parse(address).map(MailAddress::toString);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a percent sign that is none: no address
    }
  }

  private static Optional<URI> website(String text) {
    if (text.length() > URI_CHARACTERS || !text.toLowerCase(Locale.ROOT).startsWith("https://")) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(new URI(text).toASCIIString());
      boolean usual = uri.getPort() == -1 || uri.getPort() == HTTPS;
      String host = uri.getHost();
      boolean named = host != null && host.matches("[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*");
      return usual && named && uri.getUserInfo() == null ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty(); // no URI: no place
    }
  }
}
