package org.wachtpost.imap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.imap.wire.SearchKey;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Message;
import org.wachtpost.mail.MessageData;
import org.wachtpost.mail.UidSet;

/**
 * Finds the messages of the selected mailbox that fit. Cheap keys go first: rows decide what they
 * can, then what was parsed at ingest, and bodies are read only for what is still open.
 */
final class MessageSearch {
  private static final int ROWS = 500;

  /**
   * What was found.
   *
   * @param sequences growing
   * @param highestModSeq of all found, 0 if there are none
   */
  record Found(int[] sequences, long highestModSeq, long firstModSeq, long lastModSeq) {}

  /** Takes a message that fits. */
  @FunctionalInterface
  interface Sink {
    void accept(int sequence, Message message, @Nullable MessageData data);
  }

  private final Session session;
  private final Selected selected;
  private final List<SearchTest> cheap = new ArrayList<>();
  private final List<SearchTest> costly = new ArrayList<>();

  MessageSearch(Session session, Selected selected, SearchKey key) {
    this.session = session;
    this.selected = selected;
    SearchTests tests = new SearchTests(session, selected);
    List<SearchKey> keys = key instanceof SearchKey.And(List<SearchKey> all) ? all : List.of(key);
    for (SearchKey each : keys) {
      if (each instanceof SearchKey.All) {
        continue;
      }
      SearchTest test = tests.of(each);
      (test.cost() == SearchTest.ROW ? cheap : costly).add(test);
    }
    costly.sort(Comparator.comparingInt(SearchTest::cost));
  }

  Found run() throws IOException {
    int[] found = new int[Math.min(selected.map().count(), 1024)];
    int[] count = {0};
    long[] modSeqs = new long[3];
    int[][] holder = {found};
    each(
        false,
        (sequence, message, data) -> {
          if (count[0] == holder[0].length) {
            session.hold(8L * holder[0].length);
            holder[0] = Arrays.copyOf(holder[0], holder[0].length * 2);
          }
          holder[0][count[0]++] = sequence;
          modSeqs[0] = Math.max(modSeqs[0], message.modSeq());
          modSeqs[1] = modSeqs[1] == 0 ? message.modSeq() : modSeqs[1];
          modSeqs[2] = message.modSeq();
        });
    return new Found(Arrays.copyOf(holder[0], count[0]), modSeqs[0], modSeqs[1], modSeqs[2]);
  }

  /**
   * Gives every message that fits, in order.
   *
   * @param withData whether the sink needs what was parsed from the message
   */
  void each(boolean withData, Sink sink) throws IOException {
    SequenceMap map = selected.map();
    for (int from = 1; from <= map.count(); from += ROWS) {
      int to = Math.min(map.count(), from + ROWS - 1);
      try (MailView view = session.mail().view(session.account())) {
        chunk(view, UidSet.range(map.uid(from), map.uid(to)), withData, sink);
      }
    }
  }

  private void chunk(MailView view, UidSet uids, boolean withData, Sink sink) throws IOException {
    List<Candidate> rows = new ArrayList<>();
    boolean needsData = withData || !costly.isEmpty();
    if (!cheap.isEmpty() || !needsData) {
      view.messages(selected.id(), uids, message -> add(rows, view, message, null));
      keepFitting(rows);
    }
    if (!needsData) {
      rows.forEach(row -> sink.accept(row.sequence(), row.message(), null));
    } else if (cheap.isEmpty() || !rows.isEmpty()) {
      withData(view, cheap.isEmpty() ? uids : uids(rows), withData, sink);
    }
  }

  /**
   * Together: one pass over what lies side by side instead of a look-up for each. What was read for
   * a message goes before the next: it may be much.
   */
  private void withData(MailView view, UidSet uids, boolean tellData, Sink sink)
      throws IOException {
    try {
      view.messagesWithData(
          selected.id(),
          uids,
          (message, data) -> {
            int sequence = selected.map().sequence(message.uid());
            Candidate row = new Candidate(view, sequence, message, data);
            if (sequence > 0 && passesCostly(row)) {
              sink.accept(sequence, message, tellData ? data : null);
            }
            return true;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private boolean passesCostly(Candidate row) {
    try {
      return passes(costly, row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      // Whoever searches much shares the processors with all others: nothing else interrupts it.
      Pause.make();
    }
  }

  private void keepFitting(List<Candidate> rows) throws IOException {
    List<Candidate> all = List.copyOf(rows);
    rows.clear();
    for (Candidate row : all) {
      if (passes(cheap, row)) {
        rows.add(row);
      }
    }
  }

  private UidSet uids(List<Candidate> rows) {
    int[] sequences = rows.stream().mapToInt(Candidate::sequence).toArray();
    return selected.map().uidSet(sequences, 0, sequences.length);
  }

  private void add(
      List<Candidate> rows, MailView view, Message message, @Nullable MessageData data) {
    int sequence = selected.map().sequence(message.uid());
    if (sequence > 0) {
      rows.add(new Candidate(view, sequence, message, data));
    }
  }

  private static boolean passes(List<SearchTest> tests, Candidate row) throws IOException {
    for (SearchTest test : tests) {
      if (!test.fits(row)) {
        return false;
      }
    }
    return true;
  }
}
