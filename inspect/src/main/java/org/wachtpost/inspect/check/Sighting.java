package org.wachtpost.inspect.check;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/** One occurrence of something worth a finding, while it is being put together by a check. */
public final class Sighting {
  /** Longer details are cut: evidence decides their length. */
  public static final int MAX_DETAIL_CHARACTERS = 2000;

  /** What a sighting is told from others by; longer ones by their hash, or rows fill the memory. */
  private static final int MAX_KIND_CHARACTERS = 500;

  /** Where and when something was seen. */
  record Place(@Nullable Instant time, Source source) {
    private static final Comparator<@Nullable Long> BY_LINE =
        Comparator.nullsLast(Comparator.<Long>naturalOrder());

    /** Of two at the same moment one is the first whichever thread was faster. */
    boolean isBefore(Place than) {
      int order = Finding.BY_TIME.compare(time, than.time);
      if (order == 0) {
        order = source.path().compareTo(than.source.path());
      }
      return (order != 0 ? order : BY_LINE.compare(source.line(), than.source.line())) < 0;
    }
  }

  final CheckId check;
  final Stage stage;
  final String title;
  final Source source;
  final Map<String, String> details = new TreeMap<>();
  Confidence confidence = Confidence.MEDIUM;
  boolean decisive;
  String reason = "";
  String reference = "";
  String kind = "";
  @Nullable Instant time;
  @Nullable Instant lastTime;
  long count = 1;

  /** Where details are from that others of the same kind had and this one did not. */
  final Map<String, Place> borrowed = new TreeMap<>();

  /** Where confidence and reason are from, if another one was surer. */
  @Nullable Place surer;

  /** Something that {@code check} saw at {@code source}. */
  public Sighting(CheckId check, Stage stage, String title, Source source) {
    this.check = check;
    this.stage = stage;
    this.title = title;
    this.source = source;
  }

  /** How sure, and why. */
  public Sighting because(Confidence sure, String why) {
    this.confidence = sure;
    this.reason = why;
    return this;
  }

  /** It proves its stage alone. */
  public Sighting decisive(boolean proves) {
    this.decisive = proves;
    return this;
  }

  /** When (UTC); null if unknown. */
  public Sighting at(@Nullable Instant moment) {
    this.time = moment;
    this.lastTime = moment;
    return this;
  }

  /** When it last happened and how often in all. */
  public Sighting until(@Nullable Instant last, long times) {
    this.lastTime = last;
    this.count = times;
    return this;
  }

  /** The published description. */
  public Sighting see(String published) {
    this.reference = published;
    return this;
  }

  /** A fact; empty ones are left out. */
  public Sighting detail(String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      details.put(
          name,
          value.length() > MAX_DETAIL_CHARACTERS
              ? value.substring(0, MAX_DETAIL_CHARACTERS) + " [cut]"
              : value);
    }
    return this;
  }

  /** Sightings of the same check, stage, title and {@code kind} become one finding. */
  public Sighting sameAs(String groupedBy) {
    boolean whole = groupedBy.length() <= MAX_KIND_CHARACTERS;
    this.kind =
        whole
            ? groupedBy
            : groupedBy.substring(0, MAX_KIND_CHARACTERS)
                + UUID.nameUUIDFromBytes(groupedBy.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  Place place() {
    return new Place(time, source);
  }

  /** Hands it over. */
  void report(FindingSink sink) {
    sink.report(this);
  }

  String key() {
    return check + "\u0000" + stage + "\u0000" + title + "\u0000" + kind + day();
  }

  /**
   * A break-in of another day is another one, also by whom the first was: of an address behind
   * which many are it may be somebody else's.
   */
  private String day() {
    boolean entry = stage == Stage.SESSION_GRANTED || stage == Stage.WRITTEN;
    return entry && time != null && details.containsKey("client")
        ? "\u0000" + time.truncatedTo(ChronoUnit.DAYS)
        : "";
  }
}
