package org.wachtpost.mailauth;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Where a message's octets come from: header, empty line, body, with CRLF line ends. */
@FunctionalInterface
public interface MessageSource {

  /** The message from its first octet; the caller closes it. May be asked for several times. */
  InputStream open() throws IOException;

  /** A message in memory; the array is not copied. */
  static MessageSource of(byte[] message) {
    return () -> new ByteArrayInputStream(message);
  }
}
