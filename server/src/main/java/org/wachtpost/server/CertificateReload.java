package org.wachtpost.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.net.PemKeys;
import org.wachtpost.net.TlsServer;

/**
 * Takes a renewed certificate into use without a restart: looks whether its files have changed, and
 * keeps what it has as long as they cannot be read. Says once a day that a certificate is about to
 * end or has ended: renewing is somebody else's job, and it fails without a word. Used by one
 * thread.
 */
final class CertificateReload implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateReload.class);

  /** How long before its end a certificate is told of: renewing starts earlier where it works. */
  private static final Duration NEAR_END = Duration.ofDays(14);

  private static final Duration DAY = Duration.ofDays(1);

  private final ServerCertificate files;
  private final char[] password;
  private final TlsServer tls;
  private final InstantSource clock;
  private List<Stamp> seen;
  private Instant end;
  private Instant told = Instant.MIN;

  private record Stamp(FileTime modified, long size) {}

  private CertificateReload(ServerCertificate files, char[] password, InstantSource clock)
      throws IOException {
    this.files = files;
    this.password = password.clone();
    this.clock = clock;
    this.seen = stamps();
    try {
      KeyStore keys = PemKeys.read(files.chain(), files.key(), password);
      this.tls = new TlsServer(keys, password);
      this.end = end(keys);
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
  static CertificateReload of(ServerCertificate files, char[] password, InstantSource clock)
      throws IOException {
    return new CertificateReload(files, password, clock);
  }

  TlsServer tls() {
    return tls;
  }

  @Override
  public void run() {
    reload();
    warning().ifPresent(LOG::warn);
  }

  /** What is to be said of the certificate's end, if anything is today. */
  Optional<String> warning() {
    Instant now = clock.instant();
    if (now.isBefore(end.minus(NEAR_END)) || now.isBefore(told.plus(DAY))) {
      return Optional.empty();
    }
    told = now;
    String words =
        now.isBefore(end)
            ? "ends in " + Duration.between(now, end).toDays() + " days, at " + end
            : "has ended at " + end + ": mail programs refuse it";
    return Optional.of("the certificate in " + files.chain() + " " + words);
  }

  private static Instant end(KeyStore keys) throws GeneralSecurityException {
    Certificate own = keys.getCertificate(PemKeys.ALIAS);
    return own instanceof X509Certificate x509 ? x509.getNotAfter().toInstant() : Instant.MAX;
  }

  private void reload() {
    try {
      List<Stamp> now = stamps();
      if (now.equals(seen)) {
        return;
      }
      // Before they are read: what changes from here on is seen the next time.
      seen = now;
      KeyStore keys = PemKeys.read(files.chain(), files.key(), password);
      tls.reload(keys, password);
      end = end(keys);
      told = Instant.MIN;
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
