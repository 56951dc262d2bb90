package org.wachtpost.imap;

import java.io.IOException;
import java.util.Set;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.SearchProgram.Result;
import org.wachtpost.imap.wire.SequenceSet;
import org.wachtpost.mail.UidSet;

/**
 * The ESEARCH response (RFC 4731 §3, RFC 5267 §3.1), and what of it is saved (RFC 5182 §2.1).
 *
 * @param sequences what was found, in the order in which it is told
 * @param modSeqs their modification sequences: the greatest, the first's and the last's
 * @param results what is returned
 * @param tellModSeq whether a modification sequence was searched for
 */
record ExtendedSearch(int[] sequences, ModSeqs modSeqs, Set<Result> results, boolean tellModSeq) {
  record ModSeqs(long greatest, long first, long last) {}

  /** Writes the response, unless nothing but SAVE was asked (RFC 5182 §2.1). */
  void tell(Session session, boolean uid) throws IOException {
    if (results.equals(Set.of(Result.SAVE))) {
      return;
    }
    SequenceMap map = session.selected().map();
    ResponseWriter out = session.out();
    out.text("* ESEARCH (TAG ").string(session.tag()).text(")").text(uid ? " UID" : "");
    if (sequences.length > 0) {
      long[] numbers = new long[sequences.length];
      for (int index = 0; index < numbers.length; index++) {
        numbers[index] = uid ? map.uid(sequences[index]) : sequences[index];
      }
      if (results.contains(Result.MIN)) {
        out.text(" MIN ").number(numbers[0]);
      }
      if (results.contains(Result.MAX)) {
        out.text(" MAX ").number(numbers[numbers.length - 1]);
      }
      if (results.contains(Result.ALL)) {
        out.text(" ALL ").text(SequenceSet.inOrder(numbers));
      }
    }
    if (results.contains(Result.COUNT)) {
      out.text(" COUNT ").number(sequences.length);
    }
    if (tellModSeq && sequences.length > 0) {
      out.text(" MODSEQ ").number(modSeq());
    }
    out.crlf();
  }

  /** RFC 4731 §3.2: of what is returned, the greatest. */
  private long modSeq() {
    if (results.contains(Result.ALL) || results.contains(Result.COUNT)) {
      return modSeqs.greatest();
    }
    long min = results.contains(Result.MIN) ? modSeqs.first() : 0;
    long max = results.contains(Result.MAX) ? modSeqs.last() : 0;
    return Math.max(min, max);
  }

  /** Saves the result if that was asked; with MIN or MAX alone, only these. */
  void save(Selected selected) {
    if (!results.contains(Result.SAVE)) {
      return;
    }
    boolean all = results.contains(Result.ALL) || results.contains(Result.COUNT);
    boolean min = results.contains(Result.MIN);
    boolean max = results.contains(Result.MAX);
    if (all || (!min && !max) || sequences.length == 0) {
      int[] growing = sequences.clone();
      java.util.Arrays.sort(growing);
      selected.save(selected.exactly(growing));
      return;
    }
    long first = selected.map().uid(sequences[0]);
    long last = selected.map().uid(sequences[sequences.length - 1]);
    selected.save(UidSet.of(min ? first : last, max ? last : first));
  }
}
