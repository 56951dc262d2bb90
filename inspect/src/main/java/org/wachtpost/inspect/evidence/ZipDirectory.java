package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/** The central directory at the end of a ZIP archive (APPNOTE.TXT of PKWARE, 4.3.12 on). */
final class ZipDirectory {
  /** A comment of 64 KiB, and as much of what may have been appended. */
  private static final int END_WITHIN_BYTES = 1 << 17;

  private static final int END_BYTES = 22;
  private static final int LOCATOR_BYTES = 20;
  private static final int RECORD_BYTES = 46;
  private static final int MADE_ON_UNIX = 3;

  private final ZipBytes bytes;

  /** Bytes of names that are held; what comes after them is not listed. */
  private final long mostNames;

  /**
   * What a directory lists.
   *
   * @param from where the directory begins
   * @param cut true if there are more files than are listed
   */
  record Listing(List<ZipMember> members, long from, boolean cut) {}

  /** Where the directory begins and ends, and how far offsets in it are off. */
  private record Place(long from, long to, long shift, long count) {}

  ZipDirectory(ZipBytes bytes, long mostNames) {
    this.bytes = bytes;
    this.mostNames = mostNames;
  }

  /**
   * Every file it lists, at most so many.
   *
   * @throws ZipException if there is none or it is damaged; the message says where
   * @throws IOException if the archive cannot be read
   */
  Listing members(int most) throws IOException {
    Place place = place();
    List<ZipMember> members = new ArrayList<>();
    long at = place.from();
    long count = 0;
    long names = 0;
    while (at < place.to() && members.size() < most && names < mostNames) {
      if (!bytes.is(at, ZipFields.CENTRAL) || at + RECORD_BYTES > place.to()) {
        throw new ZipException("the archive's directory is damaged at offset " + at);
      }
      int name = bytes.u16(at + 28);
      int extra = bytes.u16(at + 30);
      long next = at + RECORD_BYTES + name + extra + bytes.u16(at + 32);
      if (next > place.to()) {
        throw new ZipException("the archive's directory is damaged at offset " + at);
      }
      ZipMember member = member(at, name, extra, place.shift());
      if (count++ == 0 && place.shift() > 0 && !bytes.is(member.header(), ZipFields.LOCAL)) {
        throw new ZipException("the archive has " + place.shift() + " bytes too many");
      }
      members.add(member);
      names += Math.min(name, ZipBytes.NAME_BYTES);
      at = next;
    }
    boolean cut = at < place.to();
    // Old programs count to 65,535 and begin again.
    if (!cut && (count & 0xffff) != (place.count() & 0xffff)) {
      throw new ZipException(
          "the archive's directory holds " + count + " files and promises " + place.count());
    }
    return new Listing(members, place.from(), cut);
  }

  private ZipMember member(long at, int nameBytes, int extraBytes, long shift) throws IOException {
    ZipFields fields =
        new ZipFields(
            bytes.bytes(at + RECORD_BYTES + nameBytes, extraBytes),
            bytes.u32(at + 24),
            bytes.u32(at + 20),
            bytes.u32(at + 42));
    int flags = bytes.u16(at + 8);
    boolean unix = bytes.u16(at + 4) >> 8 == MADE_ON_UNIX;
    return new ZipMember(
        fields.name(bytes.name(at + RECORD_BYTES, nameBytes), flags),
        bytes.u16(at + 10),
        flags,
        fields.packed,
        fields.size,
        bytes.u32(at + 16),
        fields.header + shift,
        unix ? bytes.u16(at + 40) : 0,
        fields.modified(bytes.u16(at + 12), bytes.u16(at + 14)));
  }

  private Place place() throws IOException {
    long least = Math.max(0, bytes.size() - END_WITHIN_BYTES);
    for (long at = bytes.size() - END_BYTES; at >= least; at--) {
      if (bytes.is(at, ZipFields.END)) {
        if (last(at)) {
          return place(at);
        }
        break;
      }
    }
    throw new ZipException("the archive has no end: it was cut off or is damaged");
  }

  /** Whether nothing but zeros follows: what else does, may be the rest of an outer archive. */
  private boolean last(long end) throws IOException {
    long from = end + END_BYTES + bytes.u16(end + 20);
    if (from > bytes.size()) {
      return false;
    }
    for (byte one : bytes.bytes(from, (int) (bytes.size() - from))) {
      if (one != 0) {
        return false;
      }
    }
    return true;
  }

  private Place place(long end) throws IOException {
    long count = bytes.u16(end + 10);
    long size = bytes.u32(end + 12);
    long offset = bytes.u32(end + 16);
    long to = end;
    if (bytes.is(end - LOCATOR_BYTES, ZipFields.LOCATOR_64)) {
      long wide = bytes.u64(end - LOCATOR_BYTES + 8);
      if (!bytes.is(wide, ZipFields.END_64)) {
        // Something stands before the archive: the record is right before its locator.
        wide = end - LOCATOR_BYTES - 56;
      }
      if (!bytes.is(wide, ZipFields.END_64)) {
        throw new ZipException("the archive's end is damaged at offset " + end);
      }
      count = bytes.u64(wide + 32);
      size = bytes.u64(wide + 40);
      offset = bytes.u64(wide + 48);
      to = wide;
    }
    long from = to - size;
    boolean there = count == 0 && size == 0 || bytes.is(from, ZipFields.CENTRAL);
    if (!there) {
      throw new ZipException("the archive's directory is not where its end says, offset " + from);
    }
    long shift = from - offset;
    if (shift < 0) {
      throw new ZipException("the archive lacks " + -shift + " bytes");
    }
    return new Place(from, to, shift, count);
  }
}
