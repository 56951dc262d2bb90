package org.wachtpost.mail;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the Date field (RFC 5322 §3.3 and the obsolete forms of §4.3), forgiving common faults. */
final class DateParser {
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

  private DateParser() {}

  /** The time, or null if it cannot be read. */
  static @Nullable Instant parse(String text) {
    List<String> words = words(text.length() > 200 ? text.substring(0, 200) : text);
    int at = 0;
    if (at < words.size() && !Character.isDigit(words.get(at).charAt(0))) {
      at++; // day of the week
    }
    try {
      if (words.size() - at >= 4) {
        return parse(words, at);
      }
    } catch (DateTimeException | NumberFormatException e) {
      return null; // a day that is not there, a number that is none: the field cannot be read
    }
    return null;
  }

  private static @Nullable Instant parse(List<String> words, int from) {
    int at = from;
    int day;
    int month;
    if (Character.isDigit(words.get(at).charAt(0))) {
      day = Integer.parseInt(words.get(at));
      month = month(words.get(at + 1));
    } else {
      month = month(words.get(at)); // asctime: Nov 23 10:00:00 2026
      day = Integer.parseInt(words.get(at + 1));
    }
    at += 2;
    boolean yearLast = words.get(at).contains(":");
    String time = words.get(yearLast ? at : at + 1);
    String year = words.get(yearLast ? at + 1 : at);
    String zone = at + 2 < words.size() ? words.get(at + 2) : "+0000";
    String[] clock = time.split(":", -1);
    if (month == 0 || clock.length < 2) {
      return null;
    }
    int seconds = clock.length > 2 ? Math.min(59, Integer.parseInt(clock[2])) : 0;
    LocalDateTime local =
        LocalDateTime.of(
            year(year),
            month,
            day,
            Integer.parseInt(clock[0]),
            Integer.parseInt(clock[1]),
            seconds);
    return local.toInstant(ZoneOffset.UTC).minusSeconds(60L * offsetMinutes(zone));
  }

  /** Words without comments; commas and hyphens of {@code 23-Nov-2026} separate too. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int depth = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ' ' : text.charAt(i);
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth = Math.max(0, depth - 1);
      }
      boolean separates =
          c <= ' ' || c == ',' || c == '(' || c == ')' || c == '-' && isDateHyphen(word, words);
      if (depth > 0 && c != '(') {
        continue;
      }
      if (!separates) {
        word.append(c);
      } else if (!word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
    }
    return words;
  }

  private static boolean isDateHyphen(StringBuilder word, List<String> words) {
    return !word.isEmpty() && words.size() < 4 && word.indexOf(":") < 0;
  }

  private static int month(String name) {
    if (name.length() < 3) {
      return 0;
    }
    int at = MONTHS.indexOf(name.substring(0, 3).toLowerCase(Locale.ROOT));
    return at < 0 || at % 3 != 0 ? 0 : at / 3 + 1;
  }

  // RFC 5322 §4.3
  private static int year(String text) {
    int year = Integer.parseInt(text);
    if (text.length() == 2) {
      return year < 50 ? 2000 + year : 1900 + year;
    }
    if (text.length() == 3) {
      return 1900 + year;
    }
    if (year < 1900 || year > 9999) {
      throw new DateTimeException("year " + year);
    }
    return year;
  }

  private static int offsetMinutes(String zone) {
    char sign = zone.charAt(0);
    if ((sign == '+' || sign == '-') && zone.length() == 5) {
      int number = Integer.parseInt(zone.substring(1));
      int minutes = number / 100 * 60 + number % 100;
      return sign == '+' ? minutes : -minutes;
    }
    return switch (zone.toUpperCase(Locale.ROOT)) {
      case "EDT" -> -240;
      case "EST", "CDT" -> -300;
      case "CST", "MDT" -> -360;
      case "MST", "PDT" -> -420;
      case "PST" -> -480;
      default -> 0; // RFC 5322 §4.3: unknown zones count as -0000
    };
  }
}
