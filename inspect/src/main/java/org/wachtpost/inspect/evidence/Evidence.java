package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.wachtpost.inspect.model.Damage;

/**
 * All files of the evidence. Closing it closes archives and removes what was expanded for reading.
 *
 * <p>Not followed: symbolic links, and names in archives that lead upwards or begin at a root (such
 * entries are read under their name; nothing is ever extracted to it).
 */
public final class Evidence implements AutoCloseable {
  private final EvidenceLimits limits;
  private final List<EvidenceFile> files = new ArrayList<>();
  private final List<Damage> damage = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Deque<ZipFile> archives = new ArrayDeque<>();
  private final List<Path> spools = new ArrayList<>();
  private long expanded;
  private boolean full;

  private Evidence(EvidenceLimits limits) {
    this.limits = limits;
  }

  /**
   * Lists what is under the paths.
   *
   * @throws IOException if one of the paths given does not exist or cannot be listed at all
   */
  public static Evidence open(List<Path> paths, EvidenceLimits limits) throws IOException {
    Evidence evidence = new Evidence(limits);
    try {
      for (Path path : paths) {
        // The path given may itself be a link: the responder chose it.
        Path real = path.toRealPath();
        if (Files.isDirectory(real)) {
          evidence.tree(real, path.toString());
        } else {
          evidence.plain(real, path.toString(), 0, true);
        }
      }
      return evidence;
    } catch (IOException | RuntimeException failed) {
      evidence.close();
      throw failed;
    }
  }

  /** Every file, in the order found. */
  public List<EvidenceFile> files() {
    return Collections.unmodifiableList(files);
  }

  /** What could not be listed or opened. */
  public List<Damage> damage() {
    return Collections.unmodifiableList(damage);
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
    int links = 0;
    while (!folders.isEmpty() && !full) {
      Path folder = folders.pop();
      List<Path> children = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
        stream.forEach(children::add);
      } catch (IOException | java.nio.file.DirectoryIteratorException failed) {
        damage.add(new Damage(shown(root, folder, shown), "whole folder", say(failed)));
      }
      Collections.sort(children);
      for (Path child : children) {
        if (Files.isSymbolicLink(child)) {
          links++;
        } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          folders.push(child);
        } else if (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
          plain(child, shown(root, child, shown), 0, false);
        }
      }
    }
    if (links > 0) {
      notes.add(links + " symbolic links under " + shown + " not followed");
    }
  }

  private static String shown(Path root, Path file, String shown) {
    String inside = root.relativize(file).toString();
    return shown.endsWith("/") ? shown + inside : shown + "/" + inside;
  }

  private void plain(Path file, String path, int depth, boolean given) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      WindowsPath place = WindowsPath.of(file.toString());
      DiskFile plain =
          new DiskFile(
              file, path, place, attributes.size(), attributes.lastModifiedTime().toInstant());
      if (isZip(plain) && (given || !keptAsFound(place))) {
        archive(file, path, depth);
      } else {
        gzipOr(plain);
      }
    } catch (IOException failed) {
      damage.add(new Damage(path, "whole file", say(failed)));
    }
  }

  /**
   * Archives inside the server's own folders are artefacts themselves and are not opened; those
   * among logs hold old logs.
   */
  private static boolean keptAsFound(WindowsPath place) {
    return place.anchored() && LOG_FOLDERS.stream().noneMatch(place.text()::contains);
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
      String what = "packed file damaged, the rest not read: " + say(measured.failure());
      damage.add(new Damage(path, "offset " + measured.bytes(), what));
    }
    expanded += measured.bytes();
    WindowsPath windows = WindowsPath.of(place.substring(0, place.length() - ".gz".length()));
    add(new GzipMember(file, path, windows, measured.bytes()));
  }

  private void add(EvidenceFile file) {
    if (files.size() >= limits.entries()) {
      if (!full) {
        notes.add("more than " + limits.entries() + " files: the rest was not read");
      }
      full = true;
      return;
    }
    files.add(file);
  }

  private static boolean isZip(EvidenceFile file) throws IOException {
    if (!file.windowsPath().ending().equals(".zip") && file.size() < 4) {
      return false;
    }
    boolean mayBe =
        file.windowsPath().ending().equals(".zip") || file.windowsPath().ending().isEmpty();
    if (!mayBe) {
      return false;
    }
    byte[] head = file.head(4);
    return head.length == 4 && head[0] == 'P' && head[1] == 'K' && head[2] <= 8 && head[3] <= 8;
  }

  private void archive(Path file, String path, int depth) {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile(), ZipFile.OPEN_READ);
    } catch (IOException failed) {
      damage.add(new Damage(path, "whole file", "archive cannot be read: " + say(failed)));
      return;
    }
    archives.push(zip);
    Enumeration<? extends ZipEntry> entries = zip.entries();
    while (entries.hasMoreElements() && !full) {
      ZipEntry entry = entries.nextElement();
      if (!entry.isDirectory()) {
        entry(zip, entry, path + "!/" + entry.getName(), depth);
      }
    }
  }

  private void entry(ZipFile zip, ZipEntry entry, String path, int depth) {
    long size = entry.getSize();
    String refusal = refusal(entry, size);
    if (refusal != null) {
      damage.add(new Damage(path, "whole file", refusal));
      return;
    }
    expanded += size;
    ArchiveEntry file = new ArchiveEntry(zip, entry, path, WindowsPath.of(path), size, limits);
    try {
      if (!isZip(file) || keptAsFound(file.windowsPath())) {
        gzipOr(file);
      } else if (depth + 1 >= limits.archiveDepth()) {
        damage.add(
            new Damage(path, "whole file", "archive nested deeper than " + limits.archiveDepth()));
      } else {
        Path spool = ArchiveEntry.spool(file);
        spools.add(spool);
        archive(spool, path, depth + 1);
      }
    } catch (ZipException damaged) {
      damage.add(new Damage(path, "whole file", "archive entry damaged: " + say(damaged)));
    } catch (IOException failed) {
      damage.add(new Damage(path, "whole file", say(failed)));
    }
  }

  private @org.jspecify.annotations.Nullable String refusal(ZipEntry entry, long size) {
    if (size < 0) {
      return "archive entry without a size";
    }
    if (size > limits.entryBytes()) {
      return "archive entry larger than " + limits.entryBytes() + " bytes not read";
    }
    if (expanded + size > limits.expandedBytes()) {
      return "archives expand to more than " + limits.expandedBytes() + " bytes: not read";
    }
    long packed = Math.max(1, entry.getCompressedSize());
    if (size > EvidenceLimits.RATIO_FREE_BYTES && size / packed > limits.ratio()) {
      return "archive entry packed more than " + limits.ratio() + " to 1 not read";
    }
    return null;
  }

  private static String say(Exception failed) {
    String message = failed.getMessage();
    return failed.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }
}
