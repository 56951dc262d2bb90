package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Damage;

/**
 * All files of the evidence. Closing it closes archives and removes what was expanded for reading.
 *
 * <p>Not followed: symbolic links, and names in archives that lead upwards or begin at a root (such
 * entries are read under their name; nothing is ever extracted to it).
 */
public final class Evidence implements AutoCloseable {
  /** Few enough that threads have work soon, and are done at the same time. */
  private static final int BATCH_FILES = 64;

  static final String LINK = "symbolic link";

  /** Archives that stay open; of further ones the file is opened for each file in them. */
  private static final int MAX_OPEN_ARCHIVES = 64;

  private final EvidenceLimits limits;
  private final Sorter sorter;
  private final List<EvidenceFile> listed = new ArrayList<>(BATCH_FILES);
  private final List<EvidenceFile> kept = new ArrayList<>();
  private final Damages damage = new Damages();
  private final List<String> notes = new ArrayList<>();
  private final Passed passed = new Passed();
  private final Deque<ZipArchive> archives = new ArrayDeque<>();
  private final List<Path> spools = new ArrayList<>();
  private long files;
  private long bytes;

  /** Archives, and files of theirs that were refused. */
  private long others;

  private long expanded;
  private boolean full;

  private Evidence(EvidenceLimits limits, Sorter sorter) {
    this.limits = limits;
    this.sorter = sorter;
  }

  /** Sees files as they are listed: a whole drive has more than fit into memory. */
  @FunctionalInterface
  public interface Sorter {
    /**
     * Takes some more files, and gives back those that will be asked for again: of these, or of
     * earlier ones that took longer to look at. The others are forgotten.
     *
     * @param files an empty list says that there are no more: the rest is to be given back
     */
    List<EvidenceFile> keep(List<EvidenceFile> files);
  }

  /**
   * Lists what is under the paths, and hands it to the sorter some at a time.
   *
   * @throws IOException if one of the paths given does not exist or cannot be listed at all
   */
  public static Evidence open(List<Path> paths, EvidenceLimits limits, Sorter sorter)
      throws IOException {
    Evidence evidence = new Evidence(limits, sorter);
    try {
      evidence.open(paths);
      return evidence;
    } catch (IOException | RuntimeException failed) {
      evidence.close();
      throw failed;
    }
  }

  private void open(List<Path> paths) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path path : paths) {
      // The path given may itself be a link: the responder chose it.
      all.add(path.toRealPath());
    }
    for (int i = 0; i < all.size(); i++) {
      Path real = all.get(i);
      String shown = paths.get(i).toString();
      int within = holder(all, i);
      if (within >= 0) {
        notes.add(shown + " is in " + paths.get(within) + " and read once");
      } else if (Files.isDirectory(real)) {
        tree(real, shown);
      } else if (Files.isRegularFile(real)) {
        WindowsPath place = WindowsPath.of(real.toString());
        plain(real, Files.readAttributes(real, BasicFileAttributes.class), shown, place, true);
      } else {
        passed.add(kind(real), shown);
      }
    }
    sort();
    kept.addAll(sorter.keep(List.of()));
    notes.addAll(passed.notes());
  }

  /** Which other path holds this one, or is the same and given before; -1 if none. */
  private static int holder(List<Path> all, int index) {
    Path path = all.get(index);
    for (int i = 0; i < all.size(); i++) {
      boolean same = all.get(i).equals(path);
      if (i != index && path.startsWith(all.get(i)) && (!same || i < index)) {
        return i;
      }
    }
    return -1;
  }

  /** The files that were kept, in the order found. */
  public List<EvidenceFile> files() {
    return Collections.unmodifiableList(kept);
  }

  /** How many files there are. */
  public long count() {
    return files;
  }

  /** Their size together. */
  public long bytes() {
    return bytes;
  }

  /**
   * What could not be listed, opened or read so far, not more than a thousand places: reading
   * archives finds more.
   */
  public List<Damage> damage() {
    return damage.named();
  }

  /** How many places could not be read so far. */
  public long damageTotal() {
    return damage.total();
  }

  /** Limits that were hit, links that were not followed. */
  public List<String> notes() {
    return Collections.unmodifiableList(notes);
  }

  @Override
  public void close() throws IOException {
    IOException first = null;
    while (!archives.isEmpty()) {
      try {
        archives.pop().close();
      } catch (IOException failed) {
        first = first == null ? failed : first;
      }
    }
    for (Path spool : spools) {
      Files.deleteIfExists(spool);
    }
    if (first != null) {
      throw first;
    }
  }

  private void tree(Path root, String shown) {
    Deque<Path> folders = new ArrayDeque<>();
    folders.push(root);
    while (!folders.isEmpty() && !full) {
      Path folder = folders.pop();
      List<Path> children = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
        stream.forEach(children::add);
      } catch (DirectoryIteratorException failed) {
        damage.add(
            new Damage(
                shown(root, folder, shown),
                "whole folder",
                Reason.of(Objects.requireNonNull(failed.getCause()))));
      } catch (IOException failed) {
        damage.add(new Damage(shown(root, folder, shown), "whole folder", Reason.of(failed)));
      }
      Collections.sort(children);
      String prefix = shown(root, folder, shown);
      prefix = prefix.endsWith("/") ? prefix : prefix + "/";
      WindowsPath.Folder place = WindowsPath.folder(folder.toString());
      List<Path> within = new ArrayList<>();
      for (Path child : children) {
        BasicFileAttributes attributes = attributes(child);
        String name = child.getFileName().toString();
        if (attributes == null) {
          passed.add(kind(child), prefix + name);
        } else if (attributes.isSymbolicLink()) {
          passed.add(LINK, prefix + name + " -> " + target(child));
        } else if (attributes.isDirectory()) {
          within.add(child);
        } else if (attributes.isRegularFile()) {
          plain(child, attributes, prefix + name, place.file(name), false);
        } else {
          passed.add(kind(child), prefix + name);
        }
      }
      within.reversed().forEach(folders::push); // the first is listed first
    }
  }

  /** What a thing in a folder is, asked for once; null if it cannot be told. */
  private static @Nullable BasicFileAttributes attributes(Path child) {
    try {
      return Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException unknown) {
      return null; // gone meanwhile, or in a folder that may be listed and no more: passed over
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException unreadable) {
      return "?";
    }
  }

  /** What a thing is that is neither file, folder nor link; opening a pipe would wait for ever. */
  private static String kind(Path path) {
    try {
      // Where the platform has no modes, there are no such things either.
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return switch (mode & 0xf000) {
        case 0x1000 -> "named pipe";
        case 0xc000 -> "socket";
        case 0x2000, 0x6000 -> "device";
        default -> "thing that is no file";
      };
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return "thing that is no file";
    }
  }

  private static String shown(Path root, Path file, String shown) {
    String inside = root.relativize(file).toString();
    return shown.endsWith("/") ? shown + inside : shown + "/" + inside;
  }

  private void plain(
      Path file, BasicFileAttributes attributes, String path, WindowsPath place, boolean given) {
    try {
      DiskFile plain =
          new DiskFile(
              file, path, place, attributes.size(), attributes.lastModifiedTime().toInstant());
      if (isZip(plain, given) && (given || !keptAsFound(place))) {
        archive(file, path, 0);
      } else {
        gzipOr(plain);
      }
    } catch (IOException failed) {
      damage.add(new Damage(path, "whole file", "cannot be read: " + Reason.of(failed)));
    }
  }

  /**
   * Archives inside the server's own folders are artefacts themselves and are not opened; those
   * among logs hold old logs.
   */
  private static boolean keptAsFound(WindowsPath place) {
    // Right under a folder of one letter it is the responder's: that is hardly a drive.
    boolean deep = place.text().indexOf('\\') < place.text().lastIndexOf('\\');
    return place.anchored() && deep && LOG_FOLDERS.stream().noneMatch(place.text()::contains);
  }

  private static final List<String> LOG_FOLDERS =
      List.of("\\logfiles\\", "\\v15\\logging\\", "\\winevt\\logs\\");

  /** A packed file is read as what is in it; what claims to be one and is not, as it is. */
  private void gzipOr(EvidenceFile file) throws IOException {
    String place = file.windowsPath().text();
    byte[] head = place.endsWith(".gz") ? file.head(2) : new byte[0];
    if (head.length < 2 || head[0] != 0x1f || head[1] != (byte) 0x8b) {
      add(file);
      return;
    }
    String inner = file.path().substring(0, file.path().length() - ".gz".length());
    String path = file.path() + "!/" + inner.substring(inner.lastIndexOf('/') + 1);
    long packed = Math.max(1, file.size());
    long most = Math.max(EvidenceLimits.RATIO_FREE_BYTES, packed * limits.ratio());
    long limit = Math.min(most, Math.min(limits.entryBytes(), limits.expandedBytes() - expanded));
    GzipMember.Measured measured = GzipMember.measure(file, limit);
    if (measured.bytes() > limit) {
      damage.add(
          new Damage(path, "whole file", "expands to more than " + limit + " bytes: not read"));
      return;
    }
    if (measured.failure() != null) {
      String what = "packed file damaged, the rest not read: " + Reason.of(measured.failure());
      damage.add(new Damage(path, "offset " + measured.bytes(), what));
    }
    expanded += measured.bytes();
    WindowsPath windows = WindowsPath.of(place.substring(0, place.length() - ".gz".length()));
    add(new GzipMember(file, path, windows, measured.bytes()));
  }

  private void add(EvidenceFile file) {
    if (!room()) {
      return;
    }
    files++;
    bytes += file.size();
    listed.add(file);
    if (listed.size() == BATCH_FILES) {
      sort();
    }
  }

  /** Whether one more may be listed. */
  private boolean room() {
    if (files + others < limits.entries()) {
      return true;
    }
    if (!full) {
      notes.add("more than " + limits.entries() + " files: the rest was not read");
    }
    full = true;
    return false;
  }

  private void sort() {
    if (!listed.isEmpty()) {
      kept.addAll(sorter.keep(List.copyOf(listed)));
      listed.clear();
    }
  }

  /**
   * By its name or, if the responder gave it, by its first bytes: an archive whose beginning is
   * damaged is one all the same.
   */
  private static boolean isZip(EvidenceFile file, boolean given) throws IOException {
    String ending = file.windowsPath().ending();
    if (ending.equals(".zip")) {
      return file.size() > 0;
    }
    if (!given && !ending.isEmpty()) {
      return false;
    }
    byte[] head = file.head(4);
    return head.length == 4 && head[0] == 'P' && head[1] == 'K' && head[2] <= 8 && head[3] <= 8;
  }

  private void archive(Path file, String path, int depth) throws IOException {
    if (!room()) {
      return;
    }
    others++;
    long mayExpand = limits.expandedBytes() - expanded;
    ZipArchive zip = ZipArchive.open(file, path, limits, mayExpand, depth, damage);
    if (archives.size() < MAX_OPEN_ARCHIVES) {
      archives.push(zip);
    } else {
      zip.close();
    }
    List<ZipMember> members = zip.takeMembers();
    Set<Long> repeated = repeated(members);
    for (ZipMember member : members) {
      if (full) {
        return;
      }
      if (member.folder()) {
        continue;
      }
      String shown = path + "!/" + member.name();
      if (repeated.contains(member.header())) {
        passed.add(Passed.REPEATED, shown);
        shown += " (at offset " + member.header() + ")";
      }
      if (member.special()) {
        passed.add("link or device in an archive", shown);
      } else {
        entry(zip, member, shown, depth);
      }
    }
  }

  /** Offsets of the headers of files whose name an earlier one has. */
  private static Set<Long> repeated(List<ZipMember> members) {
    List<ZipMember> sorted = new ArrayList<>(members);
    sorted.sort(Comparator.comparing(ZipMember::name).thenComparingLong(ZipMember::header));
    Set<Long> repeated = new HashSet<>();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).name().equals(sorted.get(i - 1).name())) {
        repeated.add(sorted.get(i).header());
      }
    }
    return repeated;
  }

  private void entry(ZipArchive zip, ZipMember member, String path, int depth) {
    String refusal = refusal(member);
    if (refusal != null) {
      others += room() ? 1 : 0;
      damage.add(new Damage(path, "whole file", refusal));
      return;
    }
    expanded += member.size();
    // Where it lay is told by its own name: what is shown may say more.
    String name = path.substring(0, path.lastIndexOf(member.name())) + member.name();
    ArchiveEntry file = new ArchiveEntry(zip, member, path, WindowsPath.of(name));
    try {
      if (!isZip(file, false) || keptAsFound(file.windowsPath())) {
        gzipOr(file);
      } else if (depth + 1 >= limits.archiveDepth()) {
        others += room() ? 1 : 0;
        damage.add(
            new Damage(path, "whole file", "archive nested deeper than " + limits.archiveDepth()));
      } else {
        Path spool = ArchiveEntry.spool(file);
        spools.add(spool);
        archive(spool, path, depth + 1);
      }
    } catch (IOException failed) {
      damage.add(new Damage(path, "whole file", "cannot be read: " + Reason.of(failed)));
    }
  }

  private @Nullable String refusal(ZipMember member) {
    String unreadable = member.unreadable();
    if (unreadable != null) {
      return "archive entry " + unreadable;
    }
    long size = member.size();
    if (size > limits.entryBytes()) {
      return "archive entry larger than " + limits.entryBytes() + " bytes not read";
    }
    if (expanded + size > limits.expandedBytes()) {
      return "archives expand to more than " + limits.expandedBytes() + " bytes: not read";
    }
    long packed = Math.max(1, member.packed());
    if (size > EvidenceLimits.RATIO_FREE_BYTES && size / packed > limits.ratio()) {
      return "archive entry packed more than " + limits.ratio() + " to 1 not read";
    }
    return null;
  }
}
