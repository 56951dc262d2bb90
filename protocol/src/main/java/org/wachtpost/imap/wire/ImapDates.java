package org.wachtpost.imap.wire;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dates and times as IMAP writes them (RFC 9051 §9, date and date-time). */
public final class ImapDates {
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
  private static final String[] MONTH_NAMES = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };
  private static final Pattern DATE = Pattern.compile("(\\d{1,2})-([A-Za-z]{3})-(\\d{4})");
  private static final Pattern DATE_TIME =
      Pattern.compile(
          "( \\d|\\d{1,2})-([A-Za-z]{3})-(\\d{4})"
              + " (\\d\\d):(\\d\\d):(\\d\\d) ([+-])(\\d\\d)(\\d\\d)");

  private ImapDates() {}

  /** A date, quoted or not. */
  static LocalDate date(CommandReader in) throws IOException, ImapSyntaxException {
    Matcher matcher = DATE.matcher(in.text());
    if (!matcher.matches()) {
      throw new ImapSyntaxException("not a date");
    }
    try {
      return LocalDate.of(
          Integer.parseInt(matcher.group(3)),
          month(matcher.group(2)),
          Integer.parseInt(matcher.group(1)));
    } catch (DateTimeException e) {
      throw new ImapSyntaxException("no such day");
    }
  }

  /** A date-time in quotes. */
  public static OffsetDateTime dateTime(CommandReader in) throws IOException, ImapSyntaxException {
    Matcher matcher = DATE_TIME.matcher(CommandReader.utf8(in.string()));
    if (!matcher.matches()) {
      throw new ImapSyntaxException("not a date-time");
    }
    try {
      LocalDateTime local =
          LocalDateTime.of(
              Integer.parseInt(matcher.group(3)),
              month(matcher.group(2)),
              Integer.parseInt(matcher.group(1).strip()),
              Integer.parseInt(matcher.group(4)),
              Integer.parseInt(matcher.group(5)),
              // A leap second is the last second of its minute here.
              Math.min(59, Integer.parseInt(matcher.group(6))));
      int sign = matcher.group(7).equals("-") ? -1 : 1;
      ZoneOffset offset =
          ZoneOffset.ofHoursMinutes(
              sign * Integer.parseInt(matcher.group(8)), sign * Integer.parseInt(matcher.group(9)));
      return local.atOffset(offset);
    } catch (DateTimeException e) {
      throw new ImapSyntaxException("no such time");
    }
  }

  private static int month(String name) throws ImapSyntaxException {
    int at = MONTHS.indexOf(name.toLowerCase(Locale.ROOT));
    if (at < 0 || at % 3 != 0) {
      throw new ImapSyntaxException("no such month");
    }
    return at / 3 + 1;
  }

  /** The time as a date-time in quotes, in UTC. */
  public static String format(Instant time) {
    return format(time.atOffset(ZoneOffset.UTC));
  }

  /** The time as a date-time in quotes, in its zone. */
  public static String format(OffsetDateTime time) {
    StringBuilder text = new StringBuilder(30).append('"');
    twoDigits(text, time.getDayOfMonth(), ' ').append('-');
    text.append(MONTH_NAMES[time.getMonthValue() - 1]).append('-');
    String year = String.valueOf(Math.clamp(time.getYear(), 0, 9999));
    text.append("0000", 0, 4 - year.length()).append(year).append(' ');
    twoDigits(text, time.getHour(), '0').append(':');
    twoDigits(text, time.getMinute(), '0').append(':');
    return twoDigits(text, time.getSecond(), '0')
        .append(zone(time.getOffset()))
        .append('"')
        .toString();
  }

  private static String zone(ZoneOffset offset) {
    int minutes = offset.getTotalSeconds() / 60;
    if (minutes == 0) {
      return " +0000";
    }
    StringBuilder text = new StringBuilder(6).append(minutes < 0 ? " -" : " +");
    twoDigits(text, Math.abs(minutes) / 60, '0');
    return twoDigits(text, Math.abs(minutes) % 60, '0').toString();
  }

  private static StringBuilder twoDigits(StringBuilder text, int value, char pad) {
    return value < 10 ? text.append(pad).append(value) : text.append(value);
  }
}
