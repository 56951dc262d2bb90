package org.wachtpost.tlsreport;

import java.io.IOException;
import java.net.URI;

/** Posts reports to web servers; the seam to the protocol that does it. Thread-safe. */
@FunctionalInterface
public interface ReportPost {
  /**
   * Posts the report (RFC 8460 §5.4); returns when it was taken.
   *
   * @param to an {@code https} URI with a host; from the network
   * @param report gzipped JSON
   * @throws IOException if it was not taken; the words are for people and may hold text from the
   *     network
   */
  void post(URI to, byte[] report) throws IOException;
}
