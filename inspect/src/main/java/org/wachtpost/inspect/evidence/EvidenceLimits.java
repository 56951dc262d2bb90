package org.wachtpost.inspect.evidence;

/**
 * What an inspection takes from archives and trees; what is beyond is reported, not read.
 *
 * @param archiveDepth archives inside archives
 * @param entries files in all, from trees and archives together
 * @param entryBytes expanded size of one archive entry
 * @param expandedBytes expanded size of all archive entries together
 * @param ratio expanded to packed size of an entry above {@link #RATIO_FREE_BYTES}
 */
public record EvidenceLimits(
    int archiveDepth, int entries, long entryBytes, long expandedBytes, long ratio) {
  /** Files of one archive; its list is held in memory while it is sorted. */
  public static final int ARCHIVE_FILES = 1_000_000;

  /** Entries up to this size may be packed as tightly as they like: logs of zeros do exist. */
  public static final long RATIO_FREE_BYTES = 64L << 20;

  /** Limits that a triage archive of a large server stays under. */
  public static final EvidenceLimits STANDARD =
      new EvidenceLimits(4, 5_000_000, 64L << 30, 512L << 30, 300);
}
