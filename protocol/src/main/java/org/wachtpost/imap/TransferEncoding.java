package org.wachtpost.imap;

import java.io.InputStream;
import java.util.Locale;
import org.apache.james.mime4j.codec.Base64InputStream;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;

/** Content transfer encodings (RFC 2045 §6). */
final class TransferEncoding {
  private TransferEncoding() {}

  /** The decoded bytes; for encodings that are not known, the bytes as they stand. */
  static InputStream decoder(String encoding, InputStream raw) {
    return switch (encoding.toLowerCase(Locale.ROOT)) {
      case "base64" -> new Base64InputStream(raw, DecodeMonitor.SILENT);
      case "quoted-printable" -> new QuotedPrintableInputStream(raw, DecodeMonitor.SILENT);
      default -> raw;
    };
  }
}
