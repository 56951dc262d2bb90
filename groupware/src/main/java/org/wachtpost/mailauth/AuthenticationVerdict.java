package org.wachtpost.mailauth;

import java.util.List;

/**
 * All that is known of who a message is from.
 *
 * @param spf of the reverse-path; of the HELO name where that is null
 * @param dkim one for each signature, from the top
 * @param disposition what is to be done, any override considered
 * @param reason for the disposition, in words fit for an SMTP reply (printable ASCII); empty for
 *     {@link Disposition#NONE} without an override
 * @param results what the Authentication-Results field says
 */
public record AuthenticationVerdict(
    SpfVerdict spf,
    List<DkimVerdict> dkim,
    ArcVerdict arc,
    DmarcVerdict dmarc,
    Disposition disposition,
    String reason,
    AuthenticationResults results) {

  public AuthenticationVerdict {
    dkim = List.copyOf(dkim);
  }

  /** The Authentication-Results field, with its CRLF, to be put before the message. */
  public String authenticationResultsField() {
    return results.toField();
  }
}
