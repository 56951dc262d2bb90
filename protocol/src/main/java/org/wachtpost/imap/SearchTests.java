package org.wachtpost.imap;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.imap.wire.SearchKey;
import org.wachtpost.imap.wire.SequenceSet;
import org.wachtpost.mail.EncodedWords;
import org.wachtpost.mail.Envelope;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.Message;
import org.wachtpost.mail.MessageData;
import org.wachtpost.mail.UidSet;

/** Makes tests of search keys (RFC 9051 §6.4.4). */
final class SearchTests {
  /** The day in a Date field: day, month, year. */
  private static final Pattern DAY =
      Pattern.compile("\\b(\\d{1,2})[ \\t]+([A-Za-z]{3})[a-z]*[ \\t]+(\\d{4})\\b");

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private final Session session;
  private final Selected selected;

  SearchTests(Session session, Selected selected) {
    this.session = session;
    this.selected = selected;
  }

  SearchTest of(SearchKey key) {
    return switch (key) {
      case SearchKey.All _ -> row(candidate -> true);
      case SearchKey.Recent _ -> row(message -> selected.isRecent(message.uid()));
      case SearchKey.Not(SearchKey inner) -> {
        SearchTest test = of(inner);
        yield new SearchTest(test.cost(), candidate -> !test.fits(candidate));
      }
      case SearchKey.Or(SearchKey left, SearchKey right) -> or(of(left), of(right));
      case SearchKey.And(List<SearchKey> keys) -> and(keys);
      case SearchKey.Numbers(SequenceSet set) -> numbers(set);
      case SearchKey.Uids(SequenceSet set) -> uids(set);
      case SearchKey.HasFlag(String flag) -> flag(flag);
      case SearchKey.Header(String field, String text) -> header(field, text);
      case SearchKey.Body(String text) -> {
        TextSearch search = new TextSearch(text);
        yield new SearchTest(SearchTest.BODY, search::inBody);
      }
      case SearchKey.Text(String text) -> {
        TextSearch search = new TextSearch(text);
        yield new SearchTest(
            SearchTest.BODY, candidate -> search.inHeader(candidate) || search.inBody(candidate));
      }
      case SearchKey.Day day -> day(day);
      case SearchKey.Size(boolean larger, long bytes) ->
          row(message -> larger ? message.size() > bytes : message.size() < bytes);
      case SearchKey.Age(boolean older, long seconds) -> age(older, seconds);
      case SearchKey.ModSeq(long least) -> row(message -> message.modSeq() >= least);
      case SearchKey.EmailIdIs(String id) ->
          row(message -> message.original().toString().equals(id));
      case SearchKey.ThreadIdIs(String id) ->
          row(message -> message.thread().toString().equals(id));
    };
  }

  private interface RowTrial {
    boolean fits(Message message);
  }

  private static SearchTest row(RowTrial trial) {
    return new SearchTest(SearchTest.ROW, candidate -> trial.fits(candidate.message()));
  }

  private static SearchTest or(SearchTest left, SearchTest right) {
    return right.cost() < left.cost()
        ? new SearchTest(left.cost(), row -> right.fits(row) || left.fits(row))
        : new SearchTest(right.cost(), row -> left.fits(row) || right.fits(row));
  }

  private SearchTest and(List<SearchKey> keys) {
    List<SearchTest> tests = new ArrayList<>();
    keys.forEach(key -> tests.add(of(key)));
    tests.sort(Comparator.comparingInt(SearchTest::cost));
    return new SearchTest(
        tests.getLast().cost(),
        candidate -> {
          for (SearchTest test : tests) {
            if (!test.fits(candidate)) {
              return false;
            }
          }
          return true;
        });
  }

  private SearchTest numbers(SequenceSet set) {
    if (set.isSaved()) {
      return uids(set);
    }
    UidSet numbers = set.resolve(selected.map().count());
    return new SearchTest(SearchTest.ROW, candidate -> numbers.contains(candidate.sequence()));
  }

  private SearchTest uids(SequenceSet set) {
    UidSet uids = set.isSaved() ? selected.saved() : set.resolve(selected.map().lastUid());
    return row(message -> uids.contains(message.uid()));
  }

  private static SearchTest flag(String name) {
    int system =
        switch (name.toUpperCase(Locale.ROOT)) {
          case "\\SEEN" -> Flags.SEEN;
          case "\\ANSWERED" -> Flags.ANSWERED;
          case "\\FLAGGED" -> Flags.FLAGGED;
          case "\\DELETED" -> Flags.DELETED;
          case "\\DRAFT" -> Flags.DRAFT;
          default -> 0;
        };
    return system != 0
        ? row(message -> message.flags().has(system))
        : row(message -> message.flags().keywords().contains(name));
  }

  private static SearchTest header(String name, String text) {
    TextSearch search = new TextSearch(text);
    boolean stored = org.wachtpost.mail.CommonFields.NAMES.contains(name);
    return new SearchTest(
        stored ? SearchTest.DATA : SearchTest.BODY,
        candidate -> {
          for (HeaderText.Field field : candidate.fields(name)) {
            if (field.name().equalsIgnoreCase(name) && search.inFolded(field.folded())) {
              return true;
            }
          }
          return !search.isEmpty() && inAddresses(search, candidate, name);
        });
  }

  /** Addresses without their comments and quotes: {@code <ann (home)@example.test>} is found. */
  private static boolean inAddresses(TextSearch search, Candidate candidate, String field) {
    for (Envelope.Address address : addresses(candidate, field)) {
      String name = address.name() == null ? "" : EncodedWords.decode(address.name()) + " ";
      String mailbox = address.mailbox() == null ? "" : address.mailbox();
      String host = address.host() == null ? "" : "@" + address.host();
      if (search.inFolded(TextSearch.fold(name + "<" + mailbox + host + ">"))) {
        return true;
      }
    }
    return false;
  }

  private static List<Envelope.Address> addresses(Candidate candidate, String field) {
    return switch (field.toUpperCase(Locale.ROOT)) {
      case "FROM" -> candidate.data().envelope().from();
      case "SENDER" -> candidate.data().envelope().sender();
      case "REPLY-TO" -> candidate.data().envelope().replyTo();
      case "TO" -> candidate.data().envelope().to();
      case "CC" -> candidate.data().envelope().cc();
      case "BCC" -> candidate.data().envelope().bcc();
      default -> List.of();
    };
  }

  private static SearchTest day(SearchKey.Day key) {
    return switch (key.which()) {
      // RFC 9051 §6.4.4: "disregarding time and timezone", so the day as the client was told it.
      case INTERNAL -> row(message -> holds(key, message.internalDate().toLocalDate()));
      case SAVED -> row(message -> holds(key, day(message.saveDate())));
      case SENT ->
          new SearchTest(SearchTest.DATA, candidate -> holds(key, sentDay(candidate.data())));
    };
  }

  private static boolean holds(SearchKey.Day key, @Nullable LocalDate date) {
    return date != null
        && switch (key.relation()) {
          case BEFORE -> date.isBefore(key.date());
          case ON -> date.equals(key.date());
          case SINCE -> !date.isBefore(key.date());
        };
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  /** RFC 9051 §6.4.4: the day as the field says it, whatever its time and zone. */
  private static @Nullable LocalDate sentDay(MessageData data) {
    String date = data.envelope().date();
    Matcher matcher = DAY.matcher(date == null ? "" : date);
    if (matcher.find()) {
      int month = MONTHS.indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1;
      int day = Integer.parseInt(matcher.group(1));
      int year = Integer.parseInt(matcher.group(3));
      if (month > 0 && day > 0 && day <= java.time.YearMonth.of(year, month).lengthOfMonth()) {
        return LocalDate.of(year, month, day);
      }
    }
    Instant sent = data.sentDate();
    return sent == null ? null : day(sent);
  }

  private SearchTest age(boolean older, long seconds) {
    Instant limit = session.server().clock().instant().minusSeconds(seconds);
    // RFC 5032 §3: both include the limit.
    return older
        ? row(message -> message.internalDate().toEpochSecond() <= limit.getEpochSecond())
        : row(message -> !message.internalDate().toInstant().isBefore(limit));
  }
}
