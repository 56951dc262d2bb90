package org.wachtpost.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * The server's side of TLS: versions 1.2 and 1.3, forward secret suites with authenticated
 * encryption (RFC 9325 §3.1, §4.2). Keys can be replaced while it runs; of several certificates the
 * one that fits the client's server name is used. Thread-safe.
 */
public final class TlsServer {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private volatile SSLContext context;

  /** TLS with the private keys and chains of this key store. */
  public TlsServer(KeyStore keys, char[] password) throws GeneralSecurityException {
    this.context = contextOf(keys, password);
  }

  /** Uses these keys for every handshake from now on. */
  public void reload(KeyStore keys, char[] password) throws GeneralSecurityException {
    context = contextOf(keys, password);
  }

  /** For servers that bring their own connections (HTTP). */
  public SSLContext context() {
    return context;
  }

  private static SSLContext contextOf(KeyStore keys, char[] password)
      throws GeneralSecurityException {
    // PKIX: the key manager that looks at the server name.
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(keys, password);
    SSLContext made = SSLContext.getInstance("TLS");
    made.init(factory.getKeyManagers(), null, null);
    return made;
  }

  /** TLS on top of the socket; the handshake is still to be made. */
  SSLSocket over(Socket socket) throws IOException {
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(socket, (InputStream) null, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setCipherSuites(suites(tls.getSupportedCipherSuites()));
    parameters.setUseCipherSuitesOrder(true);
    tls.setSSLParameters(parameters);
    tls.setUseClientMode(false);
    return tls;
  }

  private static String[] suites(String[] supported) {
    Set<String> good =
        Arrays.stream(supported)
            .filter(suite -> suite.startsWith("TLS_AES_") || isForwardSecretAead(suite))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (Arrays.asList(supported).contains("TLS_CHACHA20_POLY1305_SHA256")) {
      good.add("TLS_CHACHA20_POLY1305_SHA256");
    }
    return good.toArray(String[]::new);
  }

  private static boolean isForwardSecretAead(String suite) {
    return suite.startsWith("TLS_ECDHE_")
        && (suite.contains("_GCM_") || suite.contains("_CHACHA20_POLY1305_"));
  }
}
