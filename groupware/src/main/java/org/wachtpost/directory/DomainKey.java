package org.wachtpost.directory;

import java.time.Instant;
import java.util.Locale;
import org.wachtpost.dns.Dns;
import org.wachtpost.mailauth.DkimAlgorithm;
import org.wachtpost.mailauth.DkimKeyPair;

/**
 * What everybody may know about a DKIM key of a domain: nothing here is secret.
 *
 * @param domain lower-case A-labels; the value of d=
 * @param selector the value of s=
 * @param made when the pair was made
 * @param since when it came into its state
 * @param recordText the text of the TXT record that publishes it (RFC 6376 §3.6.1)
 */
public record DomainKey(
    String domain,
    String selector,
    DkimAlgorithm algorithm,
    State state,
    Instant made,
    Instant since,
    String recordText) {

  /** A key is made as one of the first two and goes down the list. The code is stored. */
  public enum State {
    /** Published, so that the DNS knows it everywhere before the first signature. */
    NEXT(1),
    /** Published and signing. */
    ACTIVE(2),
    /** Still published for the mail that it signed; its private key is gone. */
    RETIRING(3);

    private final int code;

    State(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    /** The name in commands, documents and JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where its TXT record stands, without a dot at the end. */
  public String recordName() {
    return DkimKeyPair.recordName(selector, domain);
  }

  /** Whether the DNS shows it now, so that what it signs can be verified. */
  public boolean isPublished(Dns dns) {
    String wanted = keyData(recordText);
    return dns.txt(recordName()).recordsOrEmpty().stream()
        .anyMatch(text -> keyData(text).equals(wanted));
  }

  /** The tag p= without the white space that may be in it (RFC 6376 §3.2). */
  private static String keyData(String text) {
    for (String tag : text.replaceAll("\\s", "").split(";", -1)) {
      if (tag.startsWith("p=")) {
        return tag;
      }
    }
    return "";
  }
}
