package org.wachtpost.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.net.PemKeys;
import org.wachtpost.net.TlsServer;

/**
 * Takes a renewed certificate into use without a restart: looks whether its files have changed, and
 * keeps what it has as long as they cannot be read. Used by one thread.
 */
final class CertificateReload implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateReload.class);

  private final ServerCertificate files;
  private final char[] password;
  private final TlsServer tls;
  private List<Stamp> seen;

  private record Stamp(FileTime modified, long size) {}

  private CertificateReload(ServerCertificate files, char[] password) throws IOException {
    this.files = files;
    this.password = password.clone();
    this.seen = stamps();
    try {
      this.tls = new TlsServer(PemKeys.read(files.chain(), files.key(), password), password);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "certificate " + files.chain() + " cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the files for the first time.
   *
   * @throws IOException naming the file, if they cannot be used
   */
  static CertificateReload of(ServerCertificate files, char[] password) throws IOException {
    return new CertificateReload(files, password);
  }

  TlsServer tls() {
    return tls;
  }

  @Override
  public void run() {
    try {
      List<Stamp> now = stamps();
      if (now.equals(seen)) {
        return;
      }
      // Before they are read: what changes from here on is seen the next time.
      seen = now;
      tls.reload(PemKeys.read(files.chain(), files.key(), password), password);
      LOG.info("the certificate in {} is in use now", files.chain());
    } catch (IOException | GeneralSecurityException e) {
      LOG.error("the new certificate cannot be used, the old one stays: {}", e.getMessage());
    }
  }

  private List<Stamp> stamps() throws IOException {
    List<Stamp> stamps = new ArrayList<>();
    for (Path file : List.of(files.chain(), files.key())) {
      stamps.add(new Stamp(Files.getLastModifiedTime(file), Files.size(file)));
    }
    return stamps;
  }
}
