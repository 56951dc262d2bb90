package org.wachtpost.inspect.model;

import java.util.Comparator;

/**
 * A place in the evidence that could not be read. In order of files, and of places within each.
 *
 * @param path the file
 * @param place "line 12", "offset 4096", "whole file"
 * @param what what is wrong with it
 */
public record Damage(String path, String place, String what) implements Comparable<Damage> {
  private static final Comparator<Damage> ORDER =
      Comparator.comparing(Damage::path)
          .thenComparing(Damage::kind)
          .thenComparingLong(Damage::number)
          .thenComparing(Damage::place)
          .thenComparing(Damage::what);

  /** Longer numbers are no places. */
  private static final int MAX_DIGITS = 18;

  @Override
  public int compareTo(Damage other) {
    return ORDER.compare(this, other);
  }

  /** The place without its number. */
  private String kind() {
    return place.substring(0, place.length() - digits());
  }

  private long number() {
    int digits = digits();
    return digits == 0 ? 0 : Long.parseLong(place.substring(place.length() - digits));
  }

  /** How many digits stand at the end of the place. */
  private int digits() {
    int start = place.length();
    while (start > Math.max(0, place.length() - MAX_DIGITS) && isDigit(place.charAt(start - 1))) {
      start--;
    }
    return place.length() - start;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
