package org.wachtpost.inspect.evtx;

import java.time.Instant;
import java.util.List;

/**
 * One event of a log. All its strings come from the file and are hostile.
 *
 * @param recordId identifier in the log, as the record's header says
 * @param time TimeCreated of the event; where it has none, when the record was written
 * @param provider name of the provider (the event source)
 * @param eventId number of the event, without its qualifiers; -1 if it has none
 * @param level 1 critical, 2 error, 3 warning, 4 information, 5 verbose; 0 always; -1 if none
 * @param channel log that the event was written to
 * @param computer name of the computer
 * @param userId SID of the user in whose name the event was written, or empty
 * @param data values of EventData, or of the leaves of UserData, in order
 * @param integrity how the record was come by
 * @param offset where the record starts in the file, in bytes
 * @param root the whole event; without content for a consumer that does not ask for trees
 */
public record EvtxRecord(
    long recordId,
    Instant time,
    String provider,
    int eventId,
    int level,
    String channel,
    String computer,
    String userId,
    List<EventDatum> data,
    Integrity integrity,
    long offset,
    EvtxElement root) {

  public EvtxRecord {
    data = data instanceof LateData late ? late : List.copyOf(data);
  }

  /** The same record with other data. */
  EvtxRecord with(List<EventDatum> other) {
    return new EvtxRecord(
        recordId, time, provider, eventId, level, channel, computer, userId, other, integrity,
        offset, root);
  }

  /** The first value of that name, or the empty string. */
  public String datum(String name) {
    if (data instanceof LateData late) {
      return late.value(name);
    }
    for (EventDatum datum : data) {
      if (datum.name().equals(name)) {
        return datum.value();
      }
    }
    return "";
  }

  /** The value at a place (classic events name none), or the empty string. */
  public String datum(int index) {
    if (data instanceof LateData late) {
      return late.value(index);
    }
    return index < data.size() ? data.get(index).value() : "";
  }

  /** The whole event as XML; see {@link EvtxXml}. */
  public String toXml() {
    return EvtxXml.document(root);
  }
}
