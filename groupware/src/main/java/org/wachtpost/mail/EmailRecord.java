package org.wachtpost.mail;

import java.util.List;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/** Where an email is. One that is in no mailbox has no record but a tombstone. */
record EmailRecord(long content, List<Place> places) {
  private static final int LAYOUT = 1;

  record Place(MailboxId mailbox, long uid) {}

  static EmailRecord decode(byte[] bytes) {
    RecordReader in = new RecordReader(bytes, LAYOUT);
    return new EmailRecord(
        in.number(), in.list(place -> new Place(new MailboxId(place.number()), place.number())));
  }

  byte[] encode() {
    return new RecordWriter(LAYOUT)
        .number(content)
        .list(places, (out, place) -> out.number(place.mailbox().value()).number(place.uid()))
        .toBytes();
  }
}
