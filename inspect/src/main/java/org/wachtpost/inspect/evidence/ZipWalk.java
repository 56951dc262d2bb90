package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Damage;

/**
 * The files of an archive without a directory (cut off, or damaged), found by the header that
 * stands before each. What lies between is passed over until the next header.
 *
 * <p>Where a header does not say how long its file is, or what it says leads to no other header,
 * the file is expanded to see where it ends.
 */
final class ZipWalk {
  /** A record for more than 4 GiB is 56 bytes long; what programs add is little. */
  private static final int LONGEST_END_64 = 1 << 16;

  private static final int HEADER_BYTES = 30;
  private static final int HAS_DESCRIPTOR = 1 << 3;
  private static final int HIGHEST_METHOD = 99;
  private static final int HIGHEST_VERSION = 100;

  private final ZipBytes bytes;
  private final String path;
  private final EvidenceLimits limits;
  private final List<ZipMember> members = new ArrayList<>();
  private final Damages damage = new Damages();
  private final Set<Long> damaged = new HashSet<>();
  private final long from;
  private final long mostNames;
  private long names;
  private long mayExpand;

  /** How far unpacked files of unknown length may be searched, all together. */
  private long maySearch;

  /**
   * @param from where to begin
   * @param mostNames bytes of names that are held
   */
  ZipWalk(
      ZipBytes bytes,
      long from,
      String path,
      EvidenceLimits limits,
      long mayExpand,
      long mostNames) {
    this.bytes = bytes;
    this.from = from;
    this.path = path;
    this.limits = limits;
    this.mayExpand = mayExpand;
    this.mostNames = mostNames;
    this.maySearch = 4 * (bytes.size() - from) + (1 << 20);
  }

  /** The files found, in the order in which they stand. */
  List<ZipMember> members() {
    return members;
  }

  /** What was wrong on the way. */
  Damages damage() {
    return damage;
  }

  /** Offsets of the headers of files whose damage is told already. */
  Set<Long> damaged() {
    return damaged;
  }

  /** Goes through the archive; it is read once, or twice where lengths are not known. */
  void run() throws IOException {
    long at = from;
    while (at < bytes.size() && !cut()) {
      long next = record(at);
      if (next < 0) {
        next = nextFile(at);
        lost(at, next);
      }
      at = next;
    }
  }

  /** Whether there may be more files than are listed. */
  boolean cut() {
    return members.size() >= EvidenceLimits.ARCHIVE_FILES || names >= mostNames;
  }

  /** Where the next header of a file is, at or after a place; the end if there is none. */
  private long nextFile(long at) throws IOException {
    long next = bytes.find(ZipFields.LOCAL, at, bytes.size());
    while (next >= 0 && !plausible(next)) {
      next = bytes.find(ZipFields.LOCAL, next + 1, bytes.size());
    }
    return next < 0 ? bytes.size() : next;
  }

  private void lost(long from, long to) {
    damage.add(
        new Damage(
            path, "offset " + from, (to - from) + " bytes that belong to no file of the archive"));
  }

  /** Where the record ends that begins here; -1 if none does. */
  private long record(long at) throws IOException {
    if (plausible(at)) {
      return file(at);
    }
    long end = -1;
    if (bytes.is(at, ZipFields.CENTRAL) && at + 46 <= bytes.size()) {
      end = at + 46 + bytes.u16(at + 28) + bytes.u16(at + 30) + bytes.u16(at + 32);
    } else if (bytes.is(at, ZipFields.END) && at + 22 <= bytes.size()) {
      end = at + 22 + bytes.u16(at + 20);
    } else if (bytes.is(at, ZipFields.LOCATOR_64)) {
      end = at + 20;
    } else if (bytes.is(at, ZipFields.END_64) && at + 12 <= bytes.size()) {
      long length = bytes.u64(at + 4);
      end = length < LONGEST_END_64 ? at + 12 + length : -1;
    }
    // What it says may be wrong: files must not be passed over for it.
    return end == bytes.size() || end > 0 && known(end) ? end : -1;
  }

  private boolean plausible(long at) throws IOException {
    if (!bytes.is(at, ZipFields.LOCAL) || at + HEADER_BYTES > bytes.size()) {
      return false;
    }
    int name = bytes.u16(at + 26);
    return (bytes.u16(at + 4) & 0xff) <= HIGHEST_VERSION
        && bytes.u16(at + 8) <= HIGHEST_METHOD
        && name > 0
        && name <= ZipBytes.NAME_BYTES
        && at + HEADER_BYTES + name + bytes.u16(at + 28) <= bytes.size();
  }

  private long file(long at) throws IOException {
    int name = bytes.u16(at + 26);
    int extra = bytes.u16(at + 28);
    int flags = bytes.u16(at + 6);
    names += name;
    ZipFields fields =
        new ZipFields(
            bytes.bytes(at + HEADER_BYTES + name, extra),
            bytes.u32(at + 22),
            bytes.u32(at + 18),
            0);
    boolean descriptor = (flags & HAS_DESCRIPTOR) != 0;
    boolean unknown = descriptor && fields.packed == 0 || fields.packed == ZipFields.ALL_32;
    long checksum = bytes.u32(at + 14);
    ZipMember said =
        new ZipMember(
            fields.name(bytes.bytes(at + HEADER_BYTES, name), flags),
            bytes.u16(at + 8),
            flags,
            fields.packed,
            fields.size,
            unknown ? ZipMember.UNKNOWN : checksum,
            at,
            0,
            fields.modified(bytes.u16(at + 10), bytes.u16(at + 12)));
    long data = at + HEADER_BYTES + name + extra;
    if (said.folder() && (unknown || said.packed() == 0)) {
      members.add(said);
      return descriptor ? afterDescriptor(data, 0, 0) : data;
    }
    if (!unknown && said.packed() <= bytes.size() - data) {
      long end = data + said.packed();
      long next = descriptor ? afterDescriptor(end, said.packed(), said.size()) : end;
      if (next == bytes.size() || next > end || known(next)) {
        members.add(said);
        return next;
      }
    }
    return measured(said, data, unknown);
  }

  /** Whether something known begins at {@code at}. */
  private boolean known(long at) throws IOException {
    return plausible(at)
        || bytes.is(at, ZipFields.CENTRAL)
        || bytes.is(at, ZipFields.END)
        || bytes.is(at, ZipFields.END_64)
        || bytes.is(at, ZipFields.LOCATOR_64);
  }

  private long measured(ZipMember said, long data, boolean unknown) throws IOException {
    if (said.unreadable() != null) {
      members.add(said);
      return nextFile(data);
    }
    if (said.method() == ZipMember.STORED) {
      return stored(said, data, unknown);
    }
    long most = Math.min(limits.entryBytes(), mayExpand);
    String failure = null;
    byte[] buffer = new byte[1 << 16];
    try (ZipExpansion expansion =
        new ZipExpansion(bytes.channel(), said.method(), data, bytes.size())) {
      try {
        int read = expansion.read(buffer, 0, buffer.length);
        while (read >= 0 && failure == null) {
          failure = bomb(expansion, data, most);
          read = failure == null ? expansion.read(buffer, 0, buffer.length) : -1;
        }
      } catch (IOException damaged) {
        failure = damaged.getMessage() + " after " + expansion.produced() + " bytes of the file";
      }
      return take(said, data, expansion, failure);
    }
  }

  private @Nullable String bomb(ZipExpansion expansion, long data, long most) {
    long packed = Math.max(1, expansion.position() - data);
    long produced = expansion.produced();
    if (produced > most) {
      return "expands to more than " + most + " bytes: the rest not read";
    }
    return produced > EvidenceLimits.RATIO_FREE_BYTES && produced / packed > limits.ratio()
        ? "packed more than " + limits.ratio() + " to 1: the rest not read"
        : null;
  }

  private long take(ZipMember said, long data, ZipExpansion expansion, @Nullable String failure)
      throws IOException {
    long end = expansion.position();
    long packed = end - data;
    mayExpand -= Math.min(mayExpand, expansion.produced());
    long checksum = said.checksum();
    if (failure == null && checksum == ZipMember.UNKNOWN) {
      checksum = described(end, packed, expansion.produced());
    }
    members.add(
        new ZipMember(
            said.name(),
            said.method(),
            said.flags(),
            packed,
            expansion.produced(),
            failure == null ? checksum : ZipMember.UNKNOWN,
            said.header(),
            0,
            said.modified()));
    if (failure != null) {
      damaged.add(said.header());
      damage.add(new Damage(path + "!/" + said.name(), "offset " + end, failure));
      return end;
    }
    boolean descriptor = (said.flags() & HAS_DESCRIPTOR) != 0;
    return descriptor ? afterDescriptor(end, packed, expansion.produced()) : end;
  }

  /** An unpacked file whose length is not known, or leads nowhere. */
  private long stored(ZipMember said, long data, boolean unknown) throws IOException {
    long end = unknown ? described(data) : -1;
    boolean whole = end >= 0;
    if (!whole) {
      // An archive that was cut off within an unpacked archive: its files are no files of this one.
      boolean cutOff = !unknown && said.packed() > bytes.size() - data;
      end = cutOff && bytes.is(data, ZipFields.LOCAL) ? bytes.size() : nextFile(data);
      damage.add(
          new Damage(
              path + "!/" + said.name(),
              "offset " + end,
              "cut off or damaged: "
                  + (end - data)
                  + (unknown ? " bytes read" : " of " + said.size() + " bytes read")));
    }
    members.add(
        new ZipMember(
            said.name(),
            said.method(),
            said.flags(),
            end - data,
            end - data,
            whole ? described(end, end - data, end - data) : ZipMember.UNKNOWN,
            said.header(),
            0,
            said.modified()));
    return whole ? afterDescriptor(end, end - data, end - data) : end;
  }

  /** Where the data descriptor begins that fits data beginning here; -1 if none is found. */
  private long described(long data) throws IOException {
    long at = data;
    while (maySearch > 0) {
      long found = bytes.find(ZipFields.DESCRIPTOR, at, bytes.size());
      maySearch -= (found < 0 ? bytes.size() : found + 1) - at;
      if (found < 0 || afterDescriptor(found, found - data, found - data) > found) {
        return found;
      }
      at = found + 1;
    }
    return -1;
  }

  /** The checksum in the data descriptor at {@code at}, if there is one that fits. */
  private long described(long at, long packed, long size) throws IOException {
    if (afterDescriptor(at, packed, size) == at) {
      return ZipMember.UNKNOWN;
    }
    return bytes.u32(bytes.is(at, ZipFields.DESCRIPTOR) ? at + 4 : at);
  }

  /** Where the data descriptor ends that begins here, with or without its signature. */
  private long afterDescriptor(long at, long packed, long size) throws IOException {
    long from = bytes.is(at, ZipFields.DESCRIPTOR) ? at + 4 : at;
    if (from + 12 <= bytes.size()
        && bytes.u32(from + 4) == (packed & ZipFields.ALL_32)
        && bytes.u32(from + 8) == (size & ZipFields.ALL_32)) {
      return from + 12;
    }
    if (from + 20 <= bytes.size()
        && bytes.u64(from + 4) == packed
        && bytes.u64(from + 12) == size) {
      return from + 20;
    }
    return at;
  }
}
