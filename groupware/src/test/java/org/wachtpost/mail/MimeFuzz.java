package org.wachtpost.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Messages: {@code bin/dev fuzz mime SECONDS}. */
public final class MimeFuzz {
  private MimeFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) {
    MessageParser.Parsed whole = MessageParser.parse(data);
    try {
      MessageParser.Parsed streamed = MessageParser.parse(new ByteArrayInputStream(data));
      check(streamed.data().equals(whole.data()), "a stream gives something else");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    check(within(whole.data().structure(), 0, data.length), "a part is outside its parent");
    MessageDataRecord record = new MessageDataRecord(List.of(1L), whole.data());
    check(MessageDataRecord.decode(record.encode()).equals(record), "stored, it is another");
  }

  private static boolean within(BodyPart part, long from, long end) {
    return from <= part.headerStart()
        && part.headerStart() <= part.bodyStart()
        && part.bodyStart() <= part.end()
        && part.end() <= end
        && part.children().stream()
            .allMatch(child -> within(child, part.headerStart(), part.end()));
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
