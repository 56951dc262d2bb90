package org.wachtpost.dns;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

/** From dnsjava's records to ours. */
final class DnsRecords {

  private DnsRecords() {}

  static String txt(TXTRecord txt) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : txt.getStringsAsByteArrays()) {
      joined.writeBytes(part);
    }
    return joined.toString(StandardCharsets.ISO_8859_1);
  }

  static Inet4Address a(ARecord a) {
    return (Inet4Address) a.getAddress();
  }

  /** Null for an IPv4-mapped address, which the JDK cannot hold as IPv6 and nobody can route. */
  static @Nullable Inet6Address aaaa(AAAARecord aaaa) {
    InetAddress address = aaaa.getAddress();
    return address instanceof Inet6Address six ? six : null;
  }

  static MxRecord mx(MXRecord mx) {
    return new MxRecord(mx.getPriority(), name(mx.getTarget()));
  }

  static String cname(CNAMERecord cname) {
    return name(cname.getTarget());
  }

  static String ptr(PTRRecord ptr) {
    return name(ptr.getTarget());
  }

  static TlsaRecord tlsa(TLSARecord tlsa) {
    return new TlsaRecord(
        tlsa.getCertificateUsage(),
        tlsa.getSelector(),
        tlsa.getMatchingType(),
        HexFormat.of().formatHex(tlsa.getCertificateAssociationData()));
  }

  static Name reverse(InetAddress address) {
    return ReverseMap.fromAddress(address);
  }

  /** A name as the rest of Wachtpost writes it: lower case, no trailing dot, the root {@code .}. */
  static String name(Name name) {
    return name.equals(Name.root) ? "." : name.toString(true).toLowerCase(Locale.ROOT);
  }

  /** The absolute name, or null if the text is not a DNS name (RFC 1035 §2.3.4). */
  static @Nullable Name parse(String text) {
    // A backslash would start an escape of the zone file's form, which no caller means.
    if (text.isEmpty() || text.indexOf('\\') >= 0) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return null;
      }
    }
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException _) {
      return null;
    }
  }
}
