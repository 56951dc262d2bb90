package org.wachtpost.mailauth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of a message.
 *
 * @param fields from top to bottom
 * @param complete false if a limit cut it short
 */
record MessageHeader(List<HeaderField> fields, boolean complete) {

  /** Octets of a header that are read. */
  static final int MAX_OCTETS = 1024 * 1024;

  /** Fields of a header that are read. */
  static final int MAX_FIELDS = 5000;

  MessageHeader {
    fields = List.copyOf(fields);
  }

  /**
   * Reads up to and including the empty line; the stream then stands at the body.
   *
   * @param in should be buffered
   */
  static MessageHeader read(InputStream in) throws IOException {
    List<HeaderField> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    int octets = 0;
    while (true) {
      int last = readLine(in, line, MAX_OCTETS - octets);
      octets += line.size() + 2;
      String text = line.toString(StandardCharsets.ISO_8859_1);
      boolean folded = !text.isEmpty() && (text.charAt(0) == ' ' || text.charAt(0) == '\t');
      if (folded && !field.isEmpty()) {
        field.append("\r\n").append(text);
      } else {
        if (!field.isEmpty()) {
          fields.add(new HeaderField(field.toString()));
        }
        field.setLength(0);
        field.append(text);
      }
      if (octets >= MAX_OCTETS || fields.size() >= MAX_FIELDS) {
        return new MessageHeader(fields, false);
      }
      if (text.isEmpty() || last < 0) {
        if (!field.isEmpty()) {
          fields.add(new HeaderField(field.toString()));
        }
        return new MessageHeader(fields, true);
      }
    }
  }

  /** One line without its end; gives -1 at the end of the message. */
  private static int readLine(InputStream in, ByteArrayOutputStream line, int max)
      throws IOException {
    line.reset();
    int before = -1;
    while (true) {
      int c = in.read();
      if (c < 0 || line.size() > max) {
        if (before == '\r') {
          line.write('\r');
        }
        return -1;
      }
      if (c == '\n') {
        return c;
      }
      if (before == '\r') {
        line.write('\r');
      }
      if (c != '\r') {
        line.write(c);
      }
      before = c;
    }
  }

  List<HeaderField> named(String name) {
    return fields.stream().filter(field -> field.isNamed(name)).toList();
  }
}
