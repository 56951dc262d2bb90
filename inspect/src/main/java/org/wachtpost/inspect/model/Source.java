package org.wachtpost.inspect.model;

import org.jspecify.annotations.Nullable;

/**
 * Where a finding can be read again.
 *
 * @param path the evidence file, as given, archives shown as {@code archive.zip!/entry}
 * @param line the line, counted from 1, for text
 * @param record the record number, for event logs
 * @param sha256 lower-case hexadecimal hash of the whole file, or null if it could not be read
 *     again
 */
public record Source(
    String path, @Nullable Long line, @Nullable Long record, @Nullable String sha256) {
  /** A line of a text file. */
  public static Source line(String path, long line) {
    return new Source(path, line, null, null);
  }

  /** A record of an event log. */
  public static Source record(String path, long record) {
    return new Source(path, null, record, null);
  }

  /** A whole file. */
  public static Source file(String path) {
    return new Source(path, null, null, null);
  }

  /** The same place with the file's hash filled in. */
  public Source hashed(@Nullable String hash) {
    return new Source(path, line, record, hash);
  }
}
