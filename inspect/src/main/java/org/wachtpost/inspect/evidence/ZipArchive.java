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
import java.util.function.Consumer;
import java.util.zip.ZipException;
import org.wachtpost.inspect.model.Damage;

/**
 * A ZIP archive that is read as far as it can be: by its directory, or without one by the headers
 * of its files ({@link ZipWalk}). A damaged file in it ends where the damage is; that is reported
 * once, and the others are read.
 *
 * <p>Files that overlap are what bombs are made of: of such, the first is read. Several threads may
 * read files at a time.
 */
final class ZipArchive implements Closeable {
  private static final int HEADER_BYTES = 30;

  private final FileChannel channel;
  private final String path;
  private final Consumer<Damage> damage;
  private final Set<Long> reported = ConcurrentHashMap.newKeySet();
  private List<ZipMember> members = List.of();

  private ZipArchive(FileChannel channel, String path, Consumer<Damage> damage) {
    this.channel = channel;
    this.path = path;
    this.damage = damage;
  }

  /**
   * Opens an archive and lists what is in it.
   *
   * @param path how it is called in reports
   * @param mayExpand how many bytes may be expanded to find out where files end
   * @param damage hears what is wrong, now and when files are read, from any thread
   * @throws IOException if the file cannot be read at all
   */
  static ZipArchive open(
      Path file, String path, EvidenceLimits limits, long mayExpand, Consumer<Damage> damage)
      throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    ZipArchive archive = new ZipArchive(channel, path, damage);
    try {
      archive.list(limits, mayExpand);
      return archive;
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  private void list(EvidenceLimits limits, long mayExpand) throws IOException {
    ZipBytes bytes = new ZipBytes(channel);
    List<ZipMember> found;
    try {
      found = new ZipDirectory(bytes).members(EvidenceLimits.ARCHIVE_FILES);
    } catch (ZipException damaged) {
      ZipWalk walk = new ZipWalk(bytes, path, limits, mayExpand);
      walk.run();
      found = walk.members();
      long files = found.stream().filter(one -> !one.folder()).count();
      damage.accept(
          new Damage(
              path,
              "offset " + bytes.size(),
              damaged.getMessage() + "; files found by their own headers: " + files));
      walk.damage().forEach(damage);
      reported.addAll(walk.damaged());
    }
    if (found.size() == EvidenceLimits.ARCHIVE_FILES) {
      damage.accept(
          new Damage(
              path,
              "whole file",
              "more than " + EvidenceLimits.ARCHIVE_FILES + " files: the rest was not read"));
    }
    members = apart(found);
  }

  /** The files in the order in which they stand, without those that overlap an earlier one. */
  private List<ZipMember> apart(List<ZipMember> found) {
    List<ZipMember> sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparingLong(ZipMember::header));
    List<ZipMember> apart = new ArrayList<>(sorted.size());
    long end = 0;
    for (ZipMember member : sorted) {
      if (member.header() < end) {
        damage.accept(
            new Damage(
                path + "!/" + member.name(),
                "offset " + member.header(),
                "lies over another file of the archive: not read"));
        continue;
      }
      apart.add(member);
      // Names in the header may be shorter than in the directory: this is the least it can be.
      end = member.header() + HEADER_BYTES + Math.max(0, member.packed());
      end = end < 0 ? Long.MAX_VALUE : end;
    }
    return apart;
  }

  /** What is in it, in the order in which it stands; the archive itself forgets it. */
  List<ZipMember> takeMembers() {
    List<ZipMember> taken = members;
    members = List.of();
    return taken;
  }

  /** The bytes of a file; they end at the first damage. */
  InputStream open(ZipMember member) throws IOException {
    ZipBytes header = new ZipBytes(channel, HEADER_BYTES);
    if (!header.is(member.header(), ZipFields.LOCAL)
        || member.header() > channel.size() - HEADER_BYTES) {
      report(member, member.header(), "the file's header is not there: nothing of it read");
      return InputStream.nullInputStream();
    }
    long data =
        member.header()
            + HEADER_BYTES
            + header.u16(member.header() + 26)
            + header.u16(member.header() + 28);
    long end = Math.min(channel.size(), data + Math.min(member.packed(), channel.size()));
    return new MemberStream(member, new ZipExpansion(channel, member.method(), data, end));
  }

  private void report(ZipMember member, long offset, String what) {
    if (reported.add(member.header())) {
      damage.accept(new Damage(path + "!/" + member.name(), "offset " + offset, what));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Ends where the damage begins, and at the length that was promised. */
  private final class MemberStream extends InputStream {
    private static final String MORE = "more than";

    private final ZipMember member;
    private final ZipExpansion expansion;
    private boolean ended;

    MemberStream(ZipMember member, ZipExpansion expansion) {
      this.member = member;
      this.expansion = expansion;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
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
    public void close() {
      ended = true;
      expansion.close();
    }
  }
}
