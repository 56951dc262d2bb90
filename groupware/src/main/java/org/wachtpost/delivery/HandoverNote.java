package org.wachtpost.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.wachtpost.delivery.MessageGate.Folder;
import org.wachtpost.mail.MessageContent;

/**
 * The first line of a copy that the outbox keeps for one of our own accounts: what the gate decided
 * would be forgotten otherwise. Every other message in the outbox begins with a field of ours, so
 * no sender can write the note.
 */
final class HandoverNote {
  private static final String NAME = "X-Wachtpost-Folder: ";

  private HandoverNote() {}

  /** The note as a header field. */
  static String of(Folder folder) {
    return NAME + folder.name() + "\r\n";
  }

  /**
   * A note that was read.
   *
   * @param octets its length with CRLF; 0 if there is none
   */
  record Found(Folder folder, int octets) {}

  static Found read(MessageContent content) throws IOException {
    try (InputStream in = content.open()) {
      byte[] start = in.readNBytes(64);
      for (Folder folder : Folder.values()) {
        byte[] note = of(folder).getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(start.length, note.length);
        if (Arrays.equals(start, 0, length, note, 0, note.length)) {
          return new Found(folder, note.length);
        }
      }
      return new Found(Folder.INBOX, 0);
    }
  }
}
