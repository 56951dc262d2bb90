package org.wachtpost.imap;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.wachtpost.imap.Session.Extension;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.SearchProgram;
import org.wachtpost.imap.wire.SearchProgram.BadCharsetException;
import org.wachtpost.imap.wire.SearchProgram.Result;
import org.wachtpost.mail.UidSet;

/** SEARCH (RFC 9051 §6.4.4), with RETURN (RFC 4731) and saved results (RFC 5182). */
final class SearchCommand {
  private SearchCommand() {}

  static Reply run(Session session, boolean uid)
      throws IOException, ImapSyntaxException, ImapRefusal {
    session.in().space();
    SearchProgram program = read(session);
    if (program.modSeq()) {
      // RFC 7162 §3.1.5
      session.enableCondstore();
    }
    Selected selected = session.selected();
    boolean save = program.results().contains(Result.SAVE);
    MessageSearch.Found found;
    try {
      found = new MessageSearch(session, selected, program.key()).run();
    } catch (RuntimeException e) {
      if (save) {
        // RFC 5182 §2.1: after NO there is nothing in $.
        selected.save(UidSet.EMPTY);
      }
      throw e;
    }
    if (save) {
      selected.save(toSave(selected, found, program.results()));
    }
    if (program.extended() || session.has(Extension.IMAP4REV2)) {
      extended(session, program, found, uid);
    } else {
      plain(session, program, found, uid);
    }
    return Reply.ok("that is all");
  }

  private static SearchProgram read(Session session)
      throws IOException, ImapSyntaxException, ImapRefusal {
    try {
      return SearchProgram.read(session.in());
    } catch (BadCharsetException e) {
      if (e.saves()) {
        // RFC 5182 §2.1: after NO there is nothing in $.
        session.selected().save(UidSet.EMPTY);
      }
      throw badCharset();
    }
  }

  static ImapRefusal badCharset() {
    return ImapRefusal.no("BADCHARSET (US-ASCII UTF-8)", "charset is not known");
  }

  /** RFC 5182 §2.1: with MIN or MAX alone, only these are saved. */
  private static UidSet toSave(Selected selected, MessageSearch.Found found, Set<Result> results) {
    boolean all = results.contains(Result.ALL) || results.contains(Result.COUNT);
    boolean min = results.contains(Result.MIN);
    boolean max = results.contains(Result.MAX);
    int[] sequences = found.sequences();
    if (all || (!min && !max) || sequences.length == 0) {
      return selected.exactly(sequences);
    }
    long first = selected.map().uid(sequences[0]);
    long last = selected.map().uid(sequences[sequences.length - 1]);
    return UidSet.of(min ? first : last, max ? last : first);
  }

  private static void plain(
      Session session, SearchProgram program, MessageSearch.Found found, boolean uid)
      throws IOException {
    ResponseWriter out = session.out();
    SequenceMap map = session.selected().map();
    out.text("* SEARCH");
    for (int sequence : found.sequences()) {
      out.text(" ").number(uid ? map.uid(sequence) : sequence);
    }
    if (program.modSeq() && found.sequences().length > 0) {
      out.text(" (MODSEQ ").number(found.highestModSeq()).text(")");
    }
    out.crlf();
  }

  private static void extended(
      Session session, SearchProgram program, MessageSearch.Found found, boolean uid)
      throws IOException {
    Set<Result> results = EnumSet.noneOf(Result.class);
    results.addAll(program.results());
    if (!program.extended()) {
      results.add(Result.ALL);
    } else if (results.equals(EnumSet.of(Result.SAVE))) {
      // RFC 5182 §2.1: nothing but SAVE wants no response.
      return;
    }
    SequenceMap map = session.selected().map();
    int[] sequences = found.sequences();
    ResponseWriter out = session.out();
    out.text("* ESEARCH (TAG ").string(session.tag()).text(")").text(uid ? " UID" : "");
    if (sequences.length > 0) {
      int first = sequences[0];
      int last = sequences[sequences.length - 1];
      if (results.contains(Result.MIN)) {
        out.text(" MIN ").number(uid ? map.uid(first) : first);
      }
      if (results.contains(Result.MAX)) {
        out.text(" MAX ").number(uid ? map.uid(last) : last);
      }
      if (results.contains(Result.ALL)) {
        out.text(" ALL ").text(set(map, sequences, uid).toString());
      }
    }
    if (results.contains(Result.COUNT)) {
      out.text(" COUNT ").number(sequences.length);
    }
    if (program.modSeq() && sequences.length > 0) {
      out.text(" MODSEQ ").number(modSeq(found, results));
    }
    out.crlf();
  }

  private static UidSet set(SequenceMap map, int[] sequences, boolean uid) {
    long[] numbers = new long[sequences.length];
    for (int index = 0; index < numbers.length; index++) {
      numbers[index] = uid ? map.uid(sequences[index]) : sequences[index];
    }
    return UidSet.of(numbers);
  }

  /** RFC 4731 §3.2: of what is returned, the greatest. */
  private static long modSeq(MessageSearch.Found found, Set<Result> results) {
    if (results.contains(Result.ALL) || results.contains(Result.COUNT)) {
      return found.highestModSeq();
    }
    long min = results.contains(Result.MIN) ? found.firstModSeq() : 0;
    long max = results.contains(Result.MAX) ? found.lastModSeq() : 0;
    return Math.max(min, max);
  }
}
