package org.wachtpost.imap;

import java.io.IOException;
import org.wachtpost.imap.ExtendedSearch.ModSeqs;
import org.wachtpost.imap.Session.Extension;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.SearchProgram;
import org.wachtpost.imap.wire.SearchProgram.RefusedException;
import org.wachtpost.imap.wire.SearchReturn;
import org.wachtpost.imap.wire.SearchReturn.Option;
import org.wachtpost.mail.UidSet;

/**
 * SEARCH (RFC 9051 §6.4.4), with RETURN (RFC 4731), saved results (RFC 5182) and pages of them (RFC
 * 9394).
 */
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
    MessageSearch.Found found;
    try {
      found = new MessageSearch(session, selected, program.key()).run();
    } catch (RuntimeException e) {
      if (program.results().has(Option.SAVE)) {
        // RFC 5182 §2.1: after NO there is nothing in $.
        selected.save(UidSet.EMPTY);
      }
      throw e;
    }
    boolean extended = program.results().isExtended();
    if (extended || session.has(Extension.IMAP4REV2)) {
      SearchReturn results = extended ? program.results() : SearchReturn.ALL;
      ExtendedSearch search =
          new ExtendedSearch(
              found.sequences(),
              new ModSeqs(found.highestModSeq(), found.firstModSeq(), found.lastModSeq()),
              results,
              program.modSeq());
      search.save(selected);
      search.tell(session, uid);
    } else {
      plain(session, program, found, uid);
    }
    return Reply.ok("that is all");
  }

  private static SearchProgram read(Session session)
      throws IOException, ImapSyntaxException, ImapRefusal {
    try {
      return keepNumbers(
          session, SearchProgram.read(session.in(), session.has(Extension.UTF8_ACCEPT)));
    } catch (RefusedException e) {
      throw refused(session, e);
    }
  }

  /** What SORT and THREAD search for. */
  static SearchProgram readWithCharset(Session session, SearchReturn results)
      throws IOException, ImapSyntaxException, ImapRefusal {
    try {
      boolean utf8 = session.has(Extension.UTF8_ACCEPT);
      return keepNumbers(session, SearchProgram.readWithCharset(session.in(), results, utf8));
    } catch (RefusedException e) {
      throw refused(session, e);
    }
  }

  /** A client that pipelines must know which messages its numbers mean. */
  private static SearchProgram keepNumbers(Session session, SearchProgram program) {
    if (program.numbers()) {
      session.keepNumbers();
    }
    return program;
  }

  private static ImapRefusal refused(Session session, RefusedException e) {
    if (e.saves()) {
      // RFC 5182 §2.1: after NO there is nothing in $.
      session.selected().save(UidSet.EMPTY);
    }
    return ImapRefusal.no(e.code(), String.valueOf(e.getMessage()));
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
}
