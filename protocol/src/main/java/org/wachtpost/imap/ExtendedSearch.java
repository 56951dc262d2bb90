package org.wachtpost.imap;

import java.io.IOException;
import java.util.Arrays;
import org.wachtpost.imap.wire.PartialRange;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.SearchReturn;
import org.wachtpost.imap.wire.SearchReturn.Option;
import org.wachtpost.imap.wire.SequenceSet;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.UidSet;

/**
 * The ESEARCH response (RFC 4731 §3, RFC 5267 §3.1, RFC 9394 §3.1), and what of it is saved (RFC
 * 5182 §2.1).
 *
 * @param sequences what was found, in the order in which it is told
 * @param modSeqs their modification sequences: the greatest, the first's and the last's
 * @param results what is returned
 * @param tellModSeq whether a modification sequence was searched for
 */
record ExtendedSearch(int[] sequences, ModSeqs modSeqs, SearchReturn results, boolean tellModSeq) {
  record ModSeqs(long greatest, long first, long last) {}

  /** Writes the response, unless nothing but SAVE was asked (RFC 5182 §2.1). */
  void tell(Session session, boolean uid) throws IOException {
    if (results.onlySaves()) {
      return;
    }
    SequenceMap map = session.selected().map();
    ResponseWriter out = session.out();
    out.text("* ESEARCH (TAG ").string(session.tag()).text(")").text(uid ? " UID" : "");
    if (sequences.length > 0) {
      if (results.has(Option.MIN)) {
        out.text(" MIN ").number(number(map, uid, sequences[0]));
      }
      if (results.has(Option.MAX)) {
        out.text(" MAX ").number(number(map, uid, sequences[sequences.length - 1]));
      }
      if (results.has(Option.ALL)) {
        out.text(" ALL ").text(set(map, uid, sequences));
      }
    }
    if (results.has(Option.COUNT)) {
      out.text(" COUNT ").number(sequences.length);
    }
    if (results.page().isPresent()) {
      PartialRange page = results.page().get();
      int[] there = page.of(sequences);
      out.text(" PARTIAL (").text(page.toString()).text(" ");
      out.text(there.length == 0 ? "NIL" : set(map, uid, there)).text(")");
    }
    long modSeq = tellModSeq && sequences.length > 0 ? modSeq(session) : 0;
    if (modSeq > 0) {
      out.text(" MODSEQ ").number(modSeq);
    }
    out.crlf();
  }

  private static long number(SequenceMap map, boolean uid, int sequence) {
    return uid ? map.uid(sequence) : sequence;
  }

  private static String set(SequenceMap map, boolean uid, int[] sequences) {
    long[] numbers = new long[sequences.length];
    for (int index = 0; index < numbers.length; index++) {
      numbers[index] = number(map, uid, sequences[index]);
    }
    return SequenceSet.inOrder(numbers);
  }

  /** RFC 4731 §3.2: of what is returned, the greatest. */
  private long modSeq(Session session) {
    if (results.has(Option.ALL) || results.has(Option.COUNT)) {
      return modSeqs.greatest();
    }
    long min = results.has(Option.MIN) ? modSeqs.first() : 0;
    long max = results.has(Option.MAX) ? modSeqs.last() : 0;
    return Math.max(Math.max(min, max), modSeqOfPage(session));
  }

  private long modSeqOfPage(Session session) {
    if (results.page().isEmpty()) {
      return 0;
    }
    int[] there = results.page().get().of(sequences);
    long[] greatest = {0};
    Selected selected = session.selected();
    try (MailView view = session.mail().view(session.account())) {
      view.messages(
          selected.id(),
          growing(selected, there),
          message -> greatest[0] = Math.max(greatest[0], message.modSeq()));
    }
    return greatest[0];
  }

  /** Saves the result if that was asked: all of it, or what of it is told (RFC 9394 §3.2). */
  void save(Selected selected) {
    if (!results.has(Option.SAVE)) {
      return;
    }
    boolean min = results.has(Option.MIN);
    boolean max = results.has(Option.MAX);
    boolean all = results.has(Option.ALL) || results.has(Option.COUNT) || results.onlySaves();
    if (all || sequences.length == 0) {
      selected.save(growing(selected, sequences));
      return;
    }
    int[] there = results.page().map(page -> page.of(sequences)).orElse(new int[0]);
    int[] told = Arrays.copyOf(there, there.length + 2);
    told[there.length] = min ? sequences[0] : 0;
    told[there.length + 1] = max ? sequences[sequences.length - 1] : 0;
    selected.save(
        growing(selected, Arrays.stream(told).filter(number -> number > 0).distinct().toArray()));
  }

  /** The messages' UIDs; a sorted result grows no more. */
  private static UidSet growing(Selected selected, int[] sequences) {
    int[] growing = sequences.clone();
    Arrays.sort(growing);
    return selected.exactly(growing);
  }
}
