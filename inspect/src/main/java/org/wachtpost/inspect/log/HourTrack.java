package org.wachtpost.inspect.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Notices when a log's rows move to another hour, at the cost of two comparisons per row. One
 * thread.
 */
public final class HourTrack {
  private static final long FIVE_BYTES = 0xff_ffff_ffffL;

  private final SourceTracker tracker;
  private int date = Fields.ABSENT;
  private int time = Fields.ABSENT;
  private long dateWord;
  private long hourWord;
  private ZoneId zone = ZoneOffset.UTC;
  private boolean apart;
  private long lastMinute;
  private long lastSecond;
  private long rows;
  private long bad;
  private boolean lastGood;

  /** Reports to that tracker. */
  public HourTrack(SourceTracker tracker) {
    this.tracker = tracker;
  }

  /** Where a row's moment stands: one column, or a date and the time in the column after it. */
  public void columns(int dateColumn, int timeColumn) {
    date = dateColumn;
    time = timeColumn;
    apart = timeColumn != Fields.ABSENT && timeColumn != dateColumn + 1;
    dateWord = 0;
    hourWord = 0;
  }

  /** The log was written in the clock of this zone instead of UTC. */
  public void zone(ZoneId writtenIn) {
    zone = writtenIn;
  }

  /** Counts a row. */
  public void row(Row row) {
    rows++;
    if (row.length(date) < 10) {
      bad++;
      lastGood = false;
      return;
    }
    int from = row.from(date);
    long day = Swar.word(row.buffer, from);
    long minute = Swar.word(row.buffer, from + 8);
    long hour = minute & FIVE_BYTES;
    if (day != dateWord || hour != hourWord || apart) {
      changed(row, day, hour);
    } else {
      lastMinute = minute;
      lastSecond = Swar.word(row.buffer, from + 16);
      lastGood = true;
    }
  }

  /** The row's moment (UTC), or null. */
  public @Nullable Instant moment(Row row) {
    return zoned(time == Fields.ABSENT ? row.instant(date) : row.instant(date, time));
  }

  private @Nullable Instant zoned(@Nullable Instant moment) {
    return moment == null || zone.equals(ZoneOffset.UTC)
        ? moment
        : LocalDateTime.ofInstant(moment, ZoneOffset.UTC).atZone(zone).toInstant();
  }

  /** The file has ended: its last row's moment and the counts go to the tracker. */
  public void end() {
    if (dateWord != 0 && lastMinute != 0) {
      ByteBuffer text = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
      text.putLong(dateWord).putLong(lastMinute).putLong(lastSecond);
      Instant moment = zoned(Timestamps.parse(text.array(), 0, 19));
      if (moment != null) {
        tracker.seen(moment);
      }
    }
    lastMinute = 0;
    tracker.rows(rows, bad);
    rows = 0;
    bad = 0;
    dateWord = 0;
    hourWord = 0;
  }

  /** A line that is no row. */
  public void unparsable() {
    rows++;
    bad++;
  }

  /** True if the last row had a time. */
  public boolean lastGood() {
    return lastGood;
  }

  private void changed(Row row, long day, long hour) {
    Instant moment = moment(row);
    lastGood = moment != null;
    if (moment == null) {
      bad++;
      return;
    }
    dateWord = day;
    hourWord = hour;
    tracker.seen(moment);
  }
}
