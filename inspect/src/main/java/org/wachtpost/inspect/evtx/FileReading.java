package org.wachtpost.inspect.evtx;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The state of reading one file: what was found, and the records of each chunk. */
final class FileReading {
  private static final int RECORD_HEADER_SIZE = 24;
  private static final int SMALLEST_RECORD = 28; // header and the copy of the size

  private final EvtxConsumer consumer;
  private final KnownTemplates templates = new KnownTemplates();
  private boolean dirty;
  private boolean full;
  private boolean hasChecksums = true;
  private long lastChunk = Long.MAX_VALUE;
  private long nextRecordId;
  private long records;
  private long recovered;
  private long partial;
  private long damaged;
  private long chunks;
  private long checksumMismatches;
  private long lowest;
  private long highest;
  private @Nullable Instant oldest;
  private @Nullable Instant newest;

  FileReading(EvtxConsumer consumer) {
    this.consumer = consumer;
  }

  void header(boolean isDirty, boolean isFull, boolean checksums, long last, long next) {
    dirty = isDirty;
    full = isFull;
    hasChecksums = checksums;
    lastChunk = last;
    nextRecordId = next;
  }

  EvtxSummary summary() {
    return new EvtxSummary(
        records,
        recovered,
        partial,
        damaged,
        chunks,
        checksumMismatches,
        dirty,
        full,
        nextRecordId,
        lowest,
        highest,
        oldest,
        newest);
  }

  void damage(long offset, String what) {
    damaged++;
    if (damaged <= EvtxLimits.DAMAGE_REPORTS_PER_FILE) {
      consumer.damage(offset, what);
    }
  }

  /**
   * Reads the records of one chunk: in order as long as each leads to the next, then whatever still
   * starts with a record's magic.
   */
  void chunk(Chunk chunk, long offset, long number) {
    Set<Long> seen = new HashSet<>();
    int at = Chunk.HEADER_SIZE;
    if (chunk.hasMagic()) {
      chunks++;
      checkChecksums(chunk, offset, number);
      at = liveRecords(chunk, offset, seen);
    } else if (!chunk.isZero()) {
      damage(offset, "no chunk where one should be");
    } else {
      return;
    }
    strayRecords(chunk, offset, at, seen);
    if (chunk.budget.exhausted()) {
      damage(offset, "the records of this chunk expand to more than the limit");
    }
  }

  private void checkChecksums(Chunk chunk, long offset, long number) {
    if (!hasChecksums) {
      return;
    }
    boolean header = chunk.headerChecksumMatches();
    if (header && chunk.recordsChecksumMatches()) {
      return;
    }
    checksumMismatches++;
    // In a log copied while it was open, the chunk being written does not match yet.
    if (!dirty || number < lastChunk) {
      String part = header ? "the records of a chunk do" : "the header of a chunk does";
      damage(offset, part + " not match the checksum");
    }
  }

  /** Records from the start of the chunk; gives the offset at which they end. */
  private int liveRecords(Chunk chunk, long base, Set<Long> seen) {
    int free = chunk.freeSpaceOffset();
    int end = free >= Chunk.HEADER_SIZE && free <= Chunk.SIZE ? free : Chunk.SIZE;
    int at = Chunk.HEADER_SIZE;
    long before = 0;
    while (at <= end - SMALLEST_RECORD && !chunk.budget.exhausted()) {
      Optional<Frame> found = frame(chunk, at);
      if (found.isEmpty()) {
        if (end < Chunk.SIZE || chunk.isRecordMagic(at)) {
          damage(base + at, "a record is damaged");
        }
        found = next(chunk, at, end, before);
        if (found.isEmpty()) {
          return at + 1;
        }
      }
      Frame frame = found.get();
      before = frame.id;
      seen.add(frame.id);
      read(chunk, base, frame, Integrity.INTACT);
      at = frame.offset + frame.size;
      if (frame.id == chunk.lastRecordId()) {
        return at;
      }
    }
    return at;
  }

  /** The next record of those that the chunk counts, where the one at an offset is damaged. */
  private static Optional<Frame> next(Chunk chunk, int from, int end, long before) {
    int at = from;
    while (at >= 0 && at <= end - SMALLEST_RECORD) {
      Optional<Frame> found = frameWithout(chunk, at).filter(frame -> frame.closed);
      if (found.isPresent()
          && found.get().size <= end - at
          && Long.compareUnsigned(found.get().id, before) > 0
          && Long.compareUnsigned(found.get().id, chunk.lastRecordId()) <= 0) {
        return found;
      }
      at = chunk.findRecordMagic(at + 1);
    }
    return Optional.empty();
  }

  private void strayRecords(Chunk chunk, long base, int from, Set<Long> seen) {
    int at = chunk.findRecordMagic(from);
    while (at >= 0 && !chunk.budget.exhausted()) {
      Optional<Frame> found = frame(chunk, at).filter(frame -> frame.closed);
      if (found.isPresent() && seen.add(found.get().id)) {
        read(chunk, base, found.get(), Integrity.RECOVERED);
      }
      at = chunk.findRecordMagic(at + found.map(Frame::size).orElse(1));
    }
  }

  /**
   * A record's place.
   *
   * @param closed the copy of the size at its end is right
   */
  private record Frame(int offset, int size, long id, long written, boolean closed) {}

  private static Optional<Frame> frame(Chunk chunk, int at) {
    return chunk.isRecordMagic(at) ? frameWithout(chunk, at) : Optional.empty();
  }

  /** A record's place, whatever stands where its magic should. */
  private static Optional<Frame> frameWithout(Chunk chunk, int at) {
    try {
      int size = chunk.i32(at + 4);
      if (size < SMALLEST_RECORD || size > Chunk.SIZE - at) {
        return Optional.empty();
      }
      boolean closed = chunk.i32(at + size - 4) == size;
      return Optional.of(new Frame(at, size, chunk.i64(at + 8), chunk.i64(at + 16), closed));
    } catch (BinXmlException e) {
      return Optional.empty(); // no room for a record
    }
  }

  private void read(Chunk chunk, long base, Frame frame, Integrity place) {
    chunk.budget.startRecord();
    if (!consumer.trees() && place == Integrity.INTACT) {
      if (quick(chunk, base, frame)) {
        return;
      }
      chunk.budget.startRecord();
    }
    List<String> unreadable = new ArrayList<>();
    try {
      int from = frame.offset + RECORD_HEADER_SIZE;
      int end = frame.offset + frame.size - 4;
      List<Node> nodes = BinXmlParser.fragments(chunk, from, end, 0);
      if (consumer.chooses() && place == Integrity.INTACT) {
        Optional<EvtxRecord> head = head(chunk, base, frame, nodes);
        if (head.isPresent() && !consumer.wants(head.get())) {
          emit(head.get());
          return;
        }
      }
      Expansion expansion =
          new Expansion(
              chunk,
              place == Integrity.RECOVERED,
              (at, what) -> {
                unreadable.add(what);
                damage(base + at, what);
              });
      Optional<EvtxElement> root = expansion.root(nodes);
      if (root.isEmpty()) {
        damage(base + frame.offset, "a record is empty");
        return;
      }
      Integrity integrity =
          place == Integrity.INTACT && !unreadable.isEmpty() ? Integrity.PARTIAL : place;
      Instant written = ValueText.fileTime(frame.written);
      emit(EventFields.of(root.get(), frame.id, written, integrity, base + frame.offset));
    } catch (BinXmlException e) {
      if (place != Integrity.RECOVERED) {
        damage(base + e.offset(), "a record is unreadable: " + e.what());
      }
    }
  }

  /** Takes the fields of a record of the usual shape alone; false if it is not one. */
  private boolean quick(Chunk chunk, long base, Frame frame) {
    int from = frame.offset + RECORD_HEADER_SIZE;
    int end = frame.offset + frame.size - 4;
    try {
      TemplateInstance values = TemplateInstance.of(chunk, from, end, false);
      if (values == null) {
        return false;
      }
      TemplateFields fields = templates.fields(chunk, values.definition, 1);
      if (fields == null) {
        return false;
      }
      Instant written = ValueText.fileTime(frame.written);
      EvtxRecord head = fields.head(chunk, values, frame.id, written, base + frame.offset);
      if (head == null) {
        return false;
      }
      boolean whole = !consumer.chooses() || consumer.wants(head);
      List<EventDatum> data = whole ? fields.data(templates, chunk, values) : head.data();
      if (data != null) {
        emit(head.with(data));
      }
      return data != null;
    } catch (BinXmlException e) {
      return false; // the whole of it is tried, and fails with a word about where
    }
  }

  /** What the System part says; empty if anything about it is odd. */
  private static Optional<EvtxRecord> head(Chunk chunk, long base, Frame frame, List<Node> nodes) {
    List<String> unreadable = new ArrayList<>();
    Expansion expansion = new Expansion(chunk, true, (at, what) -> unreadable.add(what));
    try {
      Optional<EvtxElement> event = expansion.head(nodes);
      return unreadable.isEmpty() ? event.map(root -> record(root, base, frame)) : Optional.empty();
    } catch (BinXmlException e) {
      return Optional.empty(); // the whole of it is tried, and fails with a word about where
    }
  }

  private static EvtxRecord record(EvtxElement root, long base, Frame frame) {
    Instant written = ValueText.fileTime(frame.written);
    return EventFields.of(root, frame.id, written, Integrity.INTACT, base + frame.offset);
  }

  private void emit(EvtxRecord record) {
    records++;
    switch (record.integrity()) {
      case INTACT -> {}
      case PARTIAL -> partial++;
      case RECOVERED -> recovered++;
    }
    if (record.integrity() != Integrity.RECOVERED) {
      lowest = lowest == 0 ? record.recordId() : Math.min(lowest, record.recordId());
      highest = Math.max(highest, record.recordId());
      Instant time = record.time();
      oldest = oldest == null || time.isBefore(oldest) ? time : oldest;
      newest = newest == null || time.isAfter(newest) ? time : newest;
    }
    consumer.record(record);
  }
}
