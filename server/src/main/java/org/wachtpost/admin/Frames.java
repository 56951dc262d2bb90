package org.wachtpost.admin;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Frames on the admin socket: four bytes of length, then a JSON text or plain bytes. */
final class Frames {
  /** Longest frame, bytes. */
  static final int FRAME_BYTES = 256 * 1024 * 1024;

  static final JsonMapper JSON = JsonMapper.builder().build();

  private Frames() {}

  static void write(DataOutputStream out, JsonNode json) throws IOException {
    writeBytes(out, JSON.writeValueAsBytes(json));
  }

  static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** The next JSON frame; empty at the end of the stream. */
  static Optional<JsonNode> read(DataInputStream in) throws IOException {
    int length;
    try {
      length = in.readInt();
    } catch (EOFException e) {
      return Optional.empty(); // the other side is done
    }
    return Optional.of(JSON.readTree(body(in, length)));
  }

  static byte[] readBytes(DataInputStream in) throws IOException {
    return body(in, in.readInt());
  }

  private static byte[] body(DataInputStream in, int length) throws IOException {
    if (length < 0 || length > FRAME_BYTES) {
      throw new IOException("frame of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the other side has gone");
    }
    return bytes;
  }
}
