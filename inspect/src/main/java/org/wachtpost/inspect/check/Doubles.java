package org.wachtpost.inspect.check;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.wachtpost.inspect.evidence.EvidenceFile;

/**
 * Logs that the evidence holds twice, as where a shadow copy lies beside the drive: each is read
 * once, or all that is in it would be counted twice. Pages and other files are not left out: of two
 * servers both may have the same.
 *
 * <p>One thread asks which files may be the same, in the order of the listing, so that it is the
 * same one that is read each time; any thread compares.
 */
final class Doubles {
  /** Logs remembered; what comes later is not compared with one another. */
  static final int MAX_REMEMBERED = 100_000;

  /** Logs of one name, folder and size that a further one is compared with. */
  static final int MAX_ALIKE = 4;

  private static final int BUFFER_BYTES = 1 << 16;

  private final int mostRemembered;
  private final Map<String, List<EvidenceFile>> seen = new HashMap<>();
  private int remembered;
  private long copies;
  private String first = "";

  Doubles() {
    this(MAX_REMEMBERED);
  }

  /**
   * @param mostRemembered in place of {@link #MAX_REMEMBERED}
   */
  Doubles(int mostRemembered) {
    this.mostRemembered = mostRemembered;
  }

  /** Of these files those that others before them may be the same as, each with those others. */
  IdentityHashMap<EvidenceFile, List<EvidenceFile>> candidates(List<EvidenceFile> files) {
    IdentityHashMap<EvidenceFile, List<EvidenceFile>> candidates = new IdentityHashMap<>();
    for (EvidenceFile file : files) {
      String ending = file.windowsPath().ending();
      if (file.size() == 0 || !(ending.equals(".log") || ending.equals(".evtx"))) {
        continue;
      }
      // What a log is of stands in the name of its folder: the front end has ten of one name.
      String path = file.windowsPath().text();
      int folder = path.lastIndexOf('\\', path.lastIndexOf('\\') - 1);
      String key = path.substring(folder + 1) + " " + file.size();
      List<EvidenceFile> alike = seen.get(key);
      if (alike != null) {
        candidates.put(file, List.copyOf(alike));
      }
      if (remembered < mostRemembered && (alike == null || alike.size() < MAX_ALIKE)) {
        remembered++;
        seen.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(file);
      }
    }
    return candidates;
  }

  /** Whether it is, byte for byte, one of these; what cannot be read is not. */
  static boolean isCopy(EvidenceFile file, List<EvidenceFile> others) {
    for (EvidenceFile other : others) {
      try {
        if (same(file, other)) {
          return true;
        }
      } catch (IOException unreadable) {
        return false; // it is read as if it were the only one, and the report says what failed
      }
    }
    return false;
  }

  private static boolean same(EvidenceFile one, EvidenceFile other) throws IOException {
    try (InputStream first = one.open();
        InputStream second = other.open()) {
      byte[] left = new byte[BUFFER_BYTES];
      byte[] right = new byte[BUFFER_BYTES];
      int read;
      do {
        read = first.readNBytes(left, 0, BUFFER_BYTES);
        int also = second.readNBytes(right, 0, BUFFER_BYTES);
        if (!Arrays.equals(left, 0, read, right, 0, also)) {
          return false;
        }
      } while (read == BUFFER_BYTES);
      return true;
    }
  }

  /** A copy was left out. */
  void leftOut(EvidenceFile file) {
    copies++;
    if (first.isEmpty()) {
      first = file.path();
    }
  }

  /** What to say about it. */
  List<String> notes() {
    return copies == 0
        ? List.of()
        : List.of(
            (copies == 1 ? "1 log is a copy" : copies + " logs are copies")
                + " of others in the evidence, byte for byte, and not read again: "
                + first
                + (copies > 1 ? " and others" : ""));
  }
}
