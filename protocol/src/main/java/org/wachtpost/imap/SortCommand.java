package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.wachtpost.imap.ExtendedSearch.ModSeqs;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.SearchProgram;
import org.wachtpost.imap.wire.SearchReturn;
import org.wachtpost.mail.EncodedWords;
import org.wachtpost.mail.Envelope;
import org.wachtpost.mail.Message;
import org.wachtpost.mail.MessageData;

/** SORT (RFC 5256 §3), with RETURN (RFC 5267 §3.1) and by display names (RFC 5957). */
final class SortCommand {
  private static final int MOST_CRITERIA = 16;

  /** What is sorted by is looked at so far, characters: all messages' are in memory together. */
  private static final int KEY_CHARACTERS = 1_000;

  private enum Criterion {
    ARRIVAL,
    CC,
    DATE,
    DISPLAYFROM,
    DISPLAYTO,
    FROM,
    SIZE,
    SUBJECT,
    TO
  }

  /** A message with what it is sorted by; texts collated, empty where they are not needed. */
  private record Row(
      int sequence,
      long arrival,
      long sent,
      long size,
      long modSeq,
      String subject,
      String from,
      String to,
      String cc,
      String displayFrom,
      String displayTo) {
    /** Memory it takes, about. */
    long bytes() {
      return 80
          + bytes(subject)
          + bytes(from)
          + bytes(to)
          + bytes(cc)
          + bytes(displayFrom)
          + bytes(displayTo);
    }

    private static long bytes(String text) {
      return text.isEmpty() ? 0 : 40 + 2 * text.length();
    }
  }

  private SortCommand() {}

  static Reply run(Session session, boolean uid)
      throws IOException, ImapSyntaxException, ImapRefusal {
    CommandReader in = session.in();
    in.space();
    SearchReturn results = SearchReturn.PLAIN;
    if (!in.nextIs('(')) {
      if (!in.word().equals("RETURN")) {
        throw new ImapSyntaxException("expected RETURN or criteria");
      }
      in.space();
      results = SearchReturn.read(in);
      in.space();
    }
    Set<Criterion> used = EnumSet.noneOf(Criterion.class);
    Comparator<Row> order = readOrder(in, used);
    in.space();
    SearchProgram program = SearchCommand.readWithCharset(session, results);
    if (program.modSeq()) {
      session.enableCondstore();
    }
    Selected selected = session.selected();
    List<Row> rows = new ArrayList<>();
    boolean withData = !EnumSet.of(Criterion.ARRIVAL, Criterion.SIZE).containsAll(used);
    new MessageSearch(session, selected, program.key())
        .each(
            withData,
            (sequence, message, data) -> {
              Row row = row(sequence, message, data, used);
              session.hold(row.bytes());
              rows.add(row);
            });
    rows.sort(order);
    if (program.results().isExtended()) {
      ExtendedSearch search = extended(program, rows);
      search.save(selected);
      search.tell(session, uid);
    } else {
      plain(session, program, rows, uid);
    }
    return Reply.ok("that is all");
  }

  private static long greatest(List<Row> rows) {
    return rows.stream().mapToLong(Row::modSeq).max().orElse(0);
  }

  /** RFC 5267 §3.1: MIN and MAX are the first and the last of what is sorted. */
  private static ExtendedSearch extended(SearchProgram program, List<Row> rows) {
    long first = rows.isEmpty() ? 0 : rows.getFirst().modSeq();
    long last = rows.isEmpty() ? 0 : rows.getLast().modSeq();
    return new ExtendedSearch(
        rows.stream().mapToInt(Row::sequence).toArray(),
        new ModSeqs(greatest(rows), first, last),
        program.results(),
        program.modSeq());
  }

  private static void plain(Session session, SearchProgram program, List<Row> rows, boolean uid)
      throws IOException {
    ResponseWriter out = session.out();
    SequenceMap map = session.selected().map();
    out.text("* SORT");
    for (Row row : rows) {
      out.text(" ").number(uid ? map.uid(row.sequence()) : row.sequence());
    }
    if (program.modSeq() && !rows.isEmpty()) {
      out.text(" (MODSEQ ").number(greatest(rows)).text(")");
    }
    out.crlf();
  }

  private static Comparator<Row> readOrder(CommandReader in, Set<Criterion> used)
      throws IOException, ImapSyntaxException {
    Comparator<Row> order = null;
    int criteria = 0;
    in.expect('(');
    do {
      String word = in.word();
      boolean reverse = word.equals("REVERSE");
      if (reverse) {
        in.space();
        word = in.word();
      }
      if (++criteria > MOST_CRITERIA) {
        throw ImapSyntaxException.limit("more than " + MOST_CRITERIA + " criteria");
      }
      Criterion criterion = criterion(word);
      used.add(criterion);
      Comparator<Row> next = reverse ? order(criterion).reversed() : order(criterion);
      order = order == null ? next : order.thenComparing(next);
    } while (in.take(' '));
    in.expect(')');
    // RFC 5256 §3: what is equal otherwise is sorted by sequence number.
    return order.thenComparingInt(Row::sequence);
  }

  private static Criterion criterion(String word) throws ImapSyntaxException {
    for (Criterion criterion : Criterion.values()) {
      if (criterion.name().equals(word)) {
        return criterion;
      }
    }
    throw new ImapSyntaxException("unknown sort criterion");
  }

  private static Comparator<Row> order(Criterion criterion) {
    return switch (criterion) {
      case ARRIVAL -> Comparator.comparingLong(Row::arrival);
      case DATE -> Comparator.comparingLong(Row::sent);
      case SIZE -> Comparator.comparingLong(Row::size);
      case SUBJECT -> Comparator.comparing(Row::subject);
      case FROM -> Comparator.comparing(Row::from);
      case TO -> Comparator.comparing(Row::to);
      case DISPLAYFROM -> Comparator.comparing(Row::displayFrom);
      case DISPLAYTO -> Comparator.comparing(Row::displayTo);
      case CC -> Comparator.comparing(Row::cc);
    };
  }

  private static Row row(
      int sequence,
      Message message,
      @org.jspecify.annotations.Nullable MessageData data,
      Set<Criterion> used) {
    long arrival = message.internalDate().toEpochSecond() * 1_000;
    if (data == null) {
      return new Row(
          sequence, arrival, arrival, message.size(), message.modSeq(), "", "", "", "", "", "");
    }
    Envelope envelope = data.envelope();
    return new Row(
        sequence,
        arrival,
        sent(message, data),
        message.size(),
        message.modSeq(),
        used.contains(Criterion.SUBJECT) ? key(data.baseSubject()) : "",
        used.contains(Criterion.FROM) ? mailbox(envelope.from()) : "",
        used.contains(Criterion.TO) ? mailbox(envelope.to()) : "",
        used.contains(Criterion.CC) ? mailbox(envelope.cc()) : "",
        used.contains(Criterion.DISPLAYFROM) ? display(envelope.from()) : "",
        used.contains(Criterion.DISPLAYTO) ? display(envelope.to()) : "");
  }

  /** RFC 5256 §2.2: when it was sent, or else when it came. */
  static long sent(Message message, MessageData data) {
    java.time.Instant sent = data.sentDate();
    return sent == null ? message.internalDate().toEpochSecond() * 1_000 : sent.toEpochMilli();
  }

  private static String key(String text) {
    return TextSearch.collate(beginning(text));
  }

  /** As much of a text as is kept of each message of a mailbox; a copy of its own. */
  static String beginning(String text) {
    return text.length() <= KEY_CHARACTERS ? text : text.substring(0, KEY_CHARACTERS);
  }

  /** RFC 5256 §3: the mailbox of the first address. */
  private static String mailbox(List<Envelope.Address> addresses) {
    String mailbox = addresses.isEmpty() ? null : addresses.getFirst().mailbox();
    return mailbox == null ? "" : key(mailbox);
  }

  /** RFC 5957 §3: the name that is shown of the first address, or else the address. */
  private static String display(List<Envelope.Address> addresses) {
    if (addresses.isEmpty()) {
      return "";
    }
    Envelope.Address first = addresses.getFirst();
    String name = first.name();
    if (name != null && !name.isEmpty()) {
      return key(EncodedWords.decode(name));
    }
    String mailbox = first.mailbox() == null ? "" : first.mailbox();
    return key(first.host() == null ? mailbox : mailbox + "@" + first.host());
  }
}
