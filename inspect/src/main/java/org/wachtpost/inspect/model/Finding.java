package org.wachtpost.inspect.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One thing that evidence shows; equal things are one finding with a count.
 *
 * @param check the check's identifier, "I01" to "I20"
 * @param stage how far it shows an attack had come
 * @param confidence how sure that is
 * @param decisive true if it proves its stage without a second source
 * @param reason why, in a sentence for the responder
 * @param title what, in a few words
 * @param time when it first happened (UTC), null if the evidence does not say
 * @param lastTime when it last happened
 * @param count how often
 * @param source the first place where it can be read
 * @param reference the published description it rests on
 * @param details facts by name: client, path, user agent, request and so on, unescaped
 */
public record Finding(
    String check,
    Stage stage,
    Confidence confidence,
    boolean decisive,
    String reason,
    String title,
    @Nullable Instant time,
    @Nullable Instant lastTime,
    long count,
    Source source,
    String reference,
    Map<String, String> details) {
  /** Moments in order, unknown ones last. */
  public static final Comparator<@Nullable Instant> BY_TIME =
      Comparator.nullsLast(Comparator.<Instant>naturalOrder());

  private static final List<String> OBJECTS =
      List.of("file", "page", "path", "command", "cmdlet", "what", "target", "channel");

  /** Of a cmdlet's parameters so many characters are told with it. */
  private static final int MAX_PARAMETERS = 200;

  /** What lasted no longer was done once. */
  private static final Duration ONCE = Duration.ofMinutes(2);

  public Finding {
    if (count < 1) {
      throw new IllegalArgumentException("count must be positive: " + count);
    }
    details = Collections.unmodifiableMap(new TreeMap<>(details));
  }

  /** The detail of that name, or null. */
  public @Nullable String detail(String name) {
    return details.get(name);
  }

  /**
   * What it was done to or with, or null: the file, the page, the command, the cmdlet with what it
   * was given, the account.
   */
  public @Nullable String object() {
    for (String name : OBJECTS) {
      String value = details.get(name);
      if (value != null) {
        return name.equals("cmdlet") ? value + parameters() : value;
      }
    }
    return null;
  }

  private String parameters() {
    String parameters = details.getOrDefault("parameters", "");
    return parameters.isEmpty()
        ? ""
        : parameters.length() > MAX_PARAMETERS
            ? " " + parameters.substring(0, MAX_PARAMETERS) + "\u2026"
            : " " + parameters;
  }

  /** How often, if more than once: " (3 times)"; else empty. */
  public String briefTimes() {
    return count == 1 ? "" : " (" + count + " times)";
  }

  /** How often, if more than once, and until when, if it lasted; else empty. */
  public String times() {
    Instant first = time;
    Instant last = lastTime;
    if (count == 1
        || first == null
        || last == null
        || Duration.between(first, last).compareTo(ONCE) <= 0) {
      return briefTimes();
    }
    String until = last.toString().substring(0, 16).replace('T', ' ');
    return " (" + count + " times, until " + until + ")";
  }

  /** Whether it is something else that the same record of an event log shows of the same thing. */
  public boolean isSameEvent(Finding other) {
    return source.record() != null
        && source.record().equals(other.source.record())
        && source.path().equals(other.source.path())
        && count == other.count
        && Objects.equals(object(), other.object());
  }

  /** The same finding with the name that the responder gave to its client's network. */
  public Finding in(String network) {
    Map<String, String> more = new TreeMap<>(details);
    more.put("network", network);
    return with(source, more);
  }

  /**
   * Its client as it is shown, with the name of the network, and with the address that really asked
   * if a proxy outside, or whoever wrote its header, named another; null if there is none. Of a
   * proxy that did not say for whom it asked it is said that it is one.
   */
  public @Nullable String client() {
    String client = details.get("client");
    if (client == null) {
      return null;
    }
    StringJoiner beside = new StringJoiner(", ", " (", ")").setEmptyValue("");
    String network = details.get("network");
    if (network != null) {
      beside.add(network);
    }
    if (List.of(details.getOrDefault("proxy", "").split(" ")).contains(client)) {
      beside.add("for many");
    }
    String peer = details.get("peer");
    if (peer != null && !peer.equals(client)) {
      beside.add("by way of " + peer);
    }
    return client + beside;
  }

  /** The same finding with other details. */
  public Finding telling(Map<String, String> facts) {
    return with(source, facts);
  }

  /** The same finding with its source's hash filled in. */
  public Finding hashed(@Nullable String sha256) {
    return with(source.hashed(sha256), details);
  }

  private Finding with(Source where, Map<String, String> facts) {
    return new Finding(
        check,
        stage,
        confidence,
        decisive,
        reason,
        title,
        time,
        lastTime,
        count,
        where,
        reference,
        facts);
  }
}
