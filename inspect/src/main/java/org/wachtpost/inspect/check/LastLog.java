package org.wachtpost.inspect.check;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.check.Classifier.Claimed;
import org.wachtpost.inspect.evidence.EvidenceFile;

/**
 * What the log before this one was. The front end begins a file for each hour and protocol, and all
 * of a folder have the same name and the same head but for numbers in them: what one of them is,
 * the next is too. One thread.
 */
final class LastLog {
  private static final String ENDING = ".log";

  private @Nullable Claimed last;
  private byte[] head = {};
  private int headEnd;

  /** Tells what a file is. */
  Claimed classify(Opening opening) throws IOException {
    EvidenceFile file = opening.file();
    String place = file.windowsPath().text();
    if (!place.endsWith(ENDING) || file.size() == 0) {
      return Classifier.classify(opening);
    }
    byte[] bytes = opening.head();
    Claimed before = last;
    if (before != null && alike(before.file().windowsPath().text(), place) && alike(bytes)) {
      return new Claimed(file, before.kind(), before.source());
    }
    Claimed now = Classifier.classify(opening);
    // Numbers do not make another kind of such a head; of others, they may be in the source's name.
    boolean known = now.kind() == Kind.HTTP_PROXY_LOG && Classifier.directives(file, bytes) != null;
    last = known ? now : null;
    head = bytes;
    headEnd = Classifier.directivesEnd(bytes);
    return now;
  }

  /** True if the folder is the same, and the name with other digits. */
  private static boolean alike(String one, String other) {
    int length = one.length();
    int folder = one.lastIndexOf('\\') + 1;
    if (other.length() != length || !one.regionMatches(0, other, 0, folder)) {
      return false;
    }
    for (int i = folder; i < length; i++) {
      if (!alike(one.charAt(i), other.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean alike(byte[] bytes) {
    // What comes after the directives must be a row, or at least no further directive.
    if (headEnd == 0 || bytes.length <= headEnd || bytes[headEnd] == '#') {
      return false;
    }
    for (int i = 0; i < headEnd; i++) {
      if (!alike(bytes[i], head[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean alike(int one, int other) {
    return one == other || one >= '0' && one <= '9' && other >= '0' && other <= '9';
  }
}
