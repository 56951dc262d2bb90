package org.wachtpost.dns;

import java.util.HexFormat;
import java.util.Locale;

/**
 * A TLSA record (RFC 6698 §2.1). The numbers are as published and may be unassigned ones.
 *
 * @param usage certificate usage: 0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE (RFC 7218)
 * @param selector 0 the whole certificate, 1 its SubjectPublicKeyInfo
 * @param matchingType 0 the data itself, 1 its SHA-256, 2 its SHA-512
 * @param associationHex the certificate association data in lower-case hexadecimal digits
 */
public record TlsaRecord(int usage, int selector, int matchingType, String associationHex) {
  public TlsaRecord {
    associationHex = associationHex.toLowerCase(Locale.ROOT);
    HexFormat.of().parseHex(associationHex);
  }

  /** The certificate association data. */
  public byte[] association() {
    return HexFormat.of().parseHex(associationHex);
  }

  /** In the zone file's form. */
  @Override
  public String toString() {
    return usage + " " + selector + " " + matchingType + " " + associationHex;
  }
}
