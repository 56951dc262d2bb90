package org.wachtpost.net;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLSession;

/** Computes channel binding data of a TLS session, by the binding's IANA name. */
final class ChannelBindings {
  private static final int EXPORTED_BYTES = 32;

  private ChannelBindings() {}

  static Map<String, byte[]> of(SSLSession session) {
    Map<String, byte[]> bindings = new TreeMap<>();
    Certificate[] local = session.getLocalCertificates();
    if (local != null && local.length > 0 && local[0] instanceof X509Certificate certificate) {
      try {
        bindings.put("tls-server-end-point", endPoint(certificate));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("own certificate cannot be hashed", e);
      }
    }
    // RFC 9266 §4.2: with TLS 1.2 only under conditions that the JDK does not show.
    if (session.getProtocol().equals("TLSv1.3") && session instanceof ExtendedSSLSession extended) {
      try {
        bindings.put(
            "tls-exporter",
            extended.exportKeyingMaterialData(
                "EXPORTER-Channel-Binding", new byte[0], EXPORTED_BYTES));
      } catch (SSLKeyException e) {
        throw new IllegalStateException("TLS 1.3 session without exporter", e);
      }
    }
    return bindings;
  }

  /** RFC 5929 §4.1: the hash of the signature's algorithm, SHA-256 in place of MD5 and SHA-1. */
  static byte[] endPoint(X509Certificate certificate) throws GeneralSecurityException {
    String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    String hash = "SHA-256";
    if (algorithm.startsWith("SHA384")) {
      hash = "SHA-384";
    } else if (algorithm.startsWith("SHA512")) {
      hash = "SHA-512";
    }
    return MessageDigest.getInstance(hash).digest(certificate.getEncoded());
  }
}
