package org.wachtpost.courier;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.TlsaRecord;
import org.wachtpost.queue.TlsFailure;
import org.wachtpost.queue.TlsRule;

/** Puts TLS on a connection as a {@link TlsRule} wants it. Thread-safe. */
final class ClientTls {
  private final @Nullable KeyStore authorities;

  /**
   * @param authorities whom to trust; null for the platform's
   */
  ClientTls(@Nullable KeyStore authorities) {
    this.authorities = authorities;
  }

  /** The caller watches over the time that it takes. */
  SSLSocket handshake(Socket socket, String host, TlsRule rule) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust(rule)}, null);
      String name =
          switch (rule) {
            case TlsRule.Verified verified -> verified.name();
            case TlsRule.Dane dane -> dane.name();
            case TlsRule.Plain _, TlsRule.Opportunistic _, TlsRule.Encrypted _ -> host;
          };
      SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(socket, name, socket.getPort(), true);
      SSLParameters parameters = tls.getSSLParameters();
      if (rule instanceof TlsRule.Verified) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 6125 names
      }
      if (name.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*") && !name.matches("[0-9.]+")) {
        parameters.setServerNames(List.of(new SNIHostName(name))); // RFC 7672 §8.1
      }
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return tls;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /** What a failed handshake is called in reports (RFC 8460 §4.3.1). */
  static TlsFailure failure(IOException failed) {
    TlsFailure found = TlsFailure.VALIDATION_FAILURE;
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      String words = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateExpiredException) {
        return TlsFailure.CERTIFICATE_EXPIRED;
      }
      if (words.startsWith("No subject alternative") || words.startsWith("No name matching")) {
        return TlsFailure.CERTIFICATE_HOST_MISMATCH;
      }
      if (cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException) {
        found = TlsFailure.CERTIFICATE_NOT_TRUSTED; // unless its cause says more
      }
    }
    return found;
  }

  private X509ExtendedTrustManager trust(TlsRule rule) throws GeneralSecurityException {
    return switch (rule) {
      case TlsRule.Plain _, TlsRule.Opportunistic _, TlsRule.Encrypted _ ->
          new Trust(List.of(), List.of());
      case TlsRule.Verified _ -> pkix(authorities);
      case TlsRule.Dane dane -> new Trust(dane.names(), dane.records());
    };
  }

  private static X509ExtendedTrustManager pkix(@Nullable KeyStore anchors)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(anchors);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("this platform has no PKIX trust manager");
  }

  /** Trusts what the records vouch for (RFC 7672 §3); without records everybody (RFC 7435). */
  private static final class Trust extends X509ExtendedTrustManager {
    private final List<String> names;
    private final List<TlsaRecord> records;

    Trust(List<String> names, List<TlsaRecord> records) {
      this.names = names;
      this.records = records;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      if (records.isEmpty()) {
        return;
      }
      for (TlsaRecord record : records) {
        if (record.usage() == 3 && matches(record, chain[0])) {
          return; // RFC 7672 §3.1.1: neither names nor dates count
        }
      }
      CertificateException refused =
          new CertificateException("no TLSA record fits the certificate");
      for (TlsaRecord record : records) {
        for (X509Certificate certificate : chain) {
          if (record.usage() == 2 && matches(record, certificate)) {
            try {
              checkAnchor(certificate, chain, type);
              return;
            } catch (CertificateException e) {
              refused = e; // another record may stand for another authority, as in a rollover
            }
          }
        }
      }
      throw refused;
    }

    private void checkAnchor(X509Certificate anchor, X509Certificate[] chain, String type)
        throws CertificateException {
      if (names.stream().noneMatch(name -> CertificateNames.covers(chain[0], name))) {
        throw new CertificateException(
            "No subject alternative name is one of " + String.join(", ", names));
      }
      try {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("anchor", anchor);
        pkix(anchors).checkServerTrusted(chain, type);
      } catch (GeneralSecurityException | IOException e) {
        throw new CertificateException("the TLSA record's authority did not sign for it", e);
      }
    }

    private static boolean matches(TlsaRecord record, X509Certificate certificate)
        throws CertificateException {
      byte[] data =
          record.selector() == 0
              ? certificate.getEncoded()
              : certificate.getPublicKey().getEncoded();
      try {
        byte[] wanted =
            switch (record.matchingType()) {
              case 1 -> MessageDigest.getInstance("SHA-256").digest(data);
              case 2 -> MessageDigest.getInstance("SHA-512").digest(data);
              default -> data;
            };
        return MessageDigest.isEqual(wanted, record.association());
      } catch (GeneralSecurityException e) {
        throw new CertificateException(e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("sockets only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("sockets only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("servers only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("servers only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("servers only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
