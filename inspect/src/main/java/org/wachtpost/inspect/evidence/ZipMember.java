package org.wachtpost.inspect.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file in a ZIP archive, as the archive's directory or the file's own header describes it.
 *
 * @param name as it stands in the archive, unchanged: it may lead anywhere
 * @param method how it is packed ({@link #STORED}, {@link #DEFLATED}, or one that is not read)
 * @param flags general purpose bits
 * @param packed bytes in the archive
 * @param size bytes that should come out
 * @param checksum CRC-32 of what should come out; {@link #UNKNOWN} if the archive does not say
 * @param header offset of the file's own header
 * @param mode Unix file mode; 0 if the archive was made elsewhere
 * @param modified when it was last written; null if the archive does not say
 */
record ZipMember(
    String name,
    int method,
    int flags,
    long packed,
    long size,
    long checksum,
    long header,
    int mode,
    @Nullable Instant modified) {
  static final int STORED = 0;
  static final int DEFLATED = 8;
  static final long UNKNOWN = -1;

  private static final int ENCRYPTED = 1;
  private static final int KIND = 0xf000;
  private static final int PLAIN = 0x8000;
  private static final int FOLDER = 0x4000;

  /** The same file, of which less can be had. */
  ZipMember cut(long lessPacked, long lessSize) {
    return new ZipMember(
        name, method, flags, lessPacked, lessSize, checksum, header, mode, modified);
  }

  boolean folder() {
    return name.endsWith("/") || (name.endsWith("\\") && size == 0) || (mode & KIND) == FOLDER;
  }

  /** True for links, devices and the like, which only archives made on Unix can hold. */
  boolean special() {
    int kind = mode & KIND;
    return kind != 0 && kind != PLAIN && kind != FOLDER;
  }

  /** Why its content cannot be had, or null. */
  @Nullable String unreadable() {
    if ((flags & ENCRYPTED) != 0) {
      return "encrypted: not read";
    }
    return switch (method) {
      case STORED, DEFLATED -> null;
      case 9 -> "packed by Deflate64 (as Windows packs files of over 2 GiB), which is not read";
      default -> "packed by method " + method + ", which is not read";
    };
  }
}
