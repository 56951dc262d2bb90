package org.wachtpost.inspect.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The times that server logs are written in: {@code 2021-03-03T06:49:01.123Z} and close kin. */
public final class Timestamps {
  private static final int SECONDS_LENGTH = 19;

  private Timestamps() {}

  /** Reads a time that says UTC or nothing about its zone; null if it is no time. */
  public static @Nullable Instant parse(String text) {
    byte[] bytes = text.strip().getBytes(StandardCharsets.ISO_8859_1);
    return parse(bytes, 0, bytes.length);
  }

  static @Nullable Instant parse(byte[] bytes, int from, int length) {
    if (length < SECONDS_LENGTH
        || bytes[from + 4] != '-'
        || bytes[from + 7] != '-'
        || bytes[from + 13] != ':'
        || bytes[from + 16] != ':') {
      return null;
    }
    int year = number(bytes, from, 4);
    int month = number(bytes, from + 5, 2);
    int day = number(bytes, from + 8, 2);
    int hour = number(bytes, from + 11, 2);
    int minute = number(bytes, from + 14, 2);
    int second = number(bytes, from + 17, 2);
    if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) {
      return null;
    }
    int nanos = 0;
    if (length > SECONDS_LENGTH + 1 && bytes[from + SECONDS_LENGTH] == '.') {
      int scale = 100_000_000;
      for (int at = from + SECONDS_LENGTH + 1; at < from + length && scale > 0; at++) {
        int digit = bytes[at] - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        nanos += digit * scale;
        scale /= 10;
      }
    }
    // 31 February: the row is counted as unparsable by the caller.
    boolean real =
        month >= 1
            && month <= 12
            && day >= 1
            && day <= days(year, month)
            && hour < 24
            && minute < 60
            && second < 60;
    return real
        ? Instant.ofEpochSecond(
            ((epochDay(year, month, day) * 24 + hour) * 60 + minute) * 60 + second, nanos)
        : null;
  }

  private static int days(int year, int month) {
    return switch (month) {
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Days since 1970-01-01; years begin in March here, so that a leap day is a year's last. */
  private static long epochDay(int year, int month, int day) {
    int years = month > 2 ? year : year - 1;
    int era = Math.floorDiv(years, 400);
    int yearOfEra = years - era * 400;
    int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468;
  }

  private static int number(byte[] bytes, int from, int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = bytes[from + i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
