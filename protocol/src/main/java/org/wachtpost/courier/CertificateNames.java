package org.wachtpost.courier;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The DNS names of a certificate (RFC 6125 §6.4). */
final class CertificateNames {
  private static final int DNS_NAME = 2;

  private CertificateNames() {}

  /** Whether the certificate is one for this name; a star is one whole label, the first. */
  static boolean covers(X509Certificate certificate, String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    String star = dot < 0 ? "" : "*" + wanted.substring(dot);
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      return all != null
          && all.stream()
              .filter(each -> each.getFirst().equals(DNS_NAME))
              .map(each -> String.valueOf(each.getLast()).toLowerCase(Locale.ROOT))
              .anyMatch(each -> each.equals(wanted) || each.equals(star));
    } catch (CertificateParsingException e) {
      return false; // a name that nobody can read is none
    }
  }
}
