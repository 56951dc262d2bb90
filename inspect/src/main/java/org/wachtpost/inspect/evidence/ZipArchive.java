package org.wachtpost.inspect.evidence;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Damage;

/**
 * A ZIP archive that is read as far as it can be: by its directory, or without one by the headers
 * of its files ({@link ZipWalk}). A damaged file in it ends where the damage is; that is reported
 * once, and the others are read.
 *
 * <p>Files that overlap are what bombs are made of: each is read up to where the next begins.
 * Several threads may read files at a time.
 */
final class ZipArchive implements Closeable {
  private static final int HEADER_BYTES = 30;

  /** Bytes of names that are held of one archive; of one within another, half as many. */
  private static final long MOST_NAMES_BYTES = 96L << 20;

  /**
   * What may stand between files and is none: names in headers that are longer than in the list.
   */
  private static final int LEAST_GAP_BYTES = 64;

  private final Path file;
  private final FileChannel channel;
  private final String path;
  private final Damages damage;
  private final Set<Long> reported = ConcurrentHashMap.newKeySet();
  private List<ZipMember> members = List.of();

  private ZipArchive(Path file, FileChannel channel, String path, Damages damage) {
    this.file = file;
    this.channel = channel;
    this.path = path;
    this.damage = damage;
  }

  /**
   * Opens an archive and lists what is in it.
   *
   * @param path how it is called in reports
   * @param mayExpand how many bytes may be expanded to find out where files end
   * @param depth how many archives it lies in
   * @param damage hears what is wrong, now and when files are read, from any thread
   * @throws IOException if the file cannot be read at all
   */
  static ZipArchive open(
      Path file, String path, EvidenceLimits limits, long mayExpand, int depth, Damages damage)
      throws IOException {
    FileChannel channel = channel(file);
    ZipArchive archive = new ZipArchive(file, channel, path, damage);
    try {
      archive.list(limits, mayExpand, MOST_NAMES_BYTES >> depth);
      return archive;
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  private void list(EvidenceLimits limits, long mayExpand, long mostNames) throws IOException {
    ZipBytes bytes = new ZipBytes(channel);
    boolean cut;
    List<ZipMember> found;
    try {
      ZipDirectory.Listing listing =
          new ZipDirectory(bytes, mostNames).members(EvidenceLimits.ARCHIVE_FILES);
      found = apart(listing.members());
      cut = listing.cut();
      if (!cut) {
        found = unlisted(found, listing.from(), limits, mayExpand, mostNames);
      }
    } catch (ZipException damaged) {
      ZipWalk walk = new ZipWalk(bytes, 0, path, limits, mayExpand, mostNames);
      walk.run();
      long files = walk.members().stream().filter(one -> !one.folder()).count();
      String what = damaged.getMessage() + "; files found by their own headers: " + files;
      damage.add(new Damage(path, "offset " + bytes.size(), what));
      hear(walk);
      found = apart(walk.members());
      cut = walk.cut();
    }
    if (cut) {
      String what = "more than " + found.size() + " files: the rest was not read";
      damage.add(new Damage(path, "whole file", what));
    }
    members = found;
  }

  private void hear(ZipWalk walk) {
    damage.addAll(walk.damage());
    reported.addAll(walk.damaged());
  }

  /**
   * The files in the order in which they stand. Of two at one place the first is read; one whose
   * length leads over the next, up to that: what is read is never more than the archive is long.
   */
  private List<ZipMember> apart(List<ZipMember> found) throws IOException {
    ZipBytes header = new ZipBytes(channel, HEADER_BYTES);
    List<ZipMember> sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparingLong(ZipMember::header));
    List<ZipMember> apart = new ArrayList<>(sorted.size());
    long end = 0;
    for (ZipMember member : sorted) {
      if (member.header() < end) {
        ZipMember before = apart.getLast();
        if (member.header() == before.header() || !header.is(member.header(), ZipFields.LOCAL)) {
          String what = "lies over another file of the archive: not read";
          damage.add(new Damage(path + "!/" + member.name(), "offset " + member.header(), what));
          continue;
        }
        apart.set(apart.size() - 1, shortened(before, member.header(), header));
      }
      apart.add(member);
      end = least(member);
    }
    return apart;
  }

  /** Where a file ends at the least: names in its header may be longer than in the directory. */
  private static long least(ZipMember member) {
    long end = member.header() + HEADER_BYTES + Math.max(0, member.packed());
    return end < 0 ? Long.MAX_VALUE : end;
  }

  private ZipMember shortened(ZipMember member, long end, ZipBytes header) throws IOException {
    long packed = Math.max(0, end - data(member, header));
    report(
        member,
        member.header(),
        "its length of " + member.packed() + " bytes leads over the next file: read up to that");
    boolean stored = member.method() == ZipMember.STORED;
    return member.cut(packed, stored ? Math.min(packed, member.size()) : member.size());
  }

  private static long data(ZipMember member, ZipBytes header) throws IOException {
    long at = member.header();
    return at + HEADER_BYTES + header.u16(at + 26) + header.u16(at + 28);
  }

  /** Files that stand in the archive and that its directory does not name, and those it does. */
  private List<ZipMember> unlisted(
      List<ZipMember> listed, long to, EvidenceLimits limits, long mayExpand, long mostNames)
      throws IOException {
    ZipBytes header = new ZipBytes(channel, HEADER_BYTES);
    List<ZipMember> all = new ArrayList<>(listed.size());
    long from = 0;
    for (int i = 0; i <= listed.size(); i++) {
      long next = i < listed.size() ? Math.min(listed.get(i).header(), to) : to;
      if (next - from > LEAST_GAP_BYTES && i > 0) {
        from = end(listed.get(i - 1), header);
      }
      if (next - from > LEAST_GAP_BYTES) {
        ZipBytes gap = new ZipBytes(channel, ZipBytes.WINDOW_BYTES, next);
        ZipWalk walk = new ZipWalk(gap, from, path, limits, mayExpand, mostNames);
        walk.run();
        if (!walk.members().isEmpty()) {
          String what =
              "files that the archive's directory does not name, found by their own headers: "
                  + walk.members().stream().map(ZipMember::name).limit(3).toList()
                  + (walk.members().size() > 3 ? " of " + walk.members().size() : "");
          damage.add(new Damage(path, "offset " + from, what));
          hear(walk);
          all.addAll(apart(walk.members()));
        }
      }
      if (i < listed.size()) {
        all.add(listed.get(i));
        from = least(listed.get(i));
      }
    }
    return all;
  }

  /** Where a file ends, with what is written behind it. */
  private static long end(ZipMember member, ZipBytes header) throws IOException {
    return header.is(member.header(), ZipFields.LOCAL)
            && member.header() <= header.size() - HEADER_BYTES
        ? data(member, header) + member.packed()
        : member.header();
  }

  /** What is in it, in the order in which it stands; the archive itself forgets it. */
  List<ZipMember> takeMembers() {
    List<ZipMember> taken = members;
    members = List.of();
    return taken;
  }

  /** The bytes of a file; they end at the first damage. */
  InputStream open(ZipMember member) throws IOException {
    boolean shared = channel.isOpen();
    FileChannel source = shared ? channel : channel(file);
    try {
      InputStream stream = open(member, source, shared);
      if (!shared && !(stream instanceof MemberStream)) {
        source.close();
      }
      return stream;
    } catch (IOException | RuntimeException failed) {
      if (!shared) {
        source.close();
      }
      throw failed;
    }
  }

  private InputStream open(ZipMember member, FileChannel source, boolean shared)
      throws IOException {
    ZipBytes header = new ZipBytes(source, HEADER_BYTES);
    if (!header.is(member.header(), ZipFields.LOCAL)
        || member.header() > source.size() - HEADER_BYTES) {
      report(member, member.header(), "the file's header is not there: nothing of it read");
      return InputStream.nullInputStream();
    }
    long data = data(member, header);
    long end = Math.min(source.size(), data + Math.min(member.packed(), source.size()));
    ZipExpansion expansion = new ZipExpansion(source, member.method(), data, end);
    return new MemberStream(member, expansion, shared ? null : source);
  }

  private void report(ZipMember member, long offset, String what) {
    if (reported.add(member.header())) {
      damage.add(new Damage(path + "!/" + member.name(), "offset " + offset, what));
    }
  }

  /** Closes the archive's own file: files in it are read by opening it again. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Ends where the damage begins, and at the length that was promised. */
  private final class MemberStream extends BlockStream {
    private static final String MORE = "more than";

    private final ZipMember member;
    private final ZipExpansion expansion;
    private final @Nullable FileChannel own;
    private boolean ended;

    MemberStream(ZipMember member, ZipExpansion expansion, @Nullable FileChannel own) {
      this.member = member;
      this.expansion = expansion;
      this.own = own;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (ended || length == 0) {
        return ended ? -1 : 0;
      }
      long left = member.size() - expansion.produced();
      try {
        if (left <= 0) {
          return end(expansion.read() < 0 ? "" : MORE);
        }
        int read = expansion.read(bytes, offset, (int) Math.min(length, left));
        return read >= 0 ? read : end("ends early");
      } catch (ZipException | EOFException damaged) {
        return end(Objects.requireNonNullElse(damaged.getMessage(), "damaged"));
      }
    }

    private int end(String wrong) {
      ended = true;
      String what = wrong;
      if (what.equals(MORE)) {
        what = "holds " + MORE + " the archive promises (" + member.size() + "): the rest not read";
      } else if (!what.isEmpty()) {
        what += " after " + expansion.produced() + " of " + member.size() + " bytes of the file";
      } else if (member.checksum() != ZipMember.UNKNOWN
          && member.checksum() != expansion.checksum()) {
        what = "checksum wrong: some of the file's " + member.size() + " bytes are not as packed";
      }
      if (!what.isEmpty()) {
        report(member, expansion.position(), what);
      }
      return -1;
    }

    @Override
    public void close() throws IOException {
      ended = true;
      expansion.close();
      if (own != null) {
        own.close();
      }
    }
  }
}
