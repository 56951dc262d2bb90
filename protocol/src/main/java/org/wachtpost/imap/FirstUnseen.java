package org.wachtpost.imap;

import org.wachtpost.mail.Flags;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.UidSet;

/**
 * The first message without {@code \\Seen}, for the UNSEEN response code (RFC 3501 §7.1). Looks
 * from both ends by turns: from the back it is found when as many unseen messages have been met as
 * the mailbox has, so that a large mailbox whose newest mail is unread is not read through.
 */
final class FirstUnseen {
  private static final int ROWS = 1_000;

  private final MailView view;
  private final Selected selected;
  private final SequenceMap map;
  private long first;
  private long met;
  private long metFromBack;
  private int earliest;

  private FirstUnseen(MailView view, Selected selected) {
    this.view = view;
    this.selected = selected;
    this.map = selected.map();
  }

  /** Its sequence number, or 0 if every message has been seen. */
  static int of(MailView view, Selected selected) {
    return selected.opened().unseen() == 0 ? 0 : new FirstUnseen(view, selected).find();
  }

  private int find() {
    int front = 1;
    int back = map.count();
    while (front <= back) {
      int end = Math.min(back, front + ROWS - 1);
      look(front, end);
      if (met > 0) {
        return map.sequence(first);
      }
      front = end + 1;
      if (front <= back) {
        int start = Math.max(front, back - ROWS + 1);
        int found = lookFromBack(start, back);
        if (found > 0) {
          return found;
        }
        back = start - 1;
      }
    }
    return earliest;
  }

  /** The first unseen message if none is before these. */
  private int lookFromBack(int from, int to) {
    look(from, to);
    if (met > 0) {
      metFromBack += met;
      earliest = map.sequence(first);
      met = 0;
    }
    return metFromBack >= selected.opened().unseen() ? earliest : 0;
  }

  private void look(int from, int to) {
    view.messages(
        selected.id(),
        UidSet.range(map.uid(from), map.uid(to)),
        message -> {
          if (!message.flags().has(Flags.SEEN)) {
            first = met == 0 ? message.uid() : first;
            met++;
          }
        });
  }
}
